/** An error that the service answers with; `type` is what the SDK shows as the error's name. */
export class ServiceError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status: number = statusOf(type),
  ) {
    super(message);
    this.name = type;
  }
}

const serverErrors: Record<string, number> = {
  InternalServiceError: 500,
  InternalFailure: 500,
  ServiceUnavailable: 503,
};

function statusOf(type: string): number {
  return serverErrors[type] ?? 400;
}

export const validationFailed = (message: string) => new ServiceError("ValidationException", message);
export const invalidParameter = (message: string) => new ServiceError("InvalidParameterException", message);
export const invalidRequest = (message: string) => new ServiceError("InvalidRequestException", message);
export const limitExceeded = (message: string) => new ServiceError("LimitExceededException", message);
export const resourceExists = (message: string) => new ServiceError("ResourceExistsException", message);
export const unreadableInput = (message: string) => new ServiceError("SerializationException", message);

export const secretNotFound = () =>
  new ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");

export const valueNotFound = (which: { label: string } | { versionId: string }) =>
  new ServiceError(
    "ResourceNotFoundException",
    "Secrets Manager can't find the specified secret value for " +
      ("label" in which ? `staging label: ${which.label}` : `VersionId: ${which.versionId}`),
  );
