// The trust probe: what an access role's trust policy lets in, found out by trying.
import { randomUUID } from 'node:crypto';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Caller } from '../caller.ts';
import { accessRoleArnOf, type Deployment } from '../deployment.ts';
import type { Registration } from '../registrations/registration.ts';
import type { TrustReport } from '../registrations/stored-registration.ts';
import { keysThatMayBeMissing } from '../registrations/warnings.ts';
import { RESERVED_SESSION_NAME } from './session-name.ts';
import type { TemporaryCredentialsProvider, Tried } from './temporary-credentials.ts';

/** What a probing session is called: see session-tags.ts, which gives this name to no other. Its credentials are dropped unseen. */
const PROBE_SESSION = `${RESERVED_SESSION_NAME}-probe`;
/** The value of its tags: short, so that they pack no larger than real ones. */
const PROBE_VALUE = 'probe';
/**
 * External ids may have it, names of roles may not.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters
 */
const NOT_IN_ROLE_NAMES = ':';

/** What an access role lets in. */
export interface ProbedRole {
  /** The role's unique id. */
  accessRoleId(): Promise<string>;
  report(): Promise<TrustReport>;
}

type Outcome = Tried | { readonly failure: unknown };

interface Tries {
  readonly policy: string;
  readonly wasKept: boolean;
  /** Of the application's own external id, and then of the wrong ones. */
  readonly outcomes: readonly Outcome[];
}

export class TrustProbe {
  constructor(
    private readonly provider: TemporaryCredentialsProvider,
    private readonly deployment: Deployment,
  ) {}

