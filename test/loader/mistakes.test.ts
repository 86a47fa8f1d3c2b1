import { createPublicKey } from "node:crypto";
import { CredentialError, type CredentialErrorCode, type CredentialKind } from "merchant-credentials-loader";
import { findCanaries, keyCanaries, textCanaries } from "../support/canaries";
import {
  certificateOfAnotherMerchant,
  ellipticCurveKey,
  merchantCertificate,
  merchantId,
  privateKey,
  privateKeyPem,
} from "../support/certificates";
import {
  apiSecret,
  apiV3Secret,
  nameOf,
  platformCertificate,
  platformEntry,
  platformSerial,
  publicKeyPem,
  serialNumber,
  StoredMerchant,
  values,
} from "./stored-merchant";

let stored: StoredMerchant;
beforeEach(async () => {
  stored = await StoredMerchant.start();
});
afterEach(() => stored.close());

/** What loading a merchant says whose secrets are right but for these. */
async function mistake(wrong: { [kind in CredentialKind]?: string }): Promise<CredentialError> {
  const kinds = [
    "certificate",
    "apiSecret",
    "apiV3Secret",
    "platformCertificates",
    "platformPublicKey",
  ] as const;
  for (const kind of kinds) await stored.store(kind, wrong[kind] ?? values[kind]());
  const error: unknown = await stored
    .load({ merchantId, credentials: kinds })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CredentialError);
  const canaries = [
    ...keyCanaries("key", privateKeyPem()),
    ...[apiSecret, apiV3Secret].flatMap((secret) => textCanaries("secret", secret)),
  ];
  const told = `${(error as CredentialError).stack} ${JSON.stringify(error)}`;
  expect(findCanaries(Buffer.from(told), canaries)).toEqual([]);
  return error as CredentialError;
}

const decimalSerial = BigInt(`0x${serialNumber}`).toString();
const otherKey = () => privateKeyPem(privateKey("other"));
const certificateSerial = "0000000000000000000000000000001F2E3D4C5B";
const colons = (serial: string) => serial.match(/../g)!.join(":");
const shortKey = () => privateKey("small", 1024);
const oneLine = (pem: string) => pem.replaceAll("\n", "");
/** 34 characters are what a copy in quotes has. */
const secretOf = (length: number) => "aB3dEfGh1jKlMn0pQrStUvWxYz5678AbCdEfGh12".slice(0, length);

interface Mistake {
  what: string;
  stored: () => { [kind in CredentialKind]?: string };
  code: CredentialErrorCode;
  says: RegExp;
}

