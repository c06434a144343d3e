// The Credentials Manager: the API's five operations, each as the steps that decide it.
import type { Decision } from '../audit/audit.ts';
import { type Caller, identifyCaller } from '../caller.ts';
import type { Deployment } from '../deployment.ts';
import { BrokerError } from '../errors.ts';
import type { AccessMetadata, AccessRoleProbe } from '../registrations/access-metadata.ts';
import type { Registrant } from '../registrations/registrant.ts';
import { fieldOfIssuer, parseRegistration, type Registration } from '../registrations/registration.ts';
import { changeOf } from '../registrations/registration-change.ts';
import type { StoredRegistration, TrustReport } from '../registrations/stored-registration.ts';
import { howToPin } from '../registrations/warnings.ts';
import type { TemporaryCredentials } from '../sessions/assumed-role.ts';
import { type SessionTag, sessionSubjectOf, type TagValues, tagValuesOf } from '../sessions/session-tags.ts';
import {
  type SessionRequest,
  sessionRequestOf,
  type TemporaryCredentialsProvider,
} from '../sessions/temporary-credentials.ts';
import type { TrustProbe } from '../sessions/trust-probe.ts';
import type { JwkSets } from '../tokens/jwk-sets.ts';
import { tryJwkSets } from '../tokens/jwks-trial.ts';
import { findJwksUrlProblem } from '../tokens/jwks-url.ts';
import { digestOf, type TokenVerifier, type VerifiedToken } from '../tokens/token-verifier.ts';
import type { UsagePlans } from '../usage-plans/usage-plans.ts';
import { Registrants } from './registrant.ts';
import type { BrokerRequest } from './request.ts';
import { tokenOf } from './token-parameter.ts';

/** What the deployment asks of every registration: when it is written, and again whenever it is used. */
export interface RegistrationRules {
  readonly jwksHosts: readonly string[];
  readonly requirePinnedTrust: boolean;
  readonly requireIssuer: boolean;
  readonly requireAudience: boolean;
  /** Role names that alone may write registrations; empty: every application its own. */
  readonly registrars: readonly string[];
}

export interface CredentialsManagerParts {
  readonly deployment: Deployment & RegistrationRules;
  readonly usagePlans: UsagePlans;
  readonly accessMetadata: AccessMetadata;
  readonly jwkSets: JwkSets;
  readonly tokenVerifier: TokenVerifier;
  readonly provider: TemporaryCredentialsProvider;
  readonly trustProbe: TrustProbe;
}

interface ScopedSession {
  readonly registration: StoredRegistration;
  readonly tags: readonly SessionTag[];
  readonly tagValues: TagValues;
  readonly session: SessionRequest;
}

export interface IssuedCredentials {
  readonly credentials: TemporaryCredentials;
  readonly tags: TagValues;
}

/**
 * Every method takes the request and the decision that it fills in for the audit record, and throws
 * {@link BrokerError} where it refuses.
 */
export class CredentialsManager {
  /** By the verified token, which its verifier keeps as long as the token is known. */
  readonly #sessions = new WeakMap<VerifiedToken, ScopedSession>();

  readonly #registrants: Registrants;

  constructor(private readonly parts: CredentialsManagerParts) {
    this.#registrants = new Registrants(parts.deployment.registrars);
  }

  /** `GET` and `POST /credentials`: the tenant's credentials for the calling application. */
  async issueCredentials(request: BrokerRequest, decision: Decision): Promise<IssuedCredentials> {
    const { usagePlans, accessMetadata, tokenVerifier, provider } = this.parts;

    const caller = this.#identify(request, decision);
    const admission = usagePlans.begin(caller.applicationName);
    const token = tokenOf(request);
    decision.tokenDigest = digestOf(token);

    const registration = await accessMetadata.get(caller);
    decision.accessRole = registration.accessRoleName;
    decision.accessRoleId = registration.accessRoleId;
    decision.version = registration.version;
    this.#requireAllowed(registration);

    const verified = await tokenVerifier.verify(token, decision.tokenDigest, registration, {
      owner: caller.applicationName,
      version: registration.version,
    });
    decision.token = verified.identity;
    const { tags, tagValues, session } = this.#sessionOf(verified, registration);
    decision.tags = tags;
    decision.sessionName = session.input.RoleSessionName as string;
    decision.sourceIdentity = session.input.SourceIdentity;

    const cached = provider.cached(session);
    decision.cacheHit = cached !== undefined;
    const credentials = cached ?? (await provider.issue(session));
    // A lease that had to be fetched was fetched beside the steps above.
    await admission;
    decision.accessKeyId = credentials.accessKeyId;
    return { credentials, tags: tagValues };
  }

  /** `POST /applications` */
  async register(
    request: BrokerRequest,
    decision: Decision,
  ): Promise<{ stored: StoredRegistration; created: boolean }> {
    const caller = await this.#admit(request, decision);
    const { registrant, registration } = this.#registrationFrom(request, caller, decision);
    const registered = await this.parts.accessMetadata.register(
      registrant,
      registration,
      this.#probeOf(registrant, registration, decision),
    );
    decision.version = registered.stored.version;
    decision.claimTakenFrom = registered.takenFrom;
    if (registered.created) decision.change = changeOf(undefined, registered.stored);
    return registered;
  }

  /** `PUT /applications` */
  async replace(request: BrokerRequest, decision: Decision): Promise<StoredRegistration> {
    const caller = await this.#admit(request, decision);
    const { registrant, registration } = this.#registrationFrom(request, caller, decision);
    const { stored, before, takenFrom } = await this.parts.accessMetadata.replace(
      registrant,
      registration,
      this.#probeOf(registrant, registration, decision),
    );
    decision.version = stored.version;
    decision.claimTakenFrom = takenFrom;
    decision.change = changeOf(before, stored);
    return stored;
  }