  /**
   * Enters the access role of a registration with the application's own external id, by the session that sessions are
   * issued through.
   *
   * @returns the role's unique id
   * @throws BrokerError what STS's refusal means, StsUnavailable
   */
  async enter({ applicationName }: Caller, registration: Registration): Promise<string> {
    return entered(await this.provider.try(this.#attempt(registration, applicationName)));
  }

  /**
   * Tries the access role with the application's own external id and with wrong ones, side by side, as a session that may not
   * assume roles with the session tag's key on them. Where its own is let in, that tells everything: the role's unique id, that it
   * has no such tag, and by the others, that its trust policy asks for the external id. All are tried with the same tags and
   * through the same session, so that nothing but the external id can make the difference between being let in and being
   * refused. Where its own is not, it is the tag, the trust policy or the session: then they are told apart.
   *
   * What comes of it rejects as {@link enter} does, and nothing does so unheard of.
   */
  begin({ applicationName }: Caller, registration: Registration): ProbedRole {
    const own = this.#attempt(registration, applicationName);
    const wrong = wrongExternalIds(applicationName).map((id) => this.#attempt(registration, id));
    const [policy = '', ...further] = policiesFor(keysThatMayBeMissing(registration));
    const first = this.#tryThrough(policy, [own, ...wrong]);
    const asked = [first, ...further.map((another) => this.#tryThrough(another, [own]))];
    const accessRoleId = this.#roleIdOf(own, first);
    accessRoleId.catch(() => undefined);
    return {
      accessRoleId: () => accessRoleId,
      report: async () => {
        await accessRoleId;
        const [trust, ...tagged] = await Promise.all([
          this.#trustOf(wrong, first),
          ...asked.map((through) => this.#isTagged(own, through)),
        ]);
        return {
          trust,
          roleHasSessionTag: tagged.includes(true) || (tagged.includes(undefined) ? undefined : false),
        };
      },
    };
  }

  /** Several tries through one session. Never rejects: what fails is one of its outcomes. */
  async #tryThrough(policy: string, inputs: readonly AssumeRoleCommandInput[]): Promise<Tries> {
    try {
      const trial = await this.provider.narrowed(policy, 'kept');
      const outcomes = await Promise.all(inputs.map((input) => outcomeOf(trial.try(input))));
      return { policy, wasKept: trial.wasKept, outcomes };
    } catch (failure) {
      return { policy, wasKept: false, outcomes: inputs.map(() => ({ failure })) };
    }
  }

  async #roleIdOf(own: AssumeRoleCommandInput, through: Promise<Tries>): Promise<string> {
    const [outcome] = (await through).outcomes;
    return outcome && 'roleId' in outcome ? outcome.roleId : entered(await this.provider.try(own));
  }

  async #trustOf(
    wrong: readonly AssumeRoleCommandInput[],
    through: Promise<Tries>,
  ): Promise<TrustReport['trust']> {
    const [own, ...narrowed] = (await through).outcomes;
    // What its own external id is refused through is no session to be refused through.
    const outcomes = isLetIn(own)
      ? narrowed
      : await Promise.all(wrong.map((input) => outcomeOf(this.provider.try(input))));
    for (const outcome of outcomes) if ('failure' in outcome) throw outcome.failure;
    return outcomes.some(isLetIn) ? 'NotPinned' : 'Pinned';
  }

  /** Whether a role that lets the broker in shuts out a session which may not assume roles that have the tag. */
  async #isTagged(own: AssumeRoleCommandInput, through: Promise<Tries>): Promise<boolean | undefined> {
    const { policy, wasKept, outcomes } = await through;
    if (isLetIn(outcomes[0])) return false;
    const outcome = wasKept ? await outcomeOf(this.#tryAnew(own, policy)) : outcomes[0];
    // A warning more or less is no reason to refuse a registration.
    if (!outcome || 'failure' in outcome) return undefined;
    return !isLetIn(outcome);
  }

  async #tryAnew(own: AssumeRoleCommandInput, policy: string): Promise<Tried> {
    return (await this.provider.narrowed(policy, 'anew')).try(own);
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
}

function entered(outcome: Tried): string {
  if ('refusal' in outcome) throw outcome.refusal;
  return outcome.roleId;
}

function isLetIn(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && 'roleId' in outcome;
}

function outcomeOf(trying: Promise<Tried>): Promise<Outcome> {
  return trying.catch((failure: unknown) => ({ failure }));
}

/**
 * External ids that are not the application's, and that a trust policy lets in which does not pin it:
 * - its name, something else, and its name again: every pattern of `*` that lets in the name lets in this, wherever its
 *   asterisks stand, for the name fits before them and after them;
 * - its name with the last letter in the other case, for conditions that ignore case and for a `?` at its end. Where it ends in
 *   none: its name in the other case for the one, and with another last character for the other.
 *
 * None is another application's, which a trust policy may list beside this one: no two roles of an account differ in their
 * case only, and the others have a character that no role's name has.
 */
function wrongExternalIds(applicationName: string): string[] {
  const [rest, last] = [applicationName.slice(0, -1), applicationName.slice(-1)];
  const lettersSwapped = swapped(applicationName);
  return [
    [applicationName, randomUUID(), applicationName].join(NOT_IN_ROLE_NAMES),
    ...(swapped(last) === last
      ? [`${rest}${NOT_IN_ROLE_NAMES}`, ...(lettersSwapped === applicationName ? [] : [lettersSwapped])]
      : [`${rest}${swapped(last)}`]),
  ];
}

function swapped(text: string): string {
  return text.replace(/[a-z]|[A-Z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

/** Of a session policy, in characters. */
const LONGEST_POLICY = 2_048;

/** As few session policies as have room for all the keys: IAM refuses a longer one. */
function policiesFor(keys: readonly string[]): string[] {
  const whole = allButTagged(keys);
  if (whole.length <= LONGEST_POLICY || keys.length === 1) return [whole];
  const half = Math.ceil(keys.length / 2);
  return [...policiesFor(keys.slice(0, half)), ...policiesFor(keys.slice(half))];
}

/**
 * A session policy for the service role's session: it may assume what trust policies let it, but for roles that carry one of the
 * tags, which makes the tags visible with no permission to read them. A denial counts whatever else allows, a trust policy that
 * names the session itself among it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
function allButTagged(keys: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Resource: '*',
      },
      ...keys.map((key) => ({
        Effect: 'Deny',
        Action: 'sts:AssumeRole',
        Resource: '*',
        Condition: { Null: { [`aws:ResourceTag/${key}`]: 'false' } },
      })),
    ],
  });
}
