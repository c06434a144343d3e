// What the probe's setup works on: its account, the deployment, and the names of what it creates.
import type { Clients } from '../client/account/clients.ts';
import type { Patience } from '../client/account/patience.ts';
import type { Account } from '../client/account/roles.ts';
import type { Api, Credentials } from '../client/broker-client.ts';
import type { Deployment } from './deployment.ts';
import type { Names } from './names.ts';

export const SESSION_TAG_KEY = 'TenantID';

export interface SetupParts {
  readonly clients: Clients;
  readonly account: Account;
  readonly deployment: Deployment;
  readonly api: Api;
  readonly names: Names;
  readonly tenant: string;
  readonly otherTenant: string;
  readonly claimName: string;
  /** An identity provider other than the user pool of the deployment; no user is created then. */
  readonly jwksUrl?: string | undefined;
  readonly issuer?: string | undefined;
  /** Of the user; made up where absent. */
  readonly password?: string | undefined;
  /** Of a role that writes registrations, where the deployment has such; absent: the application writes its own. */
  readonly registrar?: (() => Promise<Credentials>) | undefined;
  /** For what is eventually consistent; its signal ends the setup between two steps. */
  readonly patience: Patience;
  /** Of each removal. */
  readonly timeoutMs: number;
}

export function ownPoolOf({ jwksUrl, deployment }: SetupParts): Deployment['userPool'] {
  return jwksUrl === undefined ? deployment.userPool : undefined;
}

export function arnOf({ accountId, partition }: Account, roleName: string): string {
  return `arn:${partition}:iam::${accountId}:role/${roleName}`;
}
