// What Logs Insights says of a query that it cannot read: also of one that AWS can read and the sandbox cannot.
import { AwsError } from '../aws-error.ts';

/** @param at where in the query: the first character is 0 */
export function malformed(message: string, at: number, length = 1): AwsError {
  const location = { startCharOffset: at, endCharOffset: at + length };
  return new AwsError(
    'MalformedQueryException',
    `${message} (at character ${at + 1} of the query)`,
    400,
    undefined,
    { queryCompileError: { location, message } },
  );
}
