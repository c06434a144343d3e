// The steps of requests for data: as the broker's, with the user's identity where it counts, and S3 Access Grants behind them.
import { hash } from 'node:crypto';
import type { Decision } from '../audit/audit.ts';
import type { AdmittedUser, CredentialsManager, IssuedCredentials } from '../broker/credentials-manager.ts';
import type { BrokerRequest } from '../broker/request.ts';
import { type Parameter, tokenOf } from '../broker/token-parameter.ts';
import type {
  AccessGrants,
  DataCredentials,
  ListedGrant,
  ListedGrants,
} from '../data-access/access-grants.ts';
import type { DataAccess, DataAsker, DataWish } from '../data-access/data-access.ts';
import { denialsFirst } from '../denials-first.ts';
import { BrokerError } from '../errors.ts';
import type { SharedExchange } from '../identity-context/shared-exchange.ts';
import type { AccessGrantsRules } from '../registrations/data-access-rules.ts';
import type { StoredRegistration } from '../registrations/stored-registration.ts';
import { scopeOf } from '../registrations/target-template.ts';
import { isWithin, readScope, renderScope, type S3Scope } from '../s3-scope.ts';
import type { TagValues } from '../sessions/session-tags.ts';
import type { SessionIdentity, TemporaryCredentialsProvider } from '../sessions/temporary-credentials.ts';
import type { VerifiedToken } from '../tokens/token-verifier.ts';
import { dataParameters, durationOf, grantsParameters, wishedDataOf, wishedGrantsOf } from './parameters.ts';

export interface DataAccessManagerParts {
  readonly manager: Pick<CredentialsManager, 'admitUser' | 'issueSession'>;
  readonly provider: Pick<TemporaryCredentialsProvider, 'has'>;
  readonly dataAccess: Pick<DataAccess, 'cached' | 'issue'>;
  readonly accessGrants: Pick<AccessGrants, 'listCallerAccessGrants'>;
  readonly exchange: Pick<SharedExchange, 'contextOf'>;
  /** Name of an application → ARN of its application in IAM Identity Center. */
  readonly identityCenterApplications: ReadonlyMap<string, string>;
  readonly partition: string;
}

interface DataUser extends AdmittedUser {
  readonly actsForUser: boolean;
  /** Of the application in IAM Identity Center, where the session acts for a user. */
  readonly applicationArn?: string;
}

/** What is answered to a request for data, or for a session. */
export interface IssuedAccess extends IssuedCredentials {
  /** Where data was asked for. */
  readonly data?: DataCredentials & { readonly permission: string };
  /** Whether the session acts for a user, and so reaches little by itself. */
  readonly actsForUser: boolean;
}

/** Every method takes the request and the decision that it fills in, and throws {@link BrokerError} where it refuses. */
export class DataAccessManager {
  constructor(private readonly parts: DataAccessManagerParts) {}

  /** `GET` and `POST /credentials`: those of the session, or for a target. */
  async issueCredentials(request: BrokerRequest, decision: Decision): Promise<IssuedAccess> {
    const { dataAccess } = this.parts;
    const user = await this.#admit(request, decision, dataParameters);
    const wished = wishedDataOf(request);
    const { actsForUser } = user;
    if (wished === undefined)
      return { ...(await this.#issueSession(handedOut(user), decision)), actsForUser };

    const rules = requireGrants(user.registration);
    const { target, permission } = wished;
    const wish: DataWish = {
      target,
      permission,
      privilege: rules.privilege,
      durationSeconds: durationOf(wished, rules, request),
    };
    const data = { ...wish, target: renderScope(target) };
    decision.data = data;
    requireWithin(target, rules, user.tagValues);

    const asker = this.#askerOf(user, decision);
    const cached = dataAccess.cached(asker, wish);
    const issued = cached ?? (await dataAccess.issue(asker, wish));
    await user.admission;
    decision.cacheHit = cached !== undefined;
    decision.accessKeyId = issued.accessKeyId;
    decision.directoryUser = issued.directoryUser;
    const { granteeType, granteeIdentifier: grantee } = issued.grantee;
    decision.data = { ...data, matchedGrantTarget: issued.matchedGrantTarget, granteeType, grantee };
    return { credentials: issued, tags: user.tagValues, data: { ...issued, permission }, actsForUser };
  }

  /** `GET` and `POST /grants`: what the user may reach, a page of it. */
  async listGrants(request: BrokerRequest, decision: Decision): Promise<ListedGrants> {
    const { accessGrants } = this.parts;
    const user = await this.#admit(request, decision, grantsParameters);
    const wished = wishedGrantsOf(request);
    const rules = requireGrants(user.registration);
    const { credentials } = await this.#issueSession(user, decision);
    const { grants, ...page } = await accessGrants.listCallerAccessGrants(credentials, wished);
    const own = ownScopeOf(rules, user.tagValues);
    if (own === undefined) return { grants, ...page };
    return { grants: grants.flatMap((grant) => narrowed(grant, own)), ...page };
  }

  async #admit(
    request: BrokerRequest,
    decision: Decision,
    parameters: readonly Parameter[],
  ): Promise<DataUser> {
    const { manager, identityCenterApplications } = this.parts;
    const user = await manager.admitUser(request, decision, (it) => tokenOf(it, parameters));
    const { registration, session, verified } = user;
    if (registration.dataAccess?.accessMode !== 'IdentityContext') return { ...user, actsForUser: false };
    const applicationArn = identityCenterApplications.get(registration.applicationName);
    // requireUsable has seen to it.
    if (applicationArn === undefined) throw new Error('the application has none in IAM Identity Center');
    // The same role and tags, for just this user: whoever else has the same tags has another session.
    const parts = [session.cacheKey, applicationArn, userOf(verified)];
    const cacheKey = hash('sha256', JSON.stringify(parts), 'base64url');
    return { ...user, session: { ...session, cacheKey }, actsForUser: true, applicationArn };
  }

  /**
   * The session of the access role; for a user, with the identity that the token is exchanged for. A denial is one of this token,
   * and none of the user's session, which another token may renew. Only a failure is the session's too: the one that is there
   * stands in.
   */
  async #issueSession(user: DataUser, decision: Decision): Promise<IssuedCredentials> {
    const { manager, provider } = this.parts;
    const { session, applicationArn, token } = user;
    if (applicationArn === undefined) return manager.issueSession(user, decision);
    const ask = () => this.#identityOf(token, applicationArn);
    // One that is there may be over when it is looked for once more: no session of the role is without the user.
    const identity = (await provider.has(session)) ? ask : await denialsFirst(ask);
    return manager.issueSession({ ...user, session: { ...session, identity } }, decision);
  }

