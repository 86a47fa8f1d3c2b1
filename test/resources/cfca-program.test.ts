import * as pulumi from "@pulumi/pulumi";
import { CfcaCertificate, MerchantCredentialsError } from "../../provider/index";
import * as handlers from "../../provider/resources/handlers";
import { privateKeyPem } from "../support/certificates";
import { cfcaCertificate, cfcaPfx } from "../support/cfca";

interface Registered {
  type: string;
  inputs: Record<string, unknown>;
}

let registered: Registered[];

beforeEach(async () => {
  // Of this test alone: what one leaves under way registers during the next.
  const own: Registered[] = (registered = []);
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        own.push({ type, inputs: inputs as Record<string, unknown> });
        return { id: `${name}-id`, state: { ...(inputs as object), nextSteps: [] } };
      },
      call: ({ inputs }) => inputs as object,
    },
    "shop",
    "prod",
  );
  pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
});

// What a refused program has registered ends before the next test begins.
afterEach(() => pulumi.runtime.disconnect());

/** Runs a program as `pulumi up` does, and returns why it was refused. */
async function program(declare: () => CfcaCertificate | CfcaCertificate[]): Promise<string | undefined> {
  let refused: string | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      const steps = [declare()].flat().map(({ nextSteps }) => nextSteps);
      await new Promise<void>((resolve) => pulumi.all(steps).apply(() => resolve()));
    } catch (error) {
      // An error that leaves the program ends the process.
      expect(error).toBeInstanceOf(MerchantCredentialsError);
      refused = (error as Error).message;
    }
    return {};
  });
  return refused;
}

const declare = (args: object = {}, name = "geoswift") =>
  new CfcaCertificate(name, { merchantId: "G90000001", exportName: "geoswift", ...args });
const declared = () => registered.filter(({ type }) => type.endsWith(":CfcaCertificate"));

it("is registered with its inputs, who owns it, and the handlers of its name", async () => {
  const args = {
    codesIssuedAt: "2026-11-17",
    downloadedAt: pulumi.output("2026-11-18"),
    certificate: cfcaCertificate(),
    pfx: { file: "geoswift.pfx" },
    password: { env: "PFX_PASSWORD" },
  };
  expect(await program(() => declare(args))).toBeUndefined();
  const [{ inputs, type }] = declared() as [Registered];
  expect(type).toBe("pulumi-nodejs:dynamic/merchantCredentials:CfcaCertificate");
  expect(inputs).toMatchObject({ merchantId: "G90000001", owner: "shop/prod", logicalName: "geoswift" });
  expect(inputs).toMatchObject({ ...args, downloadedAt: "2026-11-18" });
  expect(inputs.__provider).toBe(
    `exports.handler = () => require("pulumi-merchant-credentials/handlers").cfcaCertificate;`,
  );
  expect(handlers.cfcaCertificate).toHaveProperty("create");
});

it("can be looked up by its id alone", async () => {
  expect(await program(() => CfcaCertificate.get("looked-up", "arn:…"))).toBeUndefined();
});

const code = "C4N4RYQ7XE";
const noCodes = "the two codes of the letter are no argument";
const notADay = "this is not a day (expected a day as YYYY-MM-DD)";
const looksLikeIt = "this looks like the secret itself";

it.each<[string, object, string]>([
  ["the reference number", { referenceNumber: code }, `referenceNumber: ${noCodes}`],
  ["a reference", { reference: { number: code } }, noCodes],
  ["the authorization code", { authorizationCode: pulumi.secret(code) }, `authorizationCode: ${noCodes}`],
  ["an authorization code in short", { authCode: code }, noCodes],
  ["both codes", { twoCodes: [code, code] }, noCodes],
  ["codes", { codes: code }, noCodes],
  ["a code as the letter's day", { codesIssuedAt: code }, `codesIssuedAt: ${notADay}`],
  ["a number as the letter's day", { codesIssuedAt: 1046837295 }, notADay],
  ["both codes as the letter's day", { codesIssuedAt: [code, code] }, notADay],
  ["a code as the day of the download", { downloadedAt: code }, `downloadedAt: ${notADay}`],
  ["a day that there is not", { codesIssuedAt: "2026-02-30" }, notADay],
  ["the .pfx itself", { pfx: cfcaPfx().toString("base64") }, "pfx: this"],
  ["the .pfx as bytes", { pfx: cfcaPfx() }, looksLikeIt],
  ["the password itself", { password: "c4n4ry hunter2" }, `password: ${looksLikeIt}`],
  ["the .pfx where its name belongs", { pfx: { file: cfcaPfx().toString("base64") } }, "pfx.file: this"],
  ["a private key", { certificate: privateKeyPem() }, "certificate: this holds a private key"],
  ["an unknown argument", { exportname: "geoswift" }, "Did you mean `exportName`?"],
  ["an argument of the other kind of certificate", { merchantName: "Shop" }, "is not a known argument"],
  ["a member that a reference has not", { pfx: { path: "a.pfx" } }, "pfx.path: is not a known argument"],
])("%s is refused before anything is registered, and not shown", async (_name, args, says) => {
  const refused = await program(() => declare(args));
  expect(refused).toContain(says);
  expect(refused).toContain('CfcaCertificate "geoswift"');
  for (const hidden of [
    code,
    "1046837295",
    "c4n4ry",
    privateKeyPem().slice(60, 120),
    cfcaPfx().toString("base64").slice(0, 40),
  ])
    expect(refused).not.toContain(hidden);
  expect(declared()).toEqual([]);
});

it("two for one merchant are refused, unless one has another secret", async () => {
  expect(await program(() => [declare(), declare({}, "again")])).toContain(
    'CfcaCertificate "geoswift" already stands for this merchant',
  );
  expect(await program(() => [declare({}, "a"), declare({ secretName: "x" }, "b")])).toBeUndefined();
});
