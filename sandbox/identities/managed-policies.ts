// AWS's managed policies that the sandbox knows, with the statements of their default versions.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
import { AwsError } from '../aws-error.ts';
import type { PermissionsBoundary, PolicyDocument } from './identity.ts';
import { allowListForIdentityContext } from './identity-context-policy.ts';

const allow = (Action: string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

const documents: Readonly<Record<string, PolicyDocument>> = {
  AWSIAMIdentityCenterAllowListForIdentityContext: allowListForIdentityContext,
  'service-role/AWSCodeDeployRoleForLambdaLimited': {
    Version: '2012-10-17',
    Statement: [
      allow(
        [
          'cloudwatch:DescribeAlarms',
          'lambda:UpdateAlias',
          'lambda:GetAlias',
          'lambda:GetProvisionedConcurrencyConfig',
        ],
        '*',
      ),
      allow(['s3:GetObject', 's3:GetObjectVersion'], 'arn:aws:s3:::*/CodeDeploy/*'),
      allow(['s3:GetObject', 's3:GetObjectVersion'], '*', {
        StringEquals: { 's3:ExistingObjectTag/UseWithCodeDeploy': 'true' },
      }),
      allow(['lambda:InvokeFunction'], 'arn:aws:lambda:*:*:function:CodeDeployHook_*'),
    ],
  },
  'service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], '*')],
  },
};

/** As a ceiling: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html */
const boundaries: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: { Version: '2012-10-17', Statement: [allow(['*'], '*')] },
  AmazonS3ReadOnlyAccess: {
    Version: '2012-10-17',
    Statement: [
      allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'], '*'),
    ],
  },
  ...documents,
};

/**
 * The permissions boundary of an ARN.
 * @throws AwsError NotImplemented for a policy that the sandbox does not know: what it allows would be a guess
 */
export function permissionsBoundary(arn: string): PermissionsBoundary {
  const document = boundaries[/^arn:aws:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? ''];
  if (document) return { arn, document };
  throw new AwsError('NotImplemented', `The sandbox does not know the managed policy ${arn}.`, 501);
}

export interface ManagedPolicy {
  /** The last part of the ARN. */
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Throws for one that the sandbox does not know: what it allows would be a guess. */
export function managedPolicy(arn: string): ManagedPolicy {
  const path = /^arn:aws:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? '';
  const document = documents[path];
  if (!document) throw new Error(`the sandbox does not know the managed policy ${arn}`);
  return { name: path.replace(/^.*\//, ''), document };
}
