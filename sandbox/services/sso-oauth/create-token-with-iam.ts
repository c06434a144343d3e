// CreateTokenWithIAM: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html
import type { Operation, OperationCall } from '../../account/operation.ts';
import { authorizeOnBothSides } from '../../authorization/resource-policy.ts';
import { AwsError } from '../../aws-error.ts';
import { type Application, grantTypes, JWT_BEARER } from '../../identity-center/application.ts';
import { isAssigned } from '../../identity-center/assignments.ts';
import type { Instance } from '../../identity-center/identity-center.ts';
import { invalidGrant, verifyForExchange } from './exchanged-token.ts';
import { issueTokens, scopesOf } from './issued-tokens.ts';
import { refused } from './refusal.ts';

/** Decides by itself: the application's actor policy has a say, which may be another account's. */
export const createTokenWithIam: Operation = {
  recorded: ['clientId', 'grantType'],
  async run(call) {
    const { account } = call;
    const { application, instance } = requireApplication(call);
    requireActor(call, application, instance);
    const assertion = readAssertion(call);
    const scope = readScope(call, application);
    const { user, issuer, tokenId } = await verifyForExchange(
      application,
      instance,
      assertion,
      account.now(),
    );
    call.record('UserId', user.userId);
    if (!isAssigned(application, user.userId, instance.store)) {
      throw refused('access_denied', `the application is not assigned to the user ${user.userId}`);
    }
    if (!instance.usedTokens.use(issuer.issuerUrl, tokenId)) {
      throw invalidGrant('it was exchanged before');
    }
    return issueTokens(account, { application, instance, user }, scope);
  },
};

interface Found {
  readonly application: Application;
  readonly instance: Instance;
}

/** In any account: the ARN is the client's id. */
function requireApplication({ account, input }: OperationCall): Found {
  const clientId = requireString(input, 'clientId');
  const found = account.identityCenter.findApplication(clientId);
  if (!found) throw refused('invalid_client', `there is no application ${clientId}`);
  if (found.application.status === 'DISABLED') throw refused('access_denied', 'the application is disabled');
  return found;
}

/** The caller's identity policies and the application's actor policy: both must allow it. */
function requireActor(
  { account, caller }: OperationCall,
  application: Application,
  instance: Instance,
): void {
  const resourcePolicy = instance.applications.shownActorPolicy(application);
  if (!resourcePolicy) throw refused('access_denied', 'the application has no authentication method');
  const asked = { action: 'sso-oauth:CreateTokenWithIAM', resource: application.arn, resourcePolicy };
  const decision = authorizeOnBothSides(account, caller, asked);
  if (!decision.allowed) throw refused('access_denied', decision.reason);
}

function readAssertion({ input }: OperationCall): string {
  const grantType = requireString(input, 'grantType');
  const known = grantTypes.find((type) => type === grantType);
  if (known === undefined) throw refused('unsupported_grant_type', 'the grant type is none of AWS’s');
  if (known !== JWT_BEARER) {
    throw new AwsError('NotImplemented', `The sandbox does not have the grant ${known}.`, 501);
  }
  return requireString(input, 'assertion');
}

/** Those asked for; without any, all. */
function readScope({ input }: OperationCall, application: Application): string[] {
  const all = scopesOf(application);
  const { scope } = input;
  if (scope === undefined) return all;
  if (!Array.isArray(scope)) throw refused('invalid_request', 'the scope is no list');
  const unknown = scope.find((one) => !all.includes(one));
  if (unknown !== undefined) throw refused('invalid_scope', 'the application has not every scope asked for');
  return scope;
}

function requireString(input: OperationCall['input'], name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw refused('invalid_request', `${name} is missing`, `${name} is required`);
}
