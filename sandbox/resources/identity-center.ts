// What the resource types of IAM Identity Center have in common: the store that a template names, and who deploys.
import type { Account } from '../account/account.ts';
import type { IdentityStore } from '../identity-center/identity-store.ts';

/** Throws where the account has no such store. */
export function storeOf({ identityCenter }: Account, identityStoreId: string): IdentityStore {
  const { instance } = identityCenter;
  if (instance?.identityStoreId === identityStoreId) return instance.store;
  throw new Error(`the account has no identity store ${identityStoreId}`);
}

export function administratorOf({ identities }: Account): string {
  return identities.findAccessKey(identities.administrator.accessKeyId)?.caller.arn as string;
}
