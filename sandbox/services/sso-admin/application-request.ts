// What requests on an application have in common: the application that they name, and the permission on it.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { requireOneOf, requireText } from '../../constraints.ts';
import { accountOfArn } from '../../identities/identity.ts';
import type { Application, Assignment } from '../../identity-center/application.ts';
import { principalTypes } from '../../identity-center/application.ts';
import type { Instance } from '../../identity-center/identity-center.ts';

const APPLICATION_ARN = {
  minLength: 10,
  maxLength: 1_224,
  pattern: /^arn:aws:sso::\d{12}:application\/(sso)?ins-[a-zA-Z0-9-.]{16}\/apl-[a-zA-Z0-9]{16}$/,
};
const INSTANCE_ARN = {
  minLength: 10,
  maxLength: 1_224,
  pattern: /^arn:aws:sso:::instance\/(sso)?ins-[a-zA-Z0-9-.]{16}$/,
};
const PRINCIPAL_ID = {
  maxLength: 47,
  pattern: /^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$/,
};

/** @throws AwsError ValidationError, ResourceNotFoundException */
export function applicationOf({ account, input }: OperationCall): Application {
  const arn = requireText('applicationArn', input['ApplicationArn'], APPLICATION_ARN);
  const { instance } = account.identityCenter;
  return (instance ?? account.identityCenter.requireInstance(arn)).applications.get(arn);
}

/** @throws AwsError ValidationError, ResourceNotFoundException */
export function instanceOf({ account, input }: OperationCall): Instance {
  return account.identityCenter.requireInstance(
    requireText('instanceArn', input['InstanceArn'], INSTANCE_ARN),
  );
}

/**
 * The action on the application that the request names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_iam-identity-center.html
 */
export function onApplication(action: string): (call: OperationCall) => AuthorizationRequest {
  return ({ input }) => {
    const resource = String(input['ApplicationArn']);
    const ApplicationAccount = accountOfArn(resource);
    return {
      action: `sso:${action}`,
      resource,
      ...(ApplicationAccount && { context: { 'sso:ApplicationAccount': ApplicationAccount } }),
    };
  };
}

/** The action on the thing that this parameter names. */
export function onNamed(action: string, parameter: string): (call: OperationCall) => AuthorizationRequest {
  return ({ input }) => ({ action: `sso:${action}`, resource: String(input[parameter]) });
}

/** @throws AwsError ValidationError */
export function readAssignment({ input }: OperationCall): Assignment {
  return {
    principalId: requireText('principalId', input['PrincipalId'], PRINCIPAL_ID),
    principalType: requireOneOf('principalType', input['PrincipalType'], principalTypes),
  };
}
