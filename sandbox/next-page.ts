// Pages of lists by `MaxResults` and `NextToken`, as the newer services of AWS have them.
import { AwsError } from './aws-error.ts';
import { requireInteger } from './constraints.ts';

export interface NextPage<Item> {
  readonly items: readonly Item[];
  /** What asks for the page behind this one; absent at the end. */
  readonly nextToken: string | undefined;
}

/**
 * The page that a request asks for. A token stands for the last item of the page before, which may be gone: then the list begins anew.
 * @param max how many one page may have, and has where the request does not say
 * @throws AwsError ValidationError
 */
export function nextPage<Item>(
  input: Readonly<Record<string, unknown>>,
  all: readonly Item[],
  idOf: (item: Item) => string,
  max = 100,
): NextPage<Item> {
  const size = requireInteger('maxResults', input['MaxResults'] ?? max, { min: 1, max });
  const after = readToken(input['NextToken']);
  const start = after === undefined ? 0 : all.findIndex((item) => idOf(item) === after) + 1;
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  const isCut = last !== undefined && start + size < all.length;
  return { items, nextToken: isCut ? Buffer.from(idOf(last)).toString('base64url') : undefined };
}

function readToken(token: unknown): string | undefined {
  if (token === undefined || token === '') return undefined;
  const id = Buffer.from(String(token), 'base64url').toString();
  if (id !== '' && Buffer.from(id).toString('base64url') === token) return id;
  throw new AwsError('ValidationError', 'The NextToken is none of this list’s.');
}
