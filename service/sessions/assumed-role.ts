// An assumed role: what STS answers to AssumeRole, read strictly.
import { AssumeRoleCommand, type AssumeRoleCommandInput, type STSClient } from '@aws-sdk/client-sts';

/** What the broker hands out, as STS gave it. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Of a session that acts for a user of a directory: the user's id there. */
  readonly directoryUser?: string;
}

/** A session, and the role that it is of. */
export interface AssumedRole {
  readonly credentials: TemporaryCredentials;
  /** `AROA…`, which a role that is made anew under the same name does not have. */
  readonly roleId: string;
  /** By STS's clock, in whole seconds, as AWS has it in `aws:TokenIssueTime`; milliseconds since the epoch. */
  readonly issuedAt: number;
}

/** What STS makes of an AssumeRole that names no duration. */
const DEFAULT_SECONDS = 3600;

/** Asks STS; rejects with what the SDK's client rejects with, and where the answer is incomplete. */
export async function assumeRole(client: STSClient, input: AssumeRoleCommandInput): Promise<AssumedRole> {
  const { DurationSeconds = DEFAULT_SECONDS } = input;
  return assumedRoleOf(await client.send(new AssumeRoleCommand(input)), DurationSeconds);
}

interface AssumeRoleAnswer {
  readonly Credentials?: unknown;
  readonly AssumedRoleUser?: { readonly AssumedRoleId?: unknown } | undefined;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html */
function assumedRoleOf(
  { Credentials, AssumedRoleUser }: AssumeRoleAnswer,
  durationSeconds: number,
): AssumedRole {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = (Credentials ?? {}) as Record<
    string,
    unknown
  >;
  const roleId = /^(\w+):/.exec(String(AssumedRoleUser?.AssumedRoleId))?.[1];
  if (
    typeof AccessKeyId !== 'string' ||
    typeof SecretAccessKey !== 'string' ||
    typeof SessionToken !== 'string' ||
    !(Expiration instanceof Date) ||
    Number.isNaN(Expiration.getTime()) ||
    roleId === undefined
  ) {
    throw new Error('STS answered without credentials, or without saying whose');
  }
  return {
    roleId,
    issuedAt: (Math.floor(Expiration.getTime() / 1000) - durationSeconds) * 1000,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresAt: Expiration.getTime(),
    },
  };
}
