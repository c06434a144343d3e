// The error of an AWS service: below everything that throws it.

/** An error as an AWS service words it. */
export class AwsError extends Error {
  /**
   * @param reason why, in one sentence for the trail alone, where the caller must not be told
   * @param fields what a JSON error has besides its message
   */
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
    readonly reason?: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'AwsError';
  }
}
