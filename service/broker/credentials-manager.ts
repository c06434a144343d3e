// The Credentials Manager: the API's five operations, each as the steps that decide it.
import type { Decision } from '../audit/audit.ts';
import { type Caller, identifyCaller } from '../caller.ts';
import type { Deployment } from '../deployment.ts';
import { BrokerError } from '../errors.ts';
import type { AccessMetadata, Recorder } from '../registrations/access-metadata.ts';
import type { AccessRoleProbe } from '../registrations/access-role-decision.ts';
import { loadRegistrationParser } from '../registrations/parser.ts';
import type { Registrant } from '../registrations/registrant.ts';
import type { Registration } from '../registrations/registration.ts';
import { jwksUrlFieldsOf } from '../registrations/registration-bounds.ts';
import { changeOf } from '../registrations/registration-change.ts';
import type { StoredRegistration } from '../registrations/stored-registration.ts';
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
import { digestOf, type TokenVerifier, type VerifiedToken } from '../tokens/token-verifier.ts';
import type { UsagePlans } from '../usage-plans/usage-plans.ts';
import { Registrants } from './registrant.ts';
import {
  type RegistrationRules,
  requirePinned,
  requireUsable,
  requireWritable,
} from './registration-rules.ts';
import type { BrokerRequest } from './request.ts';
import { tokenOf } from './token-parameter.ts';

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
  readonly tags: readonly SessionTag[];
  readonly tagValues: TagValues;
  readonly session: SessionRequest;
}

/** Whose session is asked for, all of it verified. */
export interface AdmittedUser {
  readonly token: string;
  readonly registration: StoredRegistration;
  readonly verified: VerifiedToken;
  readonly tagValues: TagValues;
  readonly session: SessionRequest;
  /** Rejects where the application is over its usage plan: nothing is issued before it is settled. */
  readonly admission: Promise<void> | undefined;
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
  /**
   * By the registration and the verified token, both kept elsewhere as long as they are known: a token holds no registration
   * that has been read anew since, which may be large.
   */
  readonly #sessions = new WeakMap<StoredRegistration, WeakMap<VerifiedToken, ScopedSession>>();

  readonly #registrants: Registrants;

  constructor(private readonly parts: CredentialsManagerParts) {
    this.#registrants = new Registrants(parts.deployment.registrars);
  }

  /** `GET` and `POST /credentials`: the tenant's credentials for the calling application. */
  async issueCredentials(request: BrokerRequest, decision: Decision): Promise<IssuedCredentials> {
    return this.issueSession(await this.admitUser(request, decision, tokenOf), decision);
  }

  /**
   * Whose session is asked for: the caller, its registration, and the user whom the token is of. What goes on beside is
   * awaited by {@link issueSession}, or by whoever takes its place.
   */
  async admitUser(
    request: BrokerRequest,
    decision: Decision,
    readToken: (request: BrokerRequest) => string,
  ): Promise<AdmittedUser> {
    const { usagePlans, accessMetadata, tokenVerifier } = this.parts;

    const caller = this.#identify(request, decision);
    const admission = usagePlans.begin(caller.applicationName);
    const token = readToken(request);
    decision.tokenDigest = digestOf(token);

    const registration = await accessMetadata.get(caller);
    decision.accessRole = registration.accessRoleName;
    decision.accessRoleId = registration.accessRoleId;
    decision.version = registration.version;
    requireUsable(registration, this.parts.deployment);

    const verified = await tokenVerifier.verify(token, decision.tokenDigest, registration, {
      owner: caller.applicationName,
      version: registration.version,
    });
    decision.token = verified.identity;
    const { tags, tagValues, session } = this.#sessionOf(verified, registration);
    decision.tags = tags;
    decision.sessionName = session.input.RoleSessionName as string;
    decision.sourceIdentity = session.input.SourceIdentity;
    return { token, registration, verified, tagValues, session, admission };
  }

  /** The session of the access role, from the cache or from STS. */
  async issueSession(
    { session, tagValues, admission }: Pick<AdmittedUser, 'session' | 'tagValues' | 'admission'>,
    decision: Decision,
  ): Promise<IssuedCredentials> {
    const { provider } = this.parts;
    const cached = provider.cached(session);
    decision.cacheHit = cached !== undefined;
    const credentials = cached ?? (await provider.issue(session));
    // A lease that had to be fetched was fetched beside the steps above.
    await admission;
    decision.accessKeyId = credentials.accessKeyId;
    decision.directoryUser = credentials.directoryUser;
    return { credentials, tags: tagValues };
  }

