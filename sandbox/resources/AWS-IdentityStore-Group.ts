// AWS::IdentityStore::Group
import { z } from 'zod';
import { administratorOf, storeOf } from './identity-center.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  IdentityStoreId: z.string(),
  DisplayName: z.string(),
  Description: z.string().optional(),
});

export const directoryGroup = resourceType(
  properties,
  ({ IdentityStoreId, DisplayName: displayName, Description: description }, { account, uuid }) => {
    const store = storeOf(account, IdentityStoreId);
    const { groupId } = store.createGroup({ displayName, description }, administratorOf(account), uuid());
    return { ref: `${groupId}|${IdentityStoreId}`, attributes: { GroupId: groupId } };
  },
  {
    delete: ({ ref, properties: { IdentityStoreId } }, { account }) =>
      storeOf(account, IdentityStoreId).deleteGroup(ref.split('|')[0] as string),
  },
);
