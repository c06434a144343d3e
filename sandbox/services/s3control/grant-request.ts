// What requests on a grant have in common: the grant that they name, or the one that they ask for.
import { type Grant, granteeTypes, permissions } from '../../access-grants/grant.ts';
import type { GrantRequest } from '../../access-grants/grants.ts';
import { grantScope } from '../../access-grants/scope.ts';
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { optionalText, requireOneOf, requireText } from '../../constraints.ts';
import { onPart } from './instance-request.ts';

/** @throws AwsError NoSuchAccessGrantError, AccessGrantsInstanceNotExistsError */
export function grantOf({ account, input }: OperationCall): Grant {
  return account.accessGrants.grants.find(String(input['AccessGrantId']));
}

/** An action on the grant that the request names. One that is not there has no scope. */
export function onGrant(name: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => {
    const id = String(call.input['AccessGrantId']);
    const { accessGrants } = call.account;
    const found = accessGrants.instance && accessGrants.grants.all.find(({ grantId }) => grantId === id);
    return onPart(call, name, 'grant', { id, scope: found?.scope.text });
  };
}

/** @throws AwsError ValidationError */
export function readGrant({ input }: OperationCall): GrantRequest {
  const configuration = structure(input['AccessGrantsLocationConfiguration']);
  const grantee = structure(input['Grantee']);
  const prefixType = input['S3PrefixType'];
  return {
    locationId: requireText('accessGrantsLocationId', input['AccessGrantsLocationId'], {
      maxLength: 64,
      pattern: /^[a-zA-Z0-9-]+$/,
    }),
    subPrefix: optionalText('s3SubPrefix', configuration['S3SubPrefix'], { maxLength: 2_000 }),
    grantee: {
      granteeType: requireOneOf('granteeType', grantee['GranteeType'], granteeTypes),
      granteeIdentifier: requireText('granteeIdentifier', grantee['GranteeIdentifier']),
    },
    permission: requireOneOf('permission', input['Permission'], permissions),
    applicationArn: optionalText('applicationArn', input['ApplicationArn'], {
      minLength: 10,
      maxLength: 1_224,
      pattern: /^arn:[^:]+:sso::\d{12}:application\/.*$/,
    }),
    prefixType:
      prefixType === undefined ? undefined : requireOneOf('s3PrefixType', prefixType, ['Object'] as const),
  };
}

/** What else must be allowed to whoever names a user or a group of the directory. */
export function describing(call: OperationCall): AuthorizationRequest[] {
  const { granteeType, granteeIdentifier } = readGrant(call).grantee;
  const { identityCenter } = call.account.accessGrants.requireInstance();
  if (granteeType === 'IAM' || !identityCenter) return [];
  const kind = granteeType === 'DIRECTORY_USER' ? 'User' : 'Group';
  return [
    { action: 'sso:DescribeInstance', resource: identityCenter.instanceArn },
    { action: 'sso:DescribeApplication', resource: identityCenter.applicationArn },
    {
      action: `identitystore:Describe${kind}`,
      resource: `arn:aws:identitystore:::${kind.toLowerCase()}/${granteeIdentifier}`,
    },
  ];
}

/** The scope that the grant would have. @throws AwsError NoSuchAccessGrantsLocationError, NotImplemented */
export function scopeAskedFor(call: OperationCall): string {
  const { locationId, subPrefix } = readGrant(call);
  return grantScope(call.account.accessGrants.locations.find(locationId).scope, subPrefix).text;
}

function structure(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
