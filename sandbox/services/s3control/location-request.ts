// What requests on a location have in common: the location that they name, its scope and its role.
import type { Location } from '../../access-grants/grant.ts';
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { onPart } from './instance-request.ts';

/** @throws AwsError NoSuchAccessGrantsLocationError, AccessGrantsInstanceNotExistsError */
export function locationOf({ account, input }: OperationCall): Location {
  return account.accessGrants.locations.find(String(input['AccessGrantsLocationId']));
}

/** An action on the location that the request names. One that is not there has no scope. */
export function onLocation(name: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => {
    const id = String(call.input['AccessGrantsLocationId']);
    const { accessGrants } = call.account;
    const found =
      accessGrants.instance && accessGrants.locations.all.find(({ locationId }) => locationId === id);
    return onPart(call, name, 'location', { id, scope: found?.scope });
  };
}

/** @throws AwsError ValidationError */
export function readRoleArn({ input }: OperationCall): string {
  return requireText('iAMRoleArn', input['IAMRoleArn'], {
    maxLength: 2_048,
    pattern: /^arn:[^:]+:iam::\d{12}:role\/.*$/,
  });
}

/** @throws AwsError ValidationError */
export function readLocationScope({ input }: OperationCall): string {
  return requireText('locationScope', input['LocationScope'], { maxLength: 2_000 });
}
