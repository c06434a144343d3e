// What requests on an OpenID Connect provider have in common: the provider that they name, and the permission on it.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { resourceTagContext } from './resource-arn.ts';

/** @throws AwsError ValidationError */
export function requireProviderArn({ input }: OperationCall): string {
  return requireText('openIDConnectProviderArn', input['OpenIDConnectProviderArn'], {
    minLength: 20,
    maxLength: 2_048,
  });
}

/** The action on the provider that the request names, whether or not there is one. */
export function onProvider(action: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => {
    const resource = requireProviderArn(call);
    const provider = call.account.identities.oidcProviders.all.find(({ arn }) => arn === resource);
    return { action, resource, context: resourceTagContext(provider?.tags) };
  };
}
