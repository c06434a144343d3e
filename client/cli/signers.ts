// Who signs a registration: a registrar for all applications, or each application for itself.
import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { type Credentials, credentialsOf } from '../broker-client.ts';

/** @param applicationRoleArn whose registration it is */
export type Signer = (applicationRoleArn: string) => Promise<Credentials>;

const SESSION_NAME = 'isb-import';

/** Whoever has the registrar's role already is not asked to assume it: few roles may assume themselves. */
export async function registrarSigner(sts: STSClient, registrarRoleArn: string): Promise<Signer> {
  const isItself = await isSessionOf(sts, registrarRoleArn);
  const credentials = isItself ? await sts.config.credentials() : await assume(sts, registrarRoleArn);
  return async () => credentials;
}

/** Needs sts:AssumeRole on the applications' roles, from their trust policies where they do not leave it to the account. */
export function applicationSigner(sts: STSClient): Signer {
  return (applicationRoleArn) => assume(sts, applicationRoleArn);
}

async function isSessionOf(sts: STSClient, roleArn: string): Promise<boolean> {
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const [, account, name] = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(Arn) ?? [];
  const [, roleAccount, roleName] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  return name !== undefined && account === roleAccount && name === roleName;
}

async function assume(sts: STSClient, RoleArn: string): Promise<Credentials> {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: SESSION_NAME }));
  return credentialsOf(Credentials ?? {});
}
