// An application of the story: its two roles, registered with the broker, and the client library as it would use it.
import type { IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Cleanup } from '../../client/account/cleanup.ts';
import type { ClientConfig } from '../../client/account/clients.ts';
import {
  type Account,
  accessTrustPolicy,
  actingForUsers,
  createRole,
  credentialsPolicy,
  deleteRole,
  pinnedTo,
  registrationPolicy,
  serviceTrustPolicy,
} from '../../client/account/roles.ts';
import { type RegistrationRequest, SessionBroker } from '../../client/library/index.ts';

export interface ApplicationPlace {
  readonly account: Account;
  readonly clientConfig: ClientConfig;
  readonly iam: IAMClient;
  readonly endpoint: string;
  readonly servicePrincipalRoleName: string;
  readonly cleanup: Cleanup;
}

/** @param registration without its access role, which is the application's own */
export async function registerApplication(
  { account, clientConfig, iam, endpoint, servicePrincipalRoleName, cleanup }: ApplicationPlace,
  roleName: string,
  registration: Omit<RegistrationRequest, 'AccessRoleName'>,
): Promise<SessionBroker> {
  const accessRoleName = `${roleName}Access`;
  cleanup.add(`the role ${accessRoleName}`, () => deleteRole(iam, accessRoleName));
  const trust = pinnedTo(roleName, accessTrustPolicy(account, servicePrincipalRoleName));
  await createRole(iam, accessRoleName, actingForUsers(account, trust), { AskForData: askPolicy(account) });
  cleanup.add(`the role ${roleName}`, () => deleteRole(iam, roleName));
  await createRole(iam, roleName, serviceTrustPolicy(account), {
    InvokeCredentials: credentialsPolicy(account),
    RegisterApplication: registrationPolicy(account),
  });
  const RoleArn = `arn:${account.partition}:iam::${account.accountId}:role/${roleName}`;
  const assumed = await new STSClient(clientConfig).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'story' }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = assumed.Credentials ?? {};
  const broker = new SessionBroker({
    endpoint,
    region: account.region,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  });
  await broker.register({ AccessRoleName: accessRoleName, ...registration } as RegistrationRequest);
  cleanup.add(`the registration of ${roleName}`, () => broker.deregister());
  return broker;
}

function askPolicy({ partition, region, accountId }: Account) {
  const Resource = `arn:${partition}:s3:${region}:${accountId}:access-grants/default`;
  const Action = ['s3:GetDataAccess', 's3:ListCallerAccessGrants'];
  return { Version: '2012-10-17' as const, Statement: [{ Effect: 'Allow', Action, Resource }] };
}
