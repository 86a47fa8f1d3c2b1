import { CredentialError, type CredentialErrorCode } from "./errors";

type Explanation = readonly [CredentialErrorCode, string];

const notAccepted: Explanation = [
  "no-aws-credentials",
  "AWS does not accept the application's credentials: they are wrong or have expired, or this machine's clock is off",
];
const none: Explanation = [
  "no-aws-credentials",
  "no AWS credentials could be had: give the application a role, or set a profile or AWS_ACCESS_KEY_ID",
];

/**
 * Error names of Secrets Manager, of STS where it gives the credentials, and of the SDK, and what each means for a
 * reader. Sources: GetSecretValue and Common Error Types, API reference; AssumeRole, API reference of STS.
 */
const explanations: Readonly<Record<string, Explanation>> = {
  UnrecognizedClientException: notAccepted,
  InvalidClientTokenId: notAccepted,
  InvalidSignatureException: notAccepted,
  SignatureDoesNotMatch: notAccepted,
  IncompleteSignature: notAccepted,
  IncompleteSignatureException: notAccepted,
  RequestExpired: notAccepted,
  ExpiredTokenException: notAccepted,
  ExpiredToken: notAccepted,
  NotAuthorized: notAccepted,
  MissingAuthenticationTokenException: none,
  CredentialsProviderError: none,
  TokenProviderError: none,
  InvalidIdentityToken: none,
  // STS: the role may not be assumed. Secrets Manager says AccessDeniedException.
  AccessDenied: none,
  DecryptionFailure: ["unavailable", "AWS could not decrypt it: is its KMS key enabled?"],
  InvalidRequestException: [
    "not-found",
    "it is scheduled for deletion: restore it, or declare it again and run `pulumi up`",
  ],
};

/** Why a version could not be read. What AWS says is quoted only where it cannot hold anything secret. */
export function readingError(error: unknown, secretId: string, stage: string): CredentialError {
  const { name = "", message = "" } = error as { name?: string; message?: string };
  const [code, why] = explanation(name, message, secretId, stage);
  return new CredentialError(code, `${secretId} (${stage}) cannot be read: ${why}.`);
}

function explanation(name: string, message: string, secretId: string, stage: string): Explanation {
  const known = Object.hasOwn(explanations, name) ? explanations[name] : undefined;
  if (known) return known;
  if (name === "ResourceNotFoundException") {
    const next = "declare it and run `pulumi up`, or correct region, account or name";
    return stage === "AWSCURRENT"
      ? ["not-found", `there is no such secret here: ${next}`]
      : ["not-found", "there is no such version"];
  }
  if (name === "AccessDeniedException") {
    // Secrets Manager says so where the secret may be read and its key may not be used.
    if (/\bKMS\b|\bkms:/.test(message))
      return ["access-denied", "the application's role needs `kms:Decrypt` on the key that encrypts it"];
    const condition = `condition \`secretsmanager:VersionStage\` = ${stage}`;
    return [
      "access-denied",
      `the application's role needs \`secretsmanager:GetSecretValue\` on ${secretId} (${condition}); CredentialReader writes that policy`,
    ];
  }
  if (/^Region is missing/.test(message))
    return ["invalid-options", "no AWS region is set: give `region`, or set AWS_REGION"];
  if (/^Region not accepted/.test(message))
    return ["invalid-options", "the AWS region that is set is none: correct AWS_REGION or the profile"];
  return ["unavailable", `AWS did not answer (${name || "no error name"})`];
}