const certificateMistakes: Mistake[] = [
  {
    what: "the serial number of another certificate",
    stored: () => ({ certificate: values.certificate({ serialNumber: certificateSerial }) }),
    code: "inconsistent",
    says: /serialNumber is 0{30}1F2E3D4C5B, and the certificate's is 5157F0\w+: it is of another certificate\.$/,
  },
  {
    what: "the serial number in decimal",
    stored: () => ({ certificate: values.certificate({ serialNumber: decimalSerial }) }),
    code: "inconsistent",
    says: /serialNumber is \d{47,49}, the certificate's in decimal: WeChat Pay wants hex, 5157F0\w+\.$/,
  },
  {
    what: "the serial number in lower case",
    stored: () => ({ certificate: values.certificate({ serialNumber: serialNumber.toLowerCase() }) }),
    code: "inconsistent",
    says: /serialNumber is 5157f0\w+, and must be 40 upper-case hex digits, 5157F0\w+\.$/,
  },
  {
    what: "the serial number with colons, as OpenSSL shows it",
    stored: () => ({ certificate: values.certificate({ serialNumber: colons(serialNumber) }) }),
    code: "inconsistent",
    says: /serialNumber is 51:57:F0:\S+, and must be 40 upper-case hex digits, 5157F0\w+\.$/,
  },
  {
    what: "the key of another certificate",
    stored: () => ({ certificate: values.certificate({ privateKey: otherKey() }) }),
    code: "inconsistent",
    says: /certificate: privateKey does not belong to the certificate\.$/,
  },
  {
    what: "the certificate of another merchant",
    stored: () => ({ certificate: values.certificate({ certificate: certificateOfAnotherMerchant() }) }),
    code: "wrong-merchant",
    says: /the certificate is merchant 1900000110's, the value says 1900000109\.$/,
  },
  {
    what: "a certificate without line ends",
    stored: () => ({ certificate: values.certificate({ certificate: oneLine(merchantCertificate()) }) }),
    code: "unreadable",
    says: /certificate: certificate is a PEM that has lost its line ends\.$/,
  },
  {
    what: "a key without line ends",
    stored: () => ({ certificate: values.certificate({ privateKey: oneLine(privateKeyPem()) }) }),
    code: "unreadable",
    says: /certificate: privateKey is a PEM that has lost its line ends\.$/,
  },
  {
    what: "a key whose line ends are written out",
    stored: () => ({
      certificate: values.certificate({ privateKey: privateKeyPem().replaceAll("\n", "\\n") }),
    }),
    code: "unreadable",
    says: /privateKey is a PEM that has lost its line ends\.$/,
  },
  {
    what: "a p12 in place of the PEM",
    stored: () => ({
      certificate: values.certificate({ certificate: "MIIKVQIBAzCCCg8GCSqGSIb3DQEHAaCCCgAEggn8" }),
    }),
    code: "unreadable",
    says: /certificate is Base64 without the lines of a PEM, perhaps a PKCS#12 file \(\.p12\)\.$/,
  },
  {
    what: "certificate and key in each other's place",
    stored: () => ({
      certificate: values.certificate({ certificate: privateKeyPem(), privateKey: merchantCertificate() }),
    }),
    code: "unreadable",
    says: /certificate is a PEM of PRIVATE KEY\.$/,
  },
  {
    what: "an encrypted key",
    stored: () => ({
      certificate: values.certificate({
        privateKey: privateKey().export({
          type: "pkcs8",
          format: "pem",
          cipher: "aes-256-cbc",
          passphrase: "x",
        }),
      }),
    }),
    code: "unreadable",
    says: /privateKey is an encrypted private key\.$/,
  },
  {
    what: "a certificate whose key is not RSA",
    stored: () => ({
      certificate: values.certificate({
        certificate: platformCertificate({ key: ellipticCurveKey(), serialNumber }),
      }),
    }),
    code: "unreadable",
    says: /certificate: certificate is a certificate whose key is not RSA\.$/,
  },
  {
    what: "a truncated key",
    stored: () => ({
      certificate: values.certificate({ privateKey: privateKeyPem().replace(/(.{64}\n){3}/, "") }),
    }),
    code: "unreadable",
    says: /privateKey is a damaged PEM of PRIVATE KEY\.$/,
  },
  {
    what: "a field that is missing",
    stored: () => ({ certificate: values.certificate({ privateKey: undefined }) }),
    code: "unreadable",
    says: /holds merchant-credentials\/certificate\/v1 with privateKey missing or not of the right form/,
  },
  {
    what: "no certificate yet",
    stored: () => ({ certificate: values.placeholder() }),
    code: "not-ready",
    says: /holds the placeholder: there is no certificate yet: paste output `certificateRequest` .* run `pulumi up`\.$/,
  },
];

