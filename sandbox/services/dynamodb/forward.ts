// Passing a request on to dynalite, and its answer or error back.
import type { Account } from '../../account/account.ts';
import { AwsError } from '../../aws-error.ts';

export type Item = Record<string, Record<string, unknown>>;

/** @throws AwsError as DynamoDB words it; InternalServerError while dynalite is down */
export async function forward(account: Account, operation: string, input: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(account.dynamoDbEndpoint, {
      method: 'POST',
      headers: headersOf(operation),
      body: JSON.stringify(input),
    });
  } catch {
    throw new AwsError('InternalServerError', 'The request could not be processed. Try again.', 500);
  }
  return answerOf(response.status, (await response.json()) as Record<string, unknown>);
}

/** What dynalite wants to be there. */
export function headersOf(operation: string): Record<string, string> {
  return {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    // It wants a signature and does not look at it.
    'x-amz-date': '20120810T000000Z',
    authorization: 'AWS4-HMAC-SHA256 Credential=sandbox, SignedHeaders=host, Signature=unchecked',
  };
}

/** The output. @throws AwsError what dynalite answers instead */
export function answerOf(statusCode: number, output: Record<string, unknown>): unknown {
  if (statusCode < 400) return output;
  const { __type = 'InternalServerError', message, Message, ...fields } = output;
  const code = String(__type).replace(/^.*#/, '');
  throw new AwsError(code, String(message ?? Message ?? ''), statusCode, undefined, fields);
}
