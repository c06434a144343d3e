// The error of an AWS service: below everything that throws it.

/** An error as an AWS service words it. */
export class AwsError extends Error {
  /** @param reason why, in one sentence for the trail alone, where the caller must not be told */
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    readonly reason?: string,
  ) {
    super(message);
    this.name = 'AwsError';
  }
}
