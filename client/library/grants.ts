// What a token's user may reach in S3: the grants, page after page.
import { unexpectedContent } from './answers.ts';
import type { BrokerCall, Document } from './broker-api.ts';
import { type DataPermission, dataPermissions } from './data-access.ts';
import { SessionBrokerError } from './errors.ts';

export interface CallerGrant {
  /** `s3://bucket/prefix*`, or an object. */
  readonly grantScope: string;
  readonly permission: DataPermission;
  /** The application of Identity Center that alone it is for. */
  readonly applicationArn?: string;
}

export interface GrantsOptions {
  /** Only those whose scope begins so: `s3://bucket/pre`. */
  readonly grantScope?: string | undefined;
  /** Of more than this many the answer is the error `TooManyGrants`, and no part of them. Default 10,000. */
  readonly maxGrants?: number | undefined;
}

/** A page may be empty, and its successor too. */
const MOST_PAGES = 1_000;

/** What is wrong with a scope to search for; quotes nothing of it. */
export function problemOfScope(grantScope: unknown): string | undefined {
  const isScope = typeof grantScope === 'string' && /^s3:\/\/[^\p{Cc}\p{Cs}]{0,1995}$/u.test(grantScope);
  return isScope ? undefined : 'must begin with s3:// and have 2,000 characters at most';
}

/**
 * All of them, in the broker's order.
 * @param call asks, and again where the broker fails for the moment
 * @throws TypeError for options that are wrong, by their names; SessionBrokerError
 */
export async function allGrants(
  call: (call: BrokerCall) => Promise<Document>,
  token: string,
  { grantScope, maxGrants = 10_000 }: GrantsOptions = {},
): Promise<readonly CallerGrant[]> {
  const problem = grantScope === undefined ? undefined : problemOfScope(grantScope);
  if (problem !== undefined) throw new TypeError(`grantScope: ${problem}`);
  if (!Number.isInteger(maxGrants) || maxGrants < 1)
    throw new TypeError('maxGrants: must be a whole number above 0');
  const found: CallerGrant[] = [];
  const read = new Set<string | undefined>();
  let nextToken: string | undefined;
  do {
    read.add(nextToken);
    const body = {
      JWT: token,
      ...(grantScope !== undefined && { GrantScope: grantScope }),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
    const page = await call({ method: 'POST', path: 'grants', body, token });
    found.push(...grantsIn(page));
    nextToken = nextTokenOf(page);
    if (nextToken !== undefined && read.has(nextToken))
      throw unexpectedContent('a page of grants leads back to one before', 200);
    if (found.length > maxGrants || read.size > MOST_PAGES) throw tooMany(maxGrants);
  } while (nextToken !== undefined);
  return found;
}

function grantsIn({ Grants }: Document): CallerGrant[] {
  if (!Array.isArray(Grants)) throw unexpectedContent('the answer holds no grants', 200);
  return Grants.map((grant: unknown) => {
    const { GrantScope, Permission, ApplicationArn } = Object(grant) as Record<string, unknown>;
    const permission = dataPermissions.find((each) => each === Permission);
    if (typeof GrantScope !== 'string' || !permission)
      throw unexpectedContent('the answer holds what is no grant', 200);
    return {
      grantScope: GrantScope,
      permission,
      ...(typeof ApplicationArn === 'string' && { applicationArn: ApplicationArn }),
    };
  });
}

function nextTokenOf({ NextToken }: Document): string | undefined {
  return typeof NextToken === 'string' && NextToken !== '' ? NextToken : undefined;
}

function tooMany(maxGrants: number): SessionBrokerError {
  return new SessionBrokerError(
    `more than ${maxGrants} grants, or more pages than are read: narrow grantScope`,
    {
      code: 'TooManyGrants',
    },
  );
}
