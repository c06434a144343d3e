// The application of the story: its two roles and their policies, word for word the reference's.
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  type IAMClient,
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
    Resource?: string;
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

/** Lets the broker's service role assume the access role, with tags. */
export function accessTrustPolicy(
  { accountId, partition }: Account,
  servicePrincipalRoleName: string,
): PolicyDocument {
  return policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${accountId}:role/${servicePrincipalRoleName}` },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  });
}

/** The same for one application alone: the broker sends its name as external id. */
export function pinnedTo(applicationName: string, trust: PolicyDocument): PolicyDocument {
  const Condition = { StringEquals: { 'sts:ExternalId': applicationName } };
  return { ...trust, Statement: trust.Statement.map((statement) => ({ ...statement, Condition })) };
}

/** Lets whoever of the account may do so assume the application's own role. */
export function serviceTrustPolicy({ accountId, partition }: Account): PolicyDocument {
  return policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
    Action: 'sts:AssumeRole',
  });
}

/** Lets the application call the APIs of the account, the broker's among them. */
export function servicePolicy({ accountId, partition, region }: Account): PolicyDocument {
  return policy({
    Effect: 'Allow',
    Action: 'execute-api:Invoke',
    Resource: `arn:${partition}:execute-api:${region}:${accountId}:*/*`,
  });
}

/** Creates a role with one inline policy of the role's own name. */
export async function createRole(
  iam: IAMClient,
  roleName: string,
  trust: PolicyDocument,
  permissions: PolicyDocument,
) {
  await iam.send(
    new CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: roleName,
      PolicyName: roleName,
      PolicyDocument: JSON.stringify(permissions),
    }),
  );
}

/** Deletes what {@link createRole} created, or as much of it as there is. */
export async function deleteRole(iam: IAMClient, roleName: string): Promise<void> {
  await iam
    .send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: roleName }))
    .catch(unlessMissing);
  await iam.send(new DeleteRoleCommand({ RoleName: roleName })).catch(unlessMissing);
}

function unlessMissing(error: Error): void {
  if (!error.name.startsWith('NoSuchEntity')) throw error;
}

function policy(statement: PolicyDocument['Statement'][number]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [statement] };
}
