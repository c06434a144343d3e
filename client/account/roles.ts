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

/** Lets whoever of the account may do so assume the application's own role. */
export function serviceTrustPolicy({ accountId, partition }: Account): PolicyDocument {
  return policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
    Action: 'sts:AssumeRole',
  });
}

/**
 * Lets a role call the broker: for credentials, as the application does while it runs, and about its registration, as
 * whoever deploys it does. The API's id is left open.
 */
export function servicePolicy({ accountId, partition, region }: Account): PolicyDocument {
  return policy({
    Effect: 'Allow',
    Action: 'execute-api:Invoke',
    Resource: ['credentials', 'applications'].map(
      (path) => `arn:${partition}:execute-api:${region}:${accountId}:*/$default/*/${path}`,
    ),
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

function policy(...Statement: PolicyDocument['Statement']): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}
