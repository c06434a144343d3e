// The accounts of a sandbox: the first, in which its stacks are, and those that are opened beside it.
import { AccessGrants } from '../access-grants/access-grants.ts';
import { AwsError } from '../aws-error.ts';
import { IdentityCenter } from '../identity-center/identity-center.ts';
import { KmsKeys } from '../kms-keys/kms-keys.ts';
import type { Account } from './account.ts';

/** The account that is there from the start. */
export function firstAccount(
  parts: Omit<Account, 'all' | 'isFirst' | 'accessGrants' | 'identityCenter'>,
): Account {
  const accessGrants = new AccessGrants(parts);
  const identityCenter = new IdentityCenter(parts);
  const account: Account = { ...parts, isFirst: true, accessGrants, identityCenter, all: new Map() };
  account.all.set(account.accountId, account);
  return account;
}

/**
 * Another account beside these, with identities and buckets of its own, and one clock and one trail for all. What it has
 * beside IAM, STS, S3 and IAM Identity Center is refused by name: see {@link Account.isFirst}.
 * @throws AwsError for a number that is none, or that an account has already
 */
export function openAccount(beside: Account, accountId: string): Account {
  if (!/^\d{12}$/.test(accountId))
    throw new AwsError('ValidationError', `${accountId} is no account number: 12 digits`);
  if (beside.all.has(accountId))
    throw new AwsError('ValidationError', `there is an account ${accountId} already`);
  const { region, now } = beside;
  const identities = beside.identities.of(accountId);
  const account: Account = {
    ...beside,
    accountId,
    isFirst: false,
    identities,
    buckets: new Map(),
    accessGrants: new AccessGrants({ accountId, region, now, identities }),
    userPools: new Map(),
    certificates: new Map(),
    kmsKeys: new KmsKeys({ accountId, region, now, identities }),
    identityCenter: new IdentityCenter({ accountId, now, identities }, beside.identityCenter),
    aliasRecords: [],
    stacks: new Map(),
  };
  account.all.set(accountId, account);
  return account;
}
