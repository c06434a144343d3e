// The error of an AWS service: below everything that throws it.

/** An error as an AWS service words it. */
export class AwsError extends Error {
  /**
   * @param reason why, in one sentence for the trail alone, where the caller must not be told
   * @param fields what a JSON error has besides its message
   * @param headers what an error of S3 has besides its own
   */
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    readonly reason?: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'AwsError';
  }
}
