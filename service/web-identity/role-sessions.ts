// Sessions of target roles: by web identity, up to twelve hours, or chained from the portal's own role, up to one.
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  type STSClient,
} from '@aws-sdk/client-sts';
import type { Issuer, Subject } from './issuer.ts';
import { refusalOf } from './sts-refusals.ts';

/** What a user gets, as STS gave it. */
export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Wanted extends Subject {
  readonly role: string;
  readonly durationSeconds: number;
  readonly mode: 'web-identity' | 'chained';
}

export class RoleSessions {
  /**
   * @param stsOf the client of a partition, which alone knows its roles; it signs with the function's own role where it
   *   chains, and web identity is asked for unsigned
   */
  constructor(
    private readonly stsOf: (partition: string) => STSClient,
    private readonly issuer: Issuer,
  ) {}

  /**
   * @throws PortalError TrustMissing, IdentityProviderMissing, DurationAboveMaximum, SessionTagsTooLarge,
   *   StsUnavailable, SigningKeyUnavailable
   */
  async issue(wanted: Wanted): Promise<RoleSession> {
    const token = wanted.mode === 'web-identity' ? await this.issuer.token(wanted) : undefined;
    try {
      const credentials =
        token === undefined ? await this.#chained(wanted) : await this.#byWebIdentity(wanted, token);
      return roleSessionOf(credentials);
    } catch (error) {
      throw refusalOf(error, wanted);
    }
  }

  async #byWebIdentity(wanted: Wanted, token: string): Promise<Credentials | undefined> {
    const { Credentials } = await this.stsOf(partitionOf(wanted)).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: wanted.role,
        RoleSessionName: wanted.sessionName,
        WebIdentityToken: token,
        DurationSeconds: wanted.durationSeconds,
      }),
    );
    return Credentials;
  }

  /** The external id is the target's: a role that requires it is entered by no other target's path. */
  async #chained({ role, sessionName, service, tags, durationSeconds }: Wanted) {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const { Credentials } = await this.stsOf(partitionOf({ role })).send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: sessionName,
        ExternalId: service,
        SourceIdentity: sessionName,
        Tags,
        TransitiveTagKeys: Tags.map(({ Key }) => Key),
        DurationSeconds: durationSeconds,
      }),
    );
    return Credentials;
  }
}

/** `aws`, of a role's ARN. */
function partitionOf({ role }: Pick<Wanted, 'role'>): string {
  return role.split(':')[1] ?? '';
}

function roleSessionOf(credentials: Credentials | undefined): RoleSession {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  const expiresAt = Expiration?.getTime();
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || expiresAt === undefined || Number.isNaN(expiresAt))
    throw new Error('STS answered without credentials');
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt,
  };
}