const secretMistakes: Mistake[] = [
  {
    what: "API secret and APIv3 secret swapped",
    stored: () => ({ apiSecret: values.apiV3Secret() }),
    code: "another-kind",
    says: /apiSecret holds an APIv3 secret, and not an API secret \(v2\): the values of the secrets apiSecret and apiV3Secret are swapped\.$/,
  },
  {
    what: "APIv3 secret and API secret swapped",
    stored: () => ({ apiV3Secret: values.apiSecret() }),
    code: "another-kind",
    says: /apiV3Secret holds an API secret \(v2\), and not an APIv3 secret: the values of the secrets apiSecret and apiV3Secret are swapped\.$/,
  },
  {
    what: "a certificate in place of the APIv3 secret",
    stored: () => ({ apiV3Secret: values.certificate() }),
    code: "another-kind",
    says: /apiV3Secret holds a merchant's certificate with its key, and not an APIv3 secret: check the ARN or the name given for apiV3Secret\.$/,
  },
  ...[0, 31, 33, 34, 40].map((length): Mistake => ({
    what: `an APIv3 secret of ${length} characters`,
    stored: () => ({ apiV3Secret: values.apiV3Secret(secretOf(length)) }),
    code: "unreadable",
    says: new RegExp(
      `apiV3Secret: apiV3Secret is ${length} characters long; expected 32 letters and digits\\.$`,
    ),
  })),
  {
    what: "a secret with the line end of a file",
    stored: () => ({ apiV3Secret: values.apiV3Secret(`${apiV3Secret}\n`) }),
    code: "unreadable",
    says: /is 33 characters long, with a blank or line end around it; expected/,
  },
  {
    what: "a secret in quotes",
    stored: () => ({ apiV3Secret: values.apiV3Secret(`"${apiV3Secret}"`) }),
    code: "unreadable",
    says: /is 34 characters long, with quotes around it; expected/,
  },
  {
    what: "a serial number as secret",
    stored: () => ({ apiSecret: values.apiSecret(serialNumber) }),
    code: "unreadable",
    says: /apiSecret is 40 characters long, like a serial number or a SHA-1; expected/,
  },
  {
    what: "a secret with a symbol in it",
    stored: () => ({ apiSecret: values.apiSecret(`${apiSecret.slice(1)}#`) }),
    code: "unreadable",
    says: /apiSecret is 32 characters long, with others than letters and digits; expected/,
  },
  {
    what: "the bare secret, without JSON around it",
    stored: () => ({ apiSecret }),
    code: "unreadable",
    says: /apiSecret holds text that is not a JSON object: it must hold a value that the provider has written\.$/,
  },
  {
    what: "the secret of another merchant",
    stored: () => ({ apiSecret: values.apiSecret().replace(merchantId, "1900000110") }),
    code: "wrong-merchant",
    says: /apiSecret is merchant 1900000110's, not 1900000109's: check the ARN or the name\.$/,
  },
  {
    what: "no secret yet",
    stored: () => ({ apiV3Secret: values.placeholder() }),
    code: "not-ready",
    says: /no APIv3 secret is active yet: set it on the Merchant Platform and activate it\.$/,
  },
];

