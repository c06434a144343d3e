// What is probed, and how to come by the identities that it is probed with.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { ClientConfig } from '../client/account/clients.ts';
import { signIn } from '../client/account/pool-user.ts';
import { type Api, type Credentials, credentialsOf } from '../client/broker-client.ts';
import { ProbeError } from './check.ts';

export interface Subject {
  readonly api: Api;
  /** For the clients that use issued credentials. */
  readonly clientConfig: ClientConfig;
  readonly bucket: string;
  /** The tenant of the token's user. */
  readonly tenant: string;
  /** Whose data must stay out of reach. */
  readonly otherTenant: string;
  /** The claim that holds the tenant. */
  readonly claimName: string;
  readonly token: () => Promise<string>;
  /** The same user's, expired; absent where nobody has one. */
  readonly expiredToken?: (() => Promise<string>) | undefined;
  /** Whether a token may stand in the query of a request. */
  readonly showsToken: boolean;
  /** Of the application that is registered; may read the data of both tenants. */
  readonly application: () => Promise<Credentials>;
  /** Of a role that may call the API and is not registered. */
  readonly stranger: () => Promise<Credentials>;
}

const SESSION_NAME = 'IAMSessionBrokerProbe';

export async function assumeRole(sts: STSClient, roleArn: string): Promise<Credentials> {
  const { Credentials = {} } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: SESSION_NAME, DurationSeconds: 900 }),
  );
  return credentialsOf(Credentials);
}

export interface PoolLogin {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

export function tokenOfUser(cognito: CognitoIdentityProviderClient, login: PoolLogin): () => Promise<string> {
  return () => signIn(cognito, login);
}

/** What the command prints. What it says on stderr is dropped, for a token may stand in it. */
export function tokenOfCommand(command: string, timeoutMs: number): () => Promise<string> {
  return async () => {
    const options = { timeout: timeoutMs, maxBuffer: 1024 * 1024 };
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], options).catch(() => {
      throw new ProbeError('the token command failed; run it by itself to see why');
    });
    return stdout.trim();
  };
}
