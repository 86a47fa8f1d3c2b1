import { unknownValue } from "../../provider/domain/unknown";
import { credentialHandlers } from "../../provider/resources/credential-handlers";
import { merchantCertificateKind } from "../../provider/resources/merchant-certificate-kind";
import type { Json, JsonObject } from "../../provider/resources/resource-handlers";
import {
  der,
  merchantCertificate,
  merchantId,
  merchantName,
  platformCertificate,
  privateKey,
  someDay,
} from "../support/certificates";

let now = someDay;
beforeEach(() => {
  now = someDay;
});

const good: JsonObject = { merchantId, merchantName, owner: "shop/prod", logicalName: "shop" };
const failures = (changes: JsonObject) =>
  credentialHandlers(merchantCertificateKind, { now: () => now } as never).check({
    olds: {},
    news: { ...good, ...changes },
    config: { region: "us-east-1" },
  }).failures;

it.each<[string, Json]>([
  ["spaces around", " 1900000109 "],
  ["a line feed at its end", "1900000109\n"],
  ["digits of another script", "１９０００００１０９"],
])(
  "merchantId: %s: is answered on merchantId alone, not also on a secretName that nobody gave",
  (_name, id) => {
    expect(failures({ merchantId: id }).map(({ reason }) => reason.split(":")[0])).toEqual(["merchantId"]);
  },
);

it("tags: a list is not an object of tags", () => {
  expect(failures({ tags: ["team"] })[0]?.reason).toContain(
    "tags: expected an object of tags, found a list of 1",
  );
});

it.each([{ renewBeforeDays: unknownValue }, { failBeforeDays: unknownValue }])(
  "unknown thresholds beside a certificate are accepted in preview: %j",
  (unknown) => {
    // Within the renewal window the line needs failBeforeDays, too.
    now = new Date("2030-12-01T00:00:00Z");
    expect(failures({ ...unknown, certificate: merchantCertificate() })).toEqual([]);
  },
);

it.each<[string, JsonObject]>([
  ["merchantNme", { merchantNme: unknownValue }],
  ["subject.contry", { subject: { contry: unknownValue } }],
])("an unknown argument is refused in preview even where its value is not known yet: %s", (name, inputs) => {
  expect(failures(inputs)[0]?.reason).toContain(`${name}: is not a known argument`);
});

it("the platform's certificate is called by its name", () => {
  const reasons = failures({ certificate: platformCertificate() }).map(({ reason }) => reason);
  expect(reasons.join()).toContain("WeChat Pay's platform certificate");
});

it("a private key in Base64 without its PEM lines is called a private key, and leaked", () => {
  const certificate = der(privateKey("leaked").export({ type: "pkcs8", format: "pem" }) as string).toString(
    "base64",
  );
  const [failure] = failures({ certificate });
  expect(failure?.reason).toContain("a private key");
  expect(failure?.reason).toContain("treat it as leaked");
});

it("tags: more than 50 with ours: says how many were found", () => {
  const tags = Object.fromEntries(Array.from({ length: 44 }, (_, n) => [`tag${n}`, "x"]));
  expect(failures({ tags })[0]?.reason).toContain("found 44");
});
