import { execFileSync } from "node:child_process";
import path from "node:path";
import { merchantCertificate } from "../support/certificates";

/** The host of dynamic providers: check reads a certificate before anything speaks TLS. */
const program = `
const { merchantCertificate } = require(process.argv[1]);
const provider = merchantCertificate;
const certificate = require("node:fs").readFileSync(0, "utf8");
const config = { get: (key) => ({ "merchant-credentials:region": "us-east-1" })[key] };
(async () => {
  provider.configure({ config });
  const merchant = { merchantId: "1900000109", merchantName: "Example Shop Ltd", owner: "shop/prod", logicalName: "shop" };
  const { failures } = await provider.check({}, { ...merchant, certificate });
  console.log(failures.length, typeof require("node:tls").createSecureContext);
})();
`;

it("a certificate that check has read leaves TLS as it is, on every Node.js", () => {
  const handlers = path.join(__dirname, "../../provider/dist/resources/handlers.js");
  const input = merchantCertificate();
  expect(execFileSync(process.execPath, ["-e", program, handlers], { input, encoding: "utf8" })).toBe(
    "0 function\n",
  );
});
