// AWS's managed policies that the sandbox knows, with the statements of their default versions.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
import type { PolicyDocument } from './identity.ts';

const allow = (Action: string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

const documents: Readonly<Record<string, PolicyDocument>> = {
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