const platformMistakes: Mistake[] = [
  {
    what: "the merchant's credential as the platform's",
    stored: () => ({ platformCertificates: values.certificate() }),
    code: "another-kind",
    says: /not the platform's certificates: what the merchant signs with never verifies what WeChat Pay has signed\.$/,
  },
  {
    what: "the merchant's certificate among the platform's",
    stored: () => ({
      platformCertificates: values.platformCertificates(
        platformEntry({ serialNumber, certificate: merchantCertificate() }),
      ),
    }),
    code: "another-kind",
    says: /certificate 5157F0\w+ is merchant 1900000109's own, not one of WeChat Pay's\.$/,
  },
  {
    what: "the merchant's public key as the platform's",
    stored: () => ({
      platformPublicKey: values.platformPublicKey({ publicKey: publicKeyPem(privateKey()) }),
    }),
    code: "another-kind",
    says: /^The platform key PUB_KEY_ID_\d+ is the key of merchant 1900000109's own certificate, not WeChat Pay's\.$/,
  },
  {
    what: "a certificate with the merchant's serial number",
    stored: () => ({
      platformCertificates: values.platformCertificates(
        platformEntry({ serialNumber, certificate: platformCertificate({ serialNumber }) }),
      ),
    }),
    code: "another-kind",
    says: /^The platform key 5157F0\w+ is the key of merchant 1900000109's own certificate/,
  },
  {
    what: "a platform certificate under another's serial number",
    stored: () => ({
      platformCertificates: values.platformCertificates(platformEntry({ serialNumber: certificateSerial })),
    }),
    code: "inconsistent",
    says: /serialNumber is 0{30}1F2E3D4C5B, and the certificate's is 7132D72A\w+: it is of another certificate\.$/,
  },
  {
    what: "a platform certificate's serial number in lower case",
    stored: () => ({
      platformCertificates: values.platformCertificates(
        platformEntry({ serialNumber: platformSerial.toLowerCase() }),
      ),
    }),
    code: "inconsistent",
    says: /serialNumber is 7132d72a\w+, and must be 40 upper-case hex digits, 7132D72A\w+\.$/,
  },
  {
    what: "a platform certificate's serial number with colons",
    stored: () => ({
      platformCertificates: values.platformCertificates(
        platformEntry({ serialNumber: colons(platformSerial) }),
      ),
    }),
    code: "inconsistent",
    says: /serialNumber is 71:32:D7:\S+, and must be 40 upper-case hex digits, 7132D72A\w+\.$/,
  },
  {
    what: "a platform certificate without line ends",
    stored: () => ({
      platformCertificates: values.platformCertificates(
        platformEntry({ certificate: oneLine(platformCertificate()) }),
      ),
    }),
    code: "unreadable",
    says: /certificate 7132D72A\w+ is a PEM that has lost its line ends\.$/,
  },
  {
    what: "an end that is no time",
    stored: () => ({
      platformCertificates: values.platformCertificates(platformEntry({ expireTime: "soon" })),
    }),
    code: "unreadable",
    says: /expireTime of 7132D72A\w+ is not a time\.$/,
  },
  {
    what: "a public key in place of the certificates",
    stored: () => ({ platformCertificates: values.platformPublicKey() }),
    code: "another-kind",
    says: /holds the platform's public key, and not the platform's certificates: its place is the secret platformPublicKey\.$/,
  },
  {
    what: "certificates in place of the public key",
    stored: () => ({ platformPublicKey: values.platformCertificates() }),
    code: "another-kind",
    says: /holds the platform's certificates, and not the platform's public key: its place is the secret platformCertificates\.$/,
  },
  {
    what: "a certificate's serial number as the public key's id",
    stored: () => ({ platformPublicKey: values.platformPublicKey({ publicKeyId: serialNumber }) }),
    code: "unreadable",
    says: /publicKeyId is not PUB_KEY_ID_ and digits\.$/,
  },
  {
    what: "a certificate in place of the public key's PEM",
    stored: () => ({ platformPublicKey: values.platformPublicKey({ publicKey: platformCertificate() }) }),
    code: "unreadable",
    says: /publicKey is a PEM of CERTIFICATE\.$/,
  },
  {
    what: "a public key that is not RSA",
    stored: () => ({ platformPublicKey: values.platformPublicKey({ publicKey: ellipticCurvePem() }) }),
    code: "unreadable",
    says: /publicKey is a key that is not RSA\.$/,
  },
  {
    what: "a public key of 1024 bits",
    stored: () => ({ platformPublicKey: values.platformPublicKey({ publicKey: publicKeyPem(shortKey()) }) }),
    code: "unreadable",
    says: /platformPublicKey: publicKey is a key that is RSA of 1024 bits, and not of 2048 at least\.$/,
  },
  {
    what: "a platform certificate with a key of 1024 bits",
    stored: () => ({
      platformCertificates: values.platformCertificates(
        platformEntry({ certificate: platformCertificate({ key: shortKey() }) }),
      ),
    }),
    code: "unreadable",
    says: /certificate 7132D72A\w+ is a certificate whose key is RSA of 1024 bits, and not of 2048 at least\.$/,
  },
  {
    what: "no public key yet",
    stored: () => ({ platformPublicKey: values.placeholder() }),
    code: "not-ready",
    says: /the platform's public key has not been stored yet: run `pulumi up`\.$/,
  },
];

function ellipticCurvePem(): string {
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
  };
  return createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" }) as string;
}

describe("at the start an application is told of", () => {
  it.each(
    [...certificateMistakes, ...secretMistakes, ...platformMistakes].map(
      (each) => [each.what, each] as const,
    ),
  )("%s", async (_what, { stored: wrong, code, says }) => {
    const error = await mistake(wrong());
    expect(error.message).toMatch(says);
    expect(error.code).toBe(code);
  });

  it("all that is wrong at once, a line each", async () => {
    const { message } = await mistake({ certificate: values.placeholder(), apiV3Secret: values.apiSecret() });
    expect(message.split("\n")).toEqual([
      expect.stringMatching(/certificate holds the placeholder/) as string,
      expect.stringMatching(/apiV3Secret holds an API secret/) as string,
    ]);
  });

  it("nothing when all is well, the placeholder of what is not asked for included", async () => {
    await stored.store("certificate", values.certificate());
    await stored.store("apiV3Secret", values.apiV3Secret());
    await stored.store("apiSecret", values.placeholder());
    await stored.load();
    expect(stored.warnings).toEqual([]);
  });
});