  /** `POST /applications` */
  async register(
    request: BrokerRequest,
    decision: Decision,
  ): Promise<{ stored: StoredRegistration; created: boolean }> {
    const registered = await this.#whileAdmitting(request, decision, async (caller, admission) => {
      const { registrant, registration } = await this.#registrationFrom(request, caller, decision);
      const probe = this.#probeOf(registrant, registration, admission, decision);
      return this.parts.accessMetadata.register(registrant, registration, probe, recorderOf(decision));
    });
    decision.version = registered.stored.version;
    return registered;
  }

  /** `PUT /applications` */
  async replace(request: BrokerRequest, decision: Decision): Promise<StoredRegistration> {
    const stored = await this.#whileAdmitting(request, decision, async (caller, admission) => {
      const { registrant, registration } = await this.#registrationFrom(request, caller, decision);
      const probe = this.#probeOf(registrant, registration, admission, decision);
      return this.parts.accessMetadata.replace(registrant, registration, probe, recorderOf(decision));
    });
    decision.version = stored.version;
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
    return this.parts.accessMetadata.deregister(registrant, recorderOf(decision));
  }

  /** What STS is asked for with this token: worked out once for a verified token and a registration. */
  #sessionOf(token: VerifiedToken, registration: StoredRegistration): ScopedSession {
    const ofRegistration = this.#sessions.get(registration) ?? new WeakMap<VerifiedToken, ScopedSession>();
    const known = ofRegistration.get(token);
    if (known) return known;
    const subject = sessionSubjectOf(token, registration);
    const session = sessionRequestOf(registration, subject, this.parts.deployment);
    const { tags } = subject;
    const scoped = { tags, tagValues: tagValuesOf(tags), session };
    this.#sessions.set(registration, ofRegistration.set(token, scoped));
    return scoped;
  }

  /** The caller of a request about its registration, which has a usage plan of its own. */
  async #admit(request: BrokerRequest, decision: Decision): Promise<Caller> {
    const caller = this.#identify(request, decision);
    await this.parts.usagePlans.begin(caller.applicationName, 'registration');
    return caller;
  }

  /**
   * Takes the steps of a write while the usage plan is asked; whatever comes of them, a refusal of the plan comes first.
   *
   * @param steps write nothing before the admission is settled
   */
  async #whileAdmitting<T>(
    request: BrokerRequest,
    decision: Decision,
    steps: (caller: Caller, admission: Promise<void> | undefined) => Promise<T>,
  ): Promise<T> {
    const caller = this.#identify(request, decision);
    const admission = this.parts.usagePlans.begin(caller.applicationName, 'registration');
    try {
      return await steps(caller, admission);
    } finally {
      await admission;
    }
  }

  #identify(request: BrokerRequest, decision: Decision): Caller {
    const caller = identifyCaller(request.iam, this.parts.deployment);
    decision.application = caller.applicationName;
    decision.applicationRoleId = caller.applicationRoleId;
    return caller;
  }

  /** Asks about the access role of a registration; refuses one that the deployment does not allow. */
  #probeOf(
    registrant: Registrant,
    registration: Registration,
    admission: Promise<void> | undefined,
    decision: Decision,
  ): AccessRoleProbe {
    const { trustProbe, jwkSets, deployment } = this.parts;
    return {
      begin: () => {
        const probed = trustProbe.begin(registrant, registration);
        const trial = tryJwkSets(jwkSets, jwksUrlFieldsOf(registration));
        // Of a role that may not be registered nobody asks what came of it.
        trial.catch(() => undefined);
        return {
          accessRoleId: async () => {
            await admission;
            decision.accessRoleId = await probed.accessRoleId();
            return decision.accessRoleId;
          },
          report: async () => {
            const [report] = await Promise.all([probed.report(), trial]);
            decision.trust = report.trust;
            requirePinned(report, registration, registrant, deployment);
            return report;
          },
        };
      },
      enter: async () => {
        await admission;
        decision.accessRoleId = await trustProbe.enter(registrant, registration);
        return decision.accessRoleId;
      },
    };
  }

  async #registrationFrom(request: BrokerRequest, caller: Caller, decision: Decision) {
    const { registrant, document } = this.#registrants.ofWrite(request, caller);
    recordRegistrant(decision, registrant, caller);
    const parseRegistration = await loadRegistrationParser();
    const registration = parseRegistration(document);
    requireWritable(registration, registrant, this.parts.deployment);
    decision.accessRole = registration.accessRoleName;
    if (!registration.listsIssuers) {
      decision.jwksUrl = registration.issuers[0]?.jwksUrl;
      decision.issuer = registration.issuers[0]?.issuer;
    }
    return { registrant, registration };
  }
}

/** Whatever the request is answered, what it wrote is in its record. */
function recorderOf(decision: Decision): Recorder {
  return (write) => {
    decision.change = write && changeOf(write.before, write.after);
    decision.claimTakenFrom = write?.takenFrom;
  };
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
