import { generateKeyPairSync } from "node:crypto";
import { serializeValue } from "../../provider/domain/credential-value";
import { privateKeyPem } from "../../provider/domain/private-key";
import { merchantKeyValue } from "../../provider/domain/merchant-key";
import { rsaKey } from "../support/keys";
import { CfcaStage, failed, merchantId, password, secretName } from "./cfca-stage";

let stage: CfcaStage;
beforeAll(async () => {
  stage = await CfcaStage.open();
});
beforeEach(() => stage.begin());
afterAll(() => stage.close());

describe("export of what is no certificate of CFCA", () => {
  const loader = "applications read both with merchant-credentials-loader";
  it.each<[string, string, string]>([
    [
      "certificate",
      `this is an API certificate of WeChat Pay (found NAME). Its key never needs to leave the vault: ${loader}.`,
      "",
    ],
    [
      "merchantKey",
      "this is a merchant's key (found NAME). Its private key never needs to leave the vault: applications read it with merchant-credentials-loader. What the partner gets is the output publicKey.",
      "",
    ],
    [
      "apiSecret",
      "this is an API secret (found NAME). It has no file. The value that waits to be set is shown by: merchant-credentials reveal.",
      "",
    ],
    [
      "apiV3Secret",
      "this is an APIv3 secret (found NAME). It has no file. The value that waits to be set is shown by: merchant-credentials reveal.",
      "",
    ],
    [
      "platformPublicKey",
      "this kind of credential is not exported (found platformPublicKey). Only a certificate of CFCA (kind cfcaCertificate) is.",
      "",
    ],
  ])("%s", async (kind, message) => {
    const name = `merchants/${merchantId}/another`;
    await stage.createSecret(kind, name, merchantKeyValue(merchantId, privateKeyPem(stage.key)));
    const from = stage.calls().length;
    expect(await stage.run("export", name, ...stage.place, "--name", "a")).toEqual(
      failed(message.replace("NAME", name)),
    );
    expect(stage.calls(from)).toEqual(["DescribeSecret"]);
    expect(stage.world.asked).toEqual([]);
    expect(stage.files()).toEqual([]);
  });
});

describe("export says what is there instead of", () => {
  it("a certificate: a placeholder, before anybody is asked", async () => {
    await stage.expectRefusal(
      "there is nothing to export yet (expected a certificate, found the placeholder of one). Follow the output nextSteps of the CfcaCertificate; pulumi up stores the certificate.",
      1,
    );
    expect(stage.world.asked).toEqual([]);
  });

  it("a certificate: a placeholder that somebody has written anew", async () => {
    await stage.store(serializeValue({ schema: "merchant-credentials/empty/v1" }), []);
    expect((await stage.exported()).stderr).toContain("there is nothing to export yet");
  });

  it("a secret", async () => {
    expect(await stage.run("export", "merchants/none", ...stage.place, "--name", "a")).toEqual(
      failed(
        "there is no such secret (found merchants/none in us-east-1). Take the ARN from the output secretArn; check that these are the credentials of its account.",
      ),
    );
  });

  it("a secret of ours", async () => {
    await stage.vault.untag(secretName, ["merchant-credentials:kind"]);
    await stage.expectRefusal(
      `this secret is not managed by pulumi-merchant-credentials: it lacks its tags (found ${secretName}).`,
      1,
    );
  });

  it("a secret that is not scheduled for deletion", async () => {
    await stage.vault.scheduleDeletion(secretName, 7);
    expect((await stage.exported()).stderr).toContain("this secret is scheduled for deletion");
  });

  it.each<[string, () => Promise<string>]>([
    ["is not there", () => Promise.resolve("0".repeat(64))],
    [
      "has lost its label",
      async () => {
        const { versionId, certificate } = await stage.issue();
        await stage.issue();
        await stage.issue();
        await stage.vault.moveLabel(secretName, `MC_CERT_${certificate.serialNumber}`, { from: versionId });
        return versionId;
      },
    ],
    ["has only another's label", async () => stage.store(stage.valueOf(), ["SOMEBODY"], false)],
  ])("a version, which %s", async (_, arrange) => {
    const wanted = await arrange();
    await stage.expectRefusal(
      `--version: the secret has no such version with a label (expected the id of a version that is kept, or its first 16 digits, found ${wanted}). Leave --version out for the certificate that serves; earlier ones are in the output history.`,
      1,
      "--version",
      wanted,
    );
  });

  const other = rsaKey("another merchant");
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  it.each<[string, () => string, string]>([
    [
      "the key of its certificate",
      () => stage.valueOf({ certificate: stage.certificateFor(other) }),
      "a key that is not the certificate's",
    ],
    ["an RSA key", () => stage.valueOf({ key: curve, certificate: stage.chain[0]! }), "no RSA key"],
    ["one certificate", () => stage.valueOf({ certificate: stage.chain.join("") }), "no single certificate"],
    ["any certificate", () => stage.valueOf({ certificate: "-----BEGIN" }), "no single certificate"],
    ["a whole chain", () => stage.valueOf({ chain: [stage.chain[0]!.slice(0, 200)] }), "a damaged chain"],
    [
      "a value of its kind",
      () => merchantKeyValue(merchantId, privateKeyPem(stage.key)),
      "merchant-credentials/merchant-key/v1",
    ],
  ])("%s", async (_, value, found) => {
    const id = await stage.store(value(), []);
    await stage.expectRefusal(
      `a version of the secret does not hold what its label says (found ${found} in version ${id}). Somebody else has written to this secret: see who in CloudTrail, and move the label back (update-secret-version-stage).`,
      1,
    );
  });

  it.each<[string, () => string, string]>([
    ["this merchant's value", () => stage.valueOf({ merchantId: "G90000002" }), "another merchant's"],
    ["a value of ours", () => privateKeyPem(stage.key), "the secret's value is not a merchant credential"],
  ])("%s", async (_, value, says) => {
    await stage.store(value(), []);
    const { stdout, stderr, exitCode } = await stage.exported();
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toContain(says);
    expect(stage.files()).toEqual([]);
  });
});