it("an application that loads by ARN is told which ARNs are swapped", async () => {
  const arns = {
    certificate: await stored.store("certificate", values.certificate()),
    apiV3Secret: await stored.store("apiSecret", values.apiSecret()),
    apiSecret: await stored.store("apiV3Secret", values.apiV3Secret()),
    platformPublicKey: await stored.store("platformCertificates", values.platformCertificates()),
  };
  const error: unknown = await stored.load({ arns }).catch((thrown: unknown) => thrown);
  expect((error as CredentialError).message.split("\n")).toEqual([
    expect.stringMatching(/: arns\.apiSecret and arns\.apiV3Secret are swapped\.$/) as string,
    expect.stringMatching(/: arns\.apiSecret and arns\.apiV3Secret are swapped\.$/) as string,
    expect.stringMatching(/: give its ARN as arns\.platformCertificates\.$/) as string,
  ]);
});

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:merchants/1900000109/certificate-AbCdEf";
const kmsText =
  "Access to KMS is not allowed. This version of secret is not encrypted with the current KMS key.";

describe("what AWS refuses is told with the permission or the secret that is missing:", () => {
  it.each([
    {
      what: "no such secret",
      errorType: "ResourceNotFoundException",
      code: "not-found",
      says: "there is no such secret here: declare it and run `pulumi up`, or correct region, account or name",
    },
    {
      what: "no permission to read",
      errorType: "AccessDeniedException",
      message: `User: arn:aws:sts::123456789012:assumed-role/app/i-1 is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
      code: "access-denied",
      says: `the application's role needs \`secretsmanager:GetSecretValue\` on ${nameOf("certificate")} (condition \`secretsmanager:VersionStage\` = AWSCURRENT); CredentialReader writes that policy`,
    },
    {
      what: "no permission to use its KMS key",
      errorType: "AccessDeniedException",
      message: kmsText,
      code: "access-denied",
      says: "the application's role needs `kms:Decrypt` on the key that encrypts it",
    },
    {
      what: "a disabled KMS key",
      errorType: "DecryptionFailure",
      code: "unavailable",
      says: "AWS could not decrypt it: is its KMS key enabled?",
    },
    {
      what: "a secret scheduled for deletion",
      errorType: "InvalidRequestException",
      code: "not-found",
      says: "it is scheduled for deletion: restore it, or declare it again and run `pulumi up`",
    },
    {
      what: "credentials that have expired",
      errorType: "ExpiredTokenException",
      code: "no-aws-credentials",
      says: "AWS does not accept the application's credentials: they are wrong or have expired, or this machine's clock is off",
    },
    {
      what: "an error of AWS",
      errorType: "InternalServiceError",
      code: "unavailable",
      says: "AWS did not answer (InternalServiceError)",
    },
  ])("$what", async ({ errorType, message, code, says }) => {
    await stored.store("certificate", values.certificate());
    stored.aws.faults.add({ kind: "error", operation: "GetSecretValue", errorType, message, times: 9 });
    const reading = stored.load({ merchantId, credentials: ["certificate"] });
    await expect(reading).rejects.toMatchObject({
      code,
      message: `${nameOf("certificate")} (AWSCURRENT) cannot be read: ${says}.`,
    });
  });

  it("no answer", async () => {
    const { endpoint } = stored.aws;
    await stored.aws.close();
    const reading = stored.load({ merchantId, credentials: ["certificate"], endpoint });
    await expect(reading).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/cannot be read: AWS did not answer \(\w+\)\.$/) as string,
    });
    stored = await StoredMerchant.start();
  });

  it("no region", async () => {
    const { AWS_REGION, AWS_DEFAULT_REGION, AWS_CONFIG_FILE } = process.env;
    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
    process.env.AWS_CONFIG_FILE = "/nowhere";
    try {
      const reading = stored.load({ merchantId, credentials: ["certificate"], region: undefined });
      await expect(reading).rejects.toMatchObject({
        code: "invalid-options",
        message: expect.stringMatching(/no AWS region is set: give `region`, or set AWS_REGION\.$/) as string,
      });
    } finally {
      Object.assign(process.env, { AWS_REGION, AWS_DEFAULT_REGION, AWS_CONFIG_FILE });
      for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE"])
        if (process.env[name] === "undefined") delete process.env[name];
    }
  });

  it("bytes in place of a text", async () => {
    await stored.storeBytes("certificate", Buffer.from("MII"));
    await expect(stored.load({ merchantId, credentials: ["certificate"] })).rejects.toMatchObject({
      code: "unreadable",
      message: `${nameOf("certificate")} holds bytes, not one of this product's values.`,
    });
  });
});
