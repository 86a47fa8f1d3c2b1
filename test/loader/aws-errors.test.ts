import { readingError } from "../../loader/aws-errors";
import { isAbsence, isOutage } from "../../loader/errors";

const named = (name: string, message = "") => Object.assign(new Error(message), { name });

describe("an error of AWS", () => {
  it.each([
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "RequestExpired",
    "ExpiredTokenException",
    "ExpiredToken",
    "MissingAuthenticationTokenException",
    "CredentialsProviderError",
    "TokenProviderError",
    "InvalidIdentityToken",
    "AccessDenied",
  ])("%s is about the application's own credentials, and says nothing about the merchant's", (name) => {
    const error = readingError(named(name), "merchants/1900000109/apiSecret", "AWSCURRENT");
    expect(error.code).toBe("no-aws-credentials");
    expect([isAbsence(error), isOutage(error)]).toEqual([false, true]);
  });

  it.each([
    ["ResourceNotFoundException", "not-found"],
    ["InvalidRequestException", "not-found"],
    ["AccessDeniedException", "access-denied"],
  ])("%s says that there is nothing to use", (name, code) => {
    const error = readingError(named(name), "merchants/1900000109/apiSecret", "AWSCURRENT");
    expect(error.code).toBe(code);
    expect([isAbsence(error), isOutage(error)]).toEqual([true, false]);
  });

  it.each([
    "DecryptionFailure",
    "InternalServiceError",
    "ThrottlingException",
    "TimeoutError",
    "toString",
    "",
  ])("%j passes", (name) => {
    const error = readingError(named(name), "merchants/1900000109/apiSecret", "AWSCURRENT");
    expect(error.code).toBe("unavailable");
    expect([isAbsence(error), isOutage(error)]).toEqual([false, true]);
  });

  it("is none where the SDK does not accept the region in the environment", () => {
    const error = named("Error", 'Region not accepted: region="us east" is not a valid hostname component.');
    expect(readingError(error, "merchants/1900000109/apiSecret", "AWSCURRENT")).toMatchObject({
      code: "invalid-options",
      message: expect.stringMatching(/the AWS region that is set is none: correct AWS_REGION/) as string,
    });
  });

  it("is never quoted", () => {
    const quoting = named("CredentialsProviderError", "aws_secret_access_key=wJalrXUtnFEMI in ~/.aws/config");
    expect(readingError(quoting, "a", "AWSCURRENT").message).not.toContain("wJalrXUtnFEMI");
  });
});
