// Options of the functions' AWS clients: how often one asks, and how long one attempt may take.

/** One attempt ends after `timeoutMs`: connecting, waiting for headers, and each pause within the body. */
export function clientOptions(maxAttempts: number, timeoutMs: number) {
  return {
    maxAttempts,
    requestHandler: {
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      // Without this the SDK logs that the time is up, and goes on waiting.
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
    },
  };
}
