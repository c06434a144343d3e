// Pages of S3 Access Grants' lists: `NextToken`, `MaxResults`.
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireInteger } from '../../constraints.ts';

const DEFAULT_MAX_RESULTS = 1_000;

/**
 * The page that the request asks for: a token is the id of what the page before ended with.
 * @throws AwsError ValidationError, InvalidArgument for a token that is none
 */
export function pageOf<Item>(
  { input }: OperationCall,
  all: readonly Item[],
  idOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly NextToken: string | undefined } {
  const max = requireInteger('maxResults', input['MaxResults'] ?? DEFAULT_MAX_RESULTS, {
    min: 0,
    max: 1_000,
  });
  const start = startOf(input['NextToken'], all.map(idOf));
  const items = all.slice(start, start + (max || DEFAULT_MAX_RESULTS));
  const last = items.at(-1);
  const isTruncated = last !== undefined && start + items.length < all.length;
  return { items, NextToken: isTruncated ? Buffer.from(idOf(last)).toString('base64url') : undefined };
}

function startOf(token: unknown, ids: readonly string[]): number {
  if (token === undefined) return 0;
  const at = ids.indexOf(Buffer.from(String(token), 'base64url').toString());
  if (at >= 0) return at + 1;
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
}