  /** `GET /applications` */
  async show(request: BrokerRequest, decision: Decision): Promise<StoredRegistration> {
    const caller = await this.#admit(request, decision);
    const registrant = this.#registrants.ofReading(request, caller);
    recordRegistrant(decision, registrant, caller);
    return this.parts.accessMetadata.show(registrant);
  }

  /** `DELETE /applications` */
  async deregister(request: BrokerRequest, decision: Decision): Promise<StoredRegistration> {
    const caller = await this.#admit(request, decision);
    const registrant = this.#registrants.ofRemoval(request, caller);
    recordRegistrant(decision, registrant, caller);
    const removed = await this.parts.accessMetadata.deregister(registrant);
    decision.change = changeOf(removed, undefined);
    return removed;
  }

  /** What STS is asked for with this token: worked out once for a verified token and a registration. */
  #sessionOf(token: VerifiedToken, registration: StoredRegistration): ScopedSession {
    const known = this.#sessions.get(token);
    if (known?.registration === registration) return known;
    const subject = sessionSubjectOf(token, registration);
    const session = sessionRequestOf(registration, subject, this.parts.deployment);
    const { tags } = subject;
    const scoped = { registration, tags, tagValues: tagValuesOf(tags), session };
    this.#sessions.set(token, scoped);
    return scoped;
  }

  /** The caller of a request about its registration, which has a usage plan of its own. */
  async #admit(request: BrokerRequest, decision: Decision): Promise<Caller> {
    const caller = this.#identify(request, decision);
    await this.parts.usagePlans.begin(caller.applicationName, 'registration');
    return caller;
  }

  #identify(request: BrokerRequest, decision: Decision): Caller {
    const caller = identifyCaller(request.iam, this.parts.deployment);
    decision.application = caller.applicationName;
    decision.applicationRoleId = caller.applicationRoleId;
    return caller;
  }

  /** Asks about the access role of a registration; refuses one that the deployment does not allow. */
  #probeOf(registrant: Registrant, registration: Registration, decision: Decision): AccessRoleProbe {
    const { trustProbe, jwkSets } = this.parts;
    return {
      enter: async () => {
        decision.accessRoleId = await trustProbe.enter(registrant, registration);
        return decision.accessRoleId;
      },
      report: async () => {
        const [report] = await Promise.all([
          trustProbe.report(registrant, registration),
          tryJwkSets(jwkSets, jwksUrlFieldsOf(registration)),
        ]);
        decision.trust = report.trust;
        this.#requirePinned(report, registration, registrant);
        return report;
      },
    };
  }

  #registrationFrom(request: BrokerRequest, caller: Caller, decision: Decision) {
    const { registrant, document } = this.#registrants.ofWrite(request, caller);
    recordRegistrant(decision, registrant, caller);
    const registration = parseRegistration(document);
    const { jwksHosts } = this.parts.deployment;
    for (const [jwksUrl, field] of jwksUrlFieldsOf(registration)) {
      const problem = findJwksUrlProblem(jwksUrl, jwksHosts);
      if (problem) throw new BrokerError('InvalidRequest', `${field}: ${problem}`);
    }
    const missing = this.#missingFrom(registration);
    if (missing) throw new BrokerError('InvalidRequest', `${missing}: is required by this deployment`);
    decision.accessRole = registration.accessRoleName;
    if (!registration.listsIssuers) {
      decision.jwksUrl = registration.issuers[0]?.jwksUrl;
      decision.issuer = registration.issuers[0]?.issuer;
    }
    return { registrant, registration };
  }

  /**
   * What was registered before the deployment asked for more is served no longer.
   *
   * @throws BrokerError TrustNotPinned, RegistrationNotAllowed
   */
  #requireAllowed(registration: StoredRegistration): void {
    this.#requirePinned(registration, registration, registration);
    const missing = this.#missingFrom(registration);
    if (missing === undefined) return;
    throw new BrokerError(
      'RegistrationNotAllowed',
      `this deployment requires ${missing} of every registration: add it with PUT /applications`,
    );
  }

  #requirePinned(
    { trust }: Pick<TrustReport, 'trust'>,
    { accessRoleName }: Registration,
    { applicationName }: Pick<Caller, 'applicationName'>,
  ): void {
    if (!this.parts.deployment.requirePinnedTrust || trust === 'Pinned') return;
    throw new BrokerError(
      'TrustNotPinned',
      `${howToPin(accessRoleName, applicationName)} Where it is registered, PUT the registration again.`,
    );
  }

  #missingFrom(registration: Registration): string | undefined {
    const { requireIssuer, requireAudience } = this.parts.deployment;
    for (const [index, { issuer, audience }] of registration.issuers.entries()) {
      if (requireIssuer && issuer === undefined) return fieldOfIssuer(registration, index, 'Issuer');
      if (requireAudience && audience === undefined) return fieldOfIssuer(registration, index, 'Audience');
    }
    return undefined;
  }
}

/** Where the keys of a registration's issuers are, each with the field that says so. */
function jwksUrlFieldsOf(registration: Registration): Map<string, string> {
  return new Map(
    registration.issuers.map(({ jwksUrl }, index) => [
      jwksUrl,
      fieldOfIssuer(registration, index, 'JWKSetURL'),
    ]),
  );
}

function recordRegistrant(
  decision: Decision,
  { applicationName, byRegistrar }: Registrant,
  caller: Caller,
): void {
  if (!byRegistrar) return;
  decision.registrar = caller.applicationName;
  decision.registrarRoleId = caller.applicationRoleId;
  decision.application = applicationName;
  decision.applicationRoleId = undefined;
}
