// AWS::IdentityStore::User
import { z } from 'zod';
import { administratorOf, storeOf } from './identity-center.ts';
import { resourceType } from './resource-type.ts';

/** The directory itself refuses the attributes that it does not know. */
const properties = z.looseObject({ IdentityStoreId: z.string() });

export const directoryUser = resourceType(
  properties,
  ({ IdentityStoreId, ...attributes }, { account, uuid }) => {
    const given = withBooleans(attributes) as Record<string, unknown>;
    const { userId } = storeOf(account, IdentityStoreId).createUser(given, administratorOf(account), uuid());
    return { ref: `${userId}|${IdentityStoreId}`, attributes: { UserId: userId } };
  },
  {
    delete: ({ ref, properties: { IdentityStoreId } }, { account }) =>
      storeOf(account, IdentityStoreId).deleteUser(ref.split('|')[0] as string),
  },
);

/** CloudFormation takes true and false as text too: of a user, `Primary` is one of these. */
function withBooleans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBooleans);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'Primary' && typeof member === 'string' ? member === 'true' : withBooleans(member),
    ]),
  );
}
