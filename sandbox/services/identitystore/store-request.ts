// What requests on an identity store have in common: the store and the things that they name, and the permissions on them.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireStructure, requireText } from '../../constraints.ts';
import { requireFound } from '../../identity-center/directory.ts';
import type { IdentityStore } from '../../identity-center/identity-store.ts';

const STORE_ID = { maxLength: 36, pattern: /^d-[0-9a-f]{10}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ };
const ID = {
  maxLength: 47,
  pattern: /^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/,
};

/** @throws AwsError ValidationError, ResourceNotFoundException */
export function storeOf({ account, input }: OperationCall): IdentityStore {
  const id = requireText('identityStoreId', input['IdentityStoreId'], STORE_ID);
  const { instance } = account.identityCenter;
  const isNamed = instance?.identityStoreId === id;
  return requireFound(isNamed ? instance.store : undefined, 'IDENTITY_STORE', id);
}

/** @throws AwsError ValidationError */
export function requireId(field: string, value: unknown): string {
  return requireText(field, value, ID);
}

/** @throws AwsError ValidationError */
export function memberOf({ input }: OperationCall): string {
  const member = requireStructure('memberId', input['MemberId']);
  return requireId('memberId.userId', member['UserId']);
}

/** The attribute by which a request names a user or a group. @throws AwsError ValidationError, NotImplemented */
export function uniqueAttributeOf({ input }: OperationCall): {
  readonly path: string;
  readonly value: string;
} {
  const identifier = requireStructure('alternateIdentifier', input['AlternateIdentifier']);
  if (identifier['ExternalId'] !== undefined) {
    throw new AwsError('NotImplemented', 'The sandbox has no external ids in identity stores.', 501);
  }
  const attribute = requireStructure('uniqueAttribute', identifier['UniqueAttribute']);
  return {
    path: requireText('attributePath', attribute['AttributePath'], { maxLength: 255 }),
    value: requireText('attributeValue', attribute['AttributeValue']),
  };
}

/** The resource types of the Service Authorization Reference; a thing that is not told yet is any. */
export const arns = {
  user: (userId: unknown = '*') => `arn:aws:identitystore:::user/${userId}`,
  group: (groupId: unknown = '*') => `arn:aws:identitystore:::group/${groupId}`,
  membership: (membershipId: unknown = '*') => `arn:aws:identitystore:::membership/${membershipId}`,
};

/**
 * The action on the store, and on each of these: all must be allowed.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html
 */
export function onStore(
  action: string,
  others: (call: OperationCall) => readonly string[] = () => [],
): (call: OperationCall) => readonly AuthorizationRequest[] {
  return (call) => {
    const { account, input } = call;
    const store = `arn:aws:identitystore::${account.accountId}:identitystore/${input['IdentityStoreId']}`;
    return [store, ...others(call)].map((resource) => ({ action: `identitystore:${action}`, resource }));
  };
}

/** The user of a `MemberId`, for the permission on it. */
export function memberArn({ input }: OperationCall): string {
  return arns.user(Object(input['MemberId'])['UserId']);
}
