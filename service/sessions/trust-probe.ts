// The trust probe: what an access role's trust policy lets in, found out by trying.
import { randomUUID } from 'node:crypto';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Caller } from '../caller.ts';
import { accessRoleArnOf, type Deployment } from '../deployment.ts';
import type { Registration } from '../registrations/registration.ts';
import type { TrustReport } from '../registrations/stored-registration.ts';
import type { TemporaryCredentialsProvider } from './temporary-credentials.ts';

/** What a probing session is called. Its credentials are dropped unseen. */
const PROBE_SESSION = 'IAMSessionBroker-probe';
/** The value of its tags: short, so that they pack no larger than real ones. */
const PROBE_VALUE = 'probe';

export class TrustProbe {
  constructor(
    private readonly provider: TemporaryCredentialsProvider,
    private readonly deployment: Deployment,
  ) {}

  /**
   * Tries the access role of a registration: with the application's external id, with wrong ones (a random one,
   * and the application's with something before and after it), and as a session that may assume tagged roles only.
   *
   * All external ids are tried with the same tags, so that nothing but the external id can make the difference
   * between being let in and being refused.
   *
   * @throws BrokerError what STS's refusal of the application's own external id means, StsUnavailable
   */
  async probe({ applicationName }: Caller, registration: Registration): Promise<TrustReport> {
    const attempt = (ExternalId: string): AssumeRoleCommandInput => ({
      RoleArn: accessRoleArnOf(registration, this.deployment),
      RoleSessionName: PROBE_SESSION,
      ExternalId,
      DurationSeconds: 900,
      Tags: [registration.sessionTagKey, ...registration.sessionTags.map(([key]) => key)].map((Key) => ({
        Key,
        Value: PROBE_VALUE,
      })),
    });
    const refusal = await this.provider.try(attempt(applicationName));
    if (refusal) throw refusal;
    const other = randomUUID();
    const refusals = await Promise.all(
      [other, `${applicationName}-${other}`, `${other}-${applicationName}`].map((wrong) =>
        this.provider.try(attempt(wrong)),
      ),
    );
    return {
      trust: refusals.includes(undefined) ? 'NotPinned' : 'Pinned',
      roleHasSessionTag: await this.#hasTag(attempt(applicationName), registration.sessionTagKey),
    };
  }

  async #hasTag(input: AssumeRoleCommandInput, key: string): Promise<boolean | undefined> {
    try {
      return (await this.provider.try(input, onlyRolesTagged(key))) === undefined;
    } catch {
      // A warning more or less is no reason to refuse a registration.
      return undefined;
    }
  }
}

/**
 * A session policy for the service role's session: it narrows what trust policies allow it to roles that
 * carry the tag, which makes the tag visible with no permission to read it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
function onlyRolesTagged(key: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Resource: '*',
        Condition: { Null: { [`aws:ResourceTag/${key}`]: 'false' } },
      },
    ],
  });
}
