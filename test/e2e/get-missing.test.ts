import { Stage } from "../support/stage";

jest.setTimeout(120_000);

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:merchants/1900000109/certificate-abcdef";
const lookUp = `
const { MerchantCertificate } = require("pulumi-merchant-credentials");
exports.serialNumber = MerchantCertificate.get("shop", "${arn}").serialNumber;
`;

it("`.get` of a secret that is not there fails and names it", async () => {
  const stage = await Stage.open({ files: { "index.js": lookUp } });
  try {
    const { output, exitCode } = await stage.up([], { expectFailure: "maybe" });
    expect({ failed: exitCode !== 0 }).toEqual({ failed: true });
    expect(output).toMatch(/there is no such secret/);
  } finally {
    await stage.close();
  }
});