describe("a password that cannot be one", () => {
  const refused = (property: string, found: string) =>
    `${property}: this cannot be the password (expected 8 to 64 printable ASCII characters, found ${found}). Nothing was written.`;
  const cases: [string, string, string][] = [
    ["seven characters", "1234567", "7 characters"],
    ["65 characters", "x".repeat(65), "65 characters"],
    ["Chinese", "密码密码密码密码", "other characters"],
    ["a key that shows as nothing", "1234567\u001b8", "other characters"],
    ["a line end within", "12345678\n12345678", "other characters"],
    ["the merchant id", "g90000001", "the merchant id, which everybody tries first"],
    ["the merchant id between spaces", " G90000001 ", "the merchant id, which everybody tries first"],
  ];

  it.each(cases)("%s, typed", async (_, word, found) => {
    await stage.issue();
    stage.world.answers = [word, word];
    await stage.expectRefusal(refused("password", found), 1);
  });

  it.each(cases)("%s, in a variable", async (_, word, found) => {
    await stage.issue();
    stage.world.environment.WORD = word;
    await stage.expectRefusal(refused("--password-env", found), 1, "--password-env", "WORD");
  });

  it("is not read for the key's sake", async () => {
    await stage.issue();
    const from = stage.calls().length;
    stage.world.answers = ["short", "short"];
    await stage.exported();
    expect(stage.calls(from)).toEqual(["DescribeSecret"]);
  });

  it("nothing typed, as with Ctrl-D", async () => {
    await stage.issue();
    stage.world.answers = ["", ""];
    await stage.expectRefusal(refused("password", "0 characters"), 1);
  });

  it("another one the second time", async () => {
    await stage.issue();
    stage.world.answers = [password, `${password}.`];
    await stage.expectRefusal("password: the two passwords differ. Nothing was written; run it again.", 1);
  });

  it.each<[string, string[], string]>([
    [
      "a variable that is not set",
      ["--password-env", "WORD"],
      "--password-env: the environment variable is not set (expected a value in WORD, found none). Set it where the merchant-credentials command runs.",
    ],
    [
      "a file that is not there",
      ["--password-file", "word.txt"],
      "--password-file: the file cannot be read (expected a file of at most 65536 bytes, found none). A relative path starts at FOLDER.",
    ],
    [
      "a secret that is not there",
      ["--password-secret-arn", "arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf"],
      "--password-secret-arn: there is no such secret, or it has no current value (expected the ARN of a secret that holds a value, found arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf). Compare the ARN with: aws secretsmanager describe-secret --secret-id NAME.",
    ],
  ])("%s", async (_, argv, message) => {
    await stage.issue();
    await stage.expectRefusal(message.replace("FOLDER", stage.folder), 1, ...argv);
  });

  it("a key that the secret has not", async () => {
    await stage.issue();
    await stage.createSecret("other", "words/pfx", JSON.stringify({ pfx: password }));
    await stage.expectRefusal(
      '--password-json-key: the secret has no such text (expected a JSON object with a text under the key "p12", found no such key). Compare it with the keys of the secret.',
      1,
      ...["--password-secret-arn", stage.arnOf("words/pfx"), "--password-json-key", "p12"],
    );
  });
});
