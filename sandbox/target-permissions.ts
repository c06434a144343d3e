// What the target roles of the sandbox may do: cdk.json's examples, by the names of their targets.

const allow = (Action: readonly string[], Resource: readonly string[], Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** Of the user's tenant alone: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
const ownTenant = '${aws:PrincipalTag/TenantID}';

const statements: Readonly<Record<string, readonly object[]>> = {
  cloudadmin: [allow(['*'], ['*'])],
  admin: [allow(['*'], ['*'])],
  databases: [allow(['dynamodb:*'], ['*'])],
  documents: [
    allow(['s3:ListAllMyBuckets'], ['*']),
    allow(['s3:GetObject'], [`arn:aws:s3:::*/${ownTenant}/*`]),
    allow(['s3:ListBucket'], ['*'], { StringLike: { 's3:prefix': `${ownTenant}/*` } }),
  ],
  billing: [allow(['s3:GetObject', 's3:ListBucket', 's3:ListAllMyBuckets'], ['*'])],
  audit: [allow(['iam:Get*', 'iam:List*', 'logs:Describe*', 'logs:FilterLogEvents', 'logs:Get*'], ['*'])],
};

/** None for a target of another name: its role may do what it is given, as with `aws iam put-role-policy`. */
export function policiesOf(service: string): readonly object[] {
  const Statement = Object.hasOwn(statements, service) ? statements[service] : undefined;
  return Statement ? [{ PolicyName: service, PolicyDocument: { Version: '2012-10-17', Statement } }] : [];
}
