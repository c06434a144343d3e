// AWS::IdentityStore::GroupMembership
import { z } from 'zod';
import { administratorOf, storeOf } from './identity-center.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  IdentityStoreId: z.string(),
  GroupId: z.string(),
  MemberId: z.strictObject({ UserId: z.string() }),
});

export const directoryMembership = resourceType(
  properties,
  ({ IdentityStoreId, GroupId, MemberId: { UserId } }, { account }) => {
    const store = storeOf(account, IdentityStoreId);
    const { membershipId } = store.createMembership(GroupId, UserId, administratorOf(account));
    return { ref: `${membershipId}|${IdentityStoreId}`, attributes: { MembershipId: membershipId } };
  },
  {
    delete: ({ ref, properties: { IdentityStoreId } }, { account }) =>
      storeOf(account, IdentityStoreId).deleteMembership(ref.split('|')[0] as string),
  },
);
