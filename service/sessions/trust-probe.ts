// The trust probe: what an access role's trust policy lets in, found out by trying.
import { randomUUID } from 'node:crypto';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Caller } from '../caller.ts';
import { accessRoleArnOf, type Deployment } from '../deployment.ts';
import type { Registration } from '../registrations/registration.ts';
import type { TrustReport } from '../registrations/stored-registration.ts';
import { keysThatMayBeMissing } from '../registrations/warnings.ts';
import { RESERVED_SESSION_NAME } from './session-name.ts';
import type { TemporaryCredentialsProvider } from './temporary-credentials.ts';

/** What a probing session is called: see session-tags.ts, which gives this name to no other. Its credentials are dropped unseen. */
const PROBE_SESSION = `${RESERVED_SESSION_NAME}-probe`;
/** The value of its tags: short, so that they pack no larger than real ones. */
const PROBE_VALUE = 'probe';
/**
 * External ids may have it, names of roles may not.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters
 */
const NOT_IN_ROLE_NAMES = ':';

export class TrustProbe {
  constructor(
    private readonly provider: TemporaryCredentialsProvider,
    private readonly deployment: Deployment,
  ) {}

  /**
   * Enters the access role of a registration with the application's own external id.
   *
   * @returns the role's unique id
   * @throws BrokerError what STS's refusal means, StsUnavailable
   */
  async enter({ applicationName }: Caller, registration: Registration): Promise<string> {
    const outcome = await this.provider.try(this.#attempt(registration, applicationName));
    if ('refusal' in outcome) throw outcome.refusal;
    return outcome.roleId;
  }

  /**
   * Tries the access role with wrong external ids, and as a session that may assume tagged roles only. To be asked of a
   * role that {@link enter} was let into.
   *
   * All external ids are tried with the same tags, so that nothing but the external id can make the difference
   * between being let in and being refused.
   *
   * @throws BrokerError StsUnavailable
   */
  async report({ applicationName }: Caller, registration: Registration): Promise<TrustReport> {
    const outcomes = await Promise.all(
      wrongExternalIds(applicationName).map((wrong) => this.provider.try(this.#attempt(registration, wrong))),
    );
    return {
      trust: outcomes.some((outcome) => 'roleId' in outcome) ? 'NotPinned' : 'Pinned',
      roleHasSessionTag: await this.#hasTag(
        this.#attempt(registration, applicationName),
        keysThatMayBeMissing(registration),
      ),
    };
  }

  #attempt(registration: Registration, ExternalId: string): AssumeRoleCommandInput {
    const keys = [registration.sessionTagKey, ...registration.sessionTags.map(({ key }) => key)];
    const { transitiveTagKeys = keys, sourceIdentityClaim } = registration;
    return {
      RoleArn: accessRoleArnOf(registration, this.deployment),
      RoleSessionName: PROBE_SESSION,
      ExternalId,
      DurationSeconds: 900,
      Tags: keys.map((Key) => ({ Key, Value: PROBE_VALUE })),
      ...(transitiveTagKeys.length > 0 && { TransitiveTagKeys: [...transitiveTagKeys] }),
      ...(sourceIdentityClaim !== undefined && { SourceIdentity: PROBE_SESSION }),
    };
  }

  /**
   * A trust policy that names the service role's *session*, or anybody under a condition, lets a session in whatever
   * its session policy says: then a key that no role has is let in too, and nothing can be told.
   */
  async #hasTag(input: AssumeRoleCommandInput, keys: readonly string[]): Promise<boolean | undefined> {
    const isLetInBy = async (policy: string) => 'roleId' in (await this.provider.try(input, policy));
    try {
      const letIn = await Promise.all(policiesFor(keys).map(isLetInBy));
      if (!letIn.includes(true)) return false;
      return (await isLetInBy(onlyRolesTagged([randomUUID()]))) ? undefined : true;
    } catch {
      // A warning more or less is no reason to refuse a registration.
      return undefined;
    }
  }
}

/**
 * External ids that are not the application's, and that a trust policy lets in which does not pin it:
 * - its name, something else, and its name again: every pattern of `*` that lets in the name lets in this, wherever its
 *   asterisks stand, for the name fits before them and after them;
 * - its name in the other case, for conditions that ignore case;
 * - its name with another last character, for a `?` at its end.
 *
 * None is another application's, which a trust policy may list beside this one: no two roles of an account differ in their
 * case only, and the others have a character that no role's name has.
 */
function wrongExternalIds(applicationName: string): string[] {
  const swapped = applicationName.replace(/[a-z]|[A-Z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  return [
    [applicationName, randomUUID(), applicationName].join(NOT_IN_ROLE_NAMES),
    ...(swapped === applicationName ? [] : [swapped]),
    `${applicationName.slice(0, -1)}${NOT_IN_ROLE_NAMES}`,
  ];
}

/** Of a session policy, in characters. */
const LONGEST_POLICY = 2_048;

/** As few session policies as have room for all the keys: a longer one would be refused, as if no role had the tags. */
function policiesFor(keys: readonly string[]): string[] {
  const whole = onlyRolesTagged(keys);
  if (whole.length <= LONGEST_POLICY || keys.length === 1) return [whole];
  const half = Math.ceil(keys.length / 2);
  return [...policiesFor(keys.slice(0, half)), ...policiesFor(keys.slice(half))];
}

/**
 * A session policy for the service role's session: it narrows what trust policies allow it to roles that
 * carry one of the tags, which makes the tags visible with no permission to read them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
function onlyRolesTagged(keys: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: keys.map((key) => ({
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Resource: '*',
      Condition: { Null: { [`aws:ResourceTag/${key}`]: 'false' } },
    })),
  });
}
