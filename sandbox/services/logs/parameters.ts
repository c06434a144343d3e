// Parameters that several operations of CloudWatch Logs have: numbers within bounds, times, and tokens of pages.
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireInteger } from '../../constraints.ts';
import { invalidParameter } from './log-group-request.ts';

/** More than any time, in milliseconds. */
export const LATEST = 999_999_999_999_999;

type Input = OperationCall['input'];

/** @throws AwsError InvalidParameterException */
export function integerOf(
  input: Input,
  name: string,
  bounds: { readonly min?: number; readonly max?: number; readonly otherwise: number },
): number {
  const { min = 0, max = LATEST, otherwise } = bounds;
  try {
    return requireInteger(name, input[name] ?? otherwise, { min, max });
  } catch (error) {
    if (error instanceof AwsError) throw invalidParameter(error.message);
    throw error;
  }
}

/** @throws AwsError InvalidParameterException */
export function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalidParameter(`${name} must be a string.`);
}

/** A parameter that would change the answer, and that the sandbox has not. @throws AwsError InvalidParameterException */
export function refuseParameters(input: Input, ...names: readonly string[]): void {
  const given = names.find((name) => input[name] !== undefined && input[name] !== false);
  if (given) throw invalidParameter(`The sandbox does not know the parameter ${given}.`);
}

/** A page of a list, and the token of the next: it says which item that begins after. */
export function pageOf<Item>(
  input: Input,
  items: readonly Item[],
  limit: number,
  keyOf: (item: Item) => string,
): { readonly page: readonly Item[]; readonly nextToken?: string } {
  const rest = itemsAfterToken(input, items, keyOf);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    page,
    ...(last !== undefined && page.length < rest.length && { nextToken: tokenAfter(keyOf(last)) }),
  };
}

/** All of the list where the request has no token. @throws AwsError InvalidParameterException */
export function itemsAfterToken<Item>(
  input: Input,
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const after = readToken(textOf(input, 'nextToken'));
  if (after === undefined) return items;
  const from = items.findIndex((item) => keyOf(item) > after);
  return from < 0 ? [] : items.slice(from);
}

/** @param key of the last item that was shown */
export function tokenAfter(key: string): string {
  return Buffer.from(key).toString('base64');
}

function readToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const key = Buffer.from(token, 'base64').toString();
  if (key !== '' && Buffer.from(key).toString('base64') === token) return key;
  throw invalidParameter('The specified nextToken is invalid.');
}
