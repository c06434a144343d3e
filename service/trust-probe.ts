// The trust probe: what an access role's trust policy lets in, found out by trying.
import { randomUUID } from 'node:crypto';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { Caller, Deployment } from './caller.ts';
import type { Registration } from './registration.ts';
import { accessRoleArnOf, type TemporaryCredentialsProvider } from './temporary-credentials.ts';

export interface TrustReport {
  /**
   * `Pinned`: the broker is let in with the application as external id, and with no other.
   * `NotPinned`: a wrong external id is let in too, so any application that may call the broker could use the
   * role. `Unverified`: the broker is not let in at all, yet; so nothing can be said.
   */
  readonly trust: 'Pinned' | 'NotPinned' | 'Unverified';
  /** Whether the role itself carries an IAM tag of the session tag's key; `undefined` where it cannot be seen. */
  readonly roleHasSessionTag: boolean | undefined;
}

/** What a probing session is called and tagged with. Its credentials are dropped unseen. */
const PROBE = 'IAMSessionBroker-probe';

export class TrustProbe {
  constructor(
    private readonly provider: TemporaryCredentialsProvider,
    private readonly deployment: Deployment,
  ) {}

  /**
   * Tries the access role of a registration: with the application's external id, with a wrong one, and as a
   * session that may assume tagged roles only.
   *
   * Both external ids are tried with the same tags, so that nothing but the external id can make the
   * difference between being let in and being refused.
   *
   * @throws BrokerError StsUnavailable
   */
  async probe({ applicationName }: Caller, registration: Registration): Promise<TrustReport> {
    const attempt = (externalId: string): AssumeRoleCommandInput => ({
      RoleArn: accessRoleArnOf(registration, this.deployment),
      RoleSessionName: PROBE,
      ExternalId: externalId,
      DurationSeconds: 900,
      Tags: [registration.sessionTagKey, ...registration.sessionTags.map(([key]) => key)].map((Key) => ({
        Key,
        Value: PROBE,
      })),
    });
    const [isLetIn, isLetInWrongly] = await Promise.all([
      this.provider.isLetIn(attempt(applicationName)),
      this.provider.isLetIn(attempt(`probe-${randomUUID()}`)),
    ]);
    return {
      trust: isLetInWrongly ? 'NotPinned' : isLetIn ? 'Pinned' : 'Unverified',
      roleHasSessionTag: isLetIn
        ? await this.provider.isLetIn(attempt(applicationName), onlyRolesTagged(registration.sessionTagKey))
        : undefined,
    };
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
