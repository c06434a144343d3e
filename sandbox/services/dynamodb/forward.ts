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
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        // dynalite wants a signature to be there and does not look at it.
        'x-amz-date': '20120810T000000Z',
        authorization: 'AWS4-HMAC-SHA256 Credential=sandbox, SignedHeaders=host, Signature=unchecked',
      },
      body: JSON.stringify(input),
    });
  } catch {
    throw new AwsError('InternalServerError', 'The request could not be processed. Try again.', 500);
  }
  const output = (await response.json()) as Record<string, unknown>;
  if (response.ok) return output;
  const code = String(output['__type'] ?? 'InternalServerError').replace(/^.*#/, '');
  throw new AwsError(code, String(output['message'] ?? output['Message'] ?? ''), response.status);
}
