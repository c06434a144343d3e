// The application of the story: its two roles and their policies, after the reference's.
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';

export interface Account {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    Sid?: string;
    Effect: string;
    Principal?: object;
    Action: string | string[];
    Resource?: string | string[];
    Condition?: object;
  }[];
}

/** What the access role may do: the objects of the tenant that its session carries. */
export function accessPolicy({ partition }: Account, bucket: string, sessionTagKey: string): PolicyDocument {
  return policy({
    Sid: 'S3Access',
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: `arn:${partition}:s3:::${bucket}/\${aws:PrincipalTag/${sessionTagKey}}/*`,
  });
}

/**
 * Lets the broker's service role assume the access role, and tag the session. In two statements: what a condition of the
 * first asks for, an external id say, is no key of the second. By itself TagSession lets nobody in.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
export function accessTrustPolicy(
  { accountId, partition }: Account,
  servicePrincipalRoleName: string,
): PolicyDocument {
  const Principal = { AWS: `arn:${partition}:iam::${accountId}:role/${servicePrincipalRoleName}` };
  return policy(
    { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' },
    { Effect: 'Allow', Principal, Action: 'sts:TagSession' },
  );
}

/** The same for one application alone: the broker sends its name as external id. */
export function pinnedTo(applicationName: string, trust: PolicyDocument): PolicyDocument {
  const Condition = { StringEquals: { 'sts:ExternalId': applicationName } };
  return {
    ...trust,
    Statement: trust.Statement.map((statement) =>
      statement.Action === 'sts:AssumeRole' ? { ...statement, Condition } : statement,
    ),
  };
}

/**
 * The same, and whoever is let in may take a user of IAM Identity Center along. By itself SetContext lets nobody in.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html
 */
export function actingForUsers({ partition }: Account, trust: PolicyDocument): PolicyDocument {
  const provider = `arn:${partition}:iam::aws:contextProvider/IdentityCenter`;
  const Condition = { 'ForAllValues:ArnEquals': { 'sts:RequestContextProviders': provider } };
  const statements = trust.Statement.filter(({ Action }) => Action === 'sts:AssumeRole').map(
    ({ Principal = {} }) => ({ Effect: 'Allow', Principal, Action: 'sts:SetContext', Condition }),
  );
  return { ...trust, Statement: [...trust.Statement, ...statements] };
}

/** Lets whoever of the account may do so assume the application's own role. */
export function serviceTrustPolicy({ accountId, partition }: Account): PolicyDocument {
  return policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
    Action: 'sts:AssumeRole',
  });
}

/** Inline policies by their names. */
export type InlinePolicies = Readonly<Record<string, PolicyDocument>>;

/** What the application's own role always has, and what it has while it is registered or deregistered. */
export const INVOKE_CREDENTIALS = 'InvokeCredentials';
export const REGISTER_APPLICATION = 'RegisterApplication';

/** Lets a role ask the broker for credentials, as the application does while it runs. */
export function credentialsPolicy(account: Account): PolicyDocument {
  return invokePolicy(account, 'credentials');
}

/** Lets a role write and read registrations, as whoever deploys the application does. */
export function registrationPolicy(account: Account): PolicyDocument {
  return invokePolicy(account, 'applications');
}

/** The API's id is left open. */
function invokePolicy({ accountId, partition, region }: Account, path: string): PolicyDocument {
  return policy({
    Effect: 'Allow',
    Action: 'execute-api:Invoke',
    Resource: `arn:${partition}:execute-api:${region}:${accountId}:*/$default/*/${path}`,
  });
}

/** Creates a role with these inline policies. */
export async function createRole(
  iam: IAMClient,
  roleName: string,
  trust: PolicyDocument,
  policies: InlinePolicies,
): Promise<void> {
  await iam.send(
    new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  for (const [name, document] of Object.entries(policies)) await putPolicy(iam, roleName, name, document);
}

/**
 * Does the work while the role may call `/applications`: who runs is not to write registrations, its own neither.
 * IAM takes some seconds to carry either change everywhere.
 */
export async function whileMayRegister<T>(
  iam: IAMClient,
  account: Account,
  roleName: string,
  work: () => Promise<T>,
): Promise<T> {
  await putPolicy(iam, roleName, REGISTER_APPLICATION, registrationPolicy(account));
  try {
    return await work();
  } finally {
    await deletePolicy(iam, roleName, REGISTER_APPLICATION);
  }
}

/** Deletes a role with all its inline policies, or as much of it as there is. */
export async function deleteRole(iam: IAMClient, roleName: string): Promise<void> {
  const { PolicyNames = [] } =
    (await iam.send(new ListRolePoliciesCommand({ RoleName: roleName })).catch(unlessMissing)) ?? {};
  for (const name of PolicyNames) await deletePolicy(iam, roleName, name);
  await iam.send(new DeleteRoleCommand({ RoleName: roleName })).catch(unlessMissing);
}

async function putPolicy(iam: IAMClient, RoleName: string, PolicyName: string, document: PolicyDocument) {
  await iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }),
  );
}

async function deletePolicy(iam: IAMClient, RoleName: string, PolicyName: string): Promise<void> {
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })).catch(unlessMissing);
}

function unlessMissing(error: Error): undefined {
  if (!error.name.startsWith('NoSuchEntity')) throw error;
}

function policy(...Statement: PolicyDocument['Statement']): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}