  async #identityOf(token: string, applicationArn: string): Promise<SessionIdentity> {
    const { exchange, partition } = this.parts;
    const { assertion, directoryUser } = await exchange.contextOf(token, applicationArn);
    const ProviderArn = `arn:${partition}:iam::aws:contextProvider/IdentityCenter`;
    return { context: { ProviderArn, ContextAssertion: assertion }, directoryUser };
  }

  #askerOf(user: DataUser, decision: Decision): DataAsker {
    const { session, registration, actsForUser } = user;
    return {
      sessionKey: session.cacheKey,
      application: registration.applicationName,
      session: async () => (await this.#issueSession(user, decision)).credentials,
      actsForUser,
    };
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session */
const asksForNoData = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 's3:GetDataAccess', Resource: '*' },
  ],
});

/**
 * The session that the application gets itself. Where a template holds it to its tenant, it may not ask S3 Access Grants on its own:
 * the grant is all tenants'.
 */
function handedOut(user: DataUser): DataUser {
  const { session, registration } = user;
  if (registration.dataAccess?.accessGrants?.targetTemplate === undefined) return user;
  const cacheKey = hash('sha256', `${session.cacheKey} ${asksForNoData}`, 'base64url');
  return { ...user, session: { ...session, input: { ...session.input, Policy: asksForNoData }, cacheKey } };
}

/**
 * Whom the token is of: by the issuer's own name for them, and by the address that a directory may know them by.
 *
 * @throws BrokerError ClaimMissing, ClaimNotAllowed
 */
function userOf({ claims }: VerifiedToken): (string | null)[] {
  for (const claim of ['iss', 'sub', 'jti']) {
    if (claims[claim] === undefined) {
      throw new BrokerError(
        'ClaimMissing',
        `the token has no claim ${claim}, which IAM Identity Center requires`,
      );
    }
  }
  return [textOf('iss'), textOf('sub'), claims['email'] === undefined ? null : textOf('email')];

  function textOf(claim: string): string {
    const value = claims[claim];
    if (typeof value === 'string' && value !== '' && value.length <= 256) return value;
    throw new BrokerError('ClaimNotAllowed', `the claim ${claim} must be 1–256 characters`);
  }
}

/** @throws BrokerError InvalidRequest */
function requireGrants({ dataAccess }: StoredRegistration): AccessGrantsRules {
  if (dataAccess?.accessGrants) return dataAccess.accessGrants;
  throw new BrokerError(
    'InvalidRequest',
    'the registration has no AccessGrants: the application asks for no data',
  );
}

/** What the tenant is held to; nothing without a template. @throws BrokerError TargetOutsideTenant */
function ownScopeOf({ targetTemplate }: AccessGrantsRules, tagValues: TagValues): S3Scope | undefined {
  return targetTemplate === undefined
    ? undefined
    : scopeOf(targetTemplate, new Map(Object.entries(tagValues)));
}

/** @throws BrokerError TargetOutsideTenant */
function requireWithin(target: S3Scope, rules: AccessGrantsRules, tagValues: TagValues): void {
  const own = ownScopeOf(rules, tagValues);
  if (own === undefined || isWithin(target, own)) return;
  throw new BrokerError('TargetOutsideTenant', `the target is not within ${renderScope(own)}`);
}

/** What a grant has of a tenant's own: all of it, a part, or nothing. */
function narrowed(grant: ListedGrant, own: S3Scope): ListedGrant[] {
  const scope = readScope(grant.grantScope);
  if ('problem' in scope) return [];
  if (isWithin(own, scope)) return [{ ...grant, grantScope: renderScope(own) }];
  return isWithin(scope, own) ? [grant] : [];
}
