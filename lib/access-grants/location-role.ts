// The role by which S3 Access Grants reaches the locations: only for this instance, and only as far as these go.
import { Aws, Stack } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { bucketOf } from '../settings/access-grants-bounds.ts';
import type { Instance } from './instance.ts';

const readObjects = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectAcl',
  's3:GetObjectVersionAcl',
  's3:ListMultipartUploadParts',
];
const writeObjects = [
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectVersionAcl',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:AbortMultipartUpload',
];
const listBuckets = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-location-register.html */
export class LocationRole extends Construct {
  readonly role: Role;

  constructor(
    scope: Construct,
    id: string,
    { instance, locations }: { instance: Instance; locations: readonly string[] },
  ) {
    super(scope, id);
    const { account } = Stack.of(this);
    const service = new ServicePrincipal('access-grants.s3.amazonaws.com');
    // Any instance of any account could use the role otherwise: the service asks for all of them.
    const ofInstance = {
      StringEquals: { 'aws:SourceAccount': account },
      ArnEquals: { 'aws:SourceArn': instance.arn },
    };
    this.role = new Role(this, 'Role', {
      description: 'Reaches the locations of S3 Access Grants, as far as a grant goes',
      assumedBy: service.withConditions(ofInstance),
      // In the role itself: a location is made when all that it needs is there.
      inlinePolicies: reach(instance, locations, account),
    });
    const trust = (actions: string[], conditions: object) =>
      this.role.assumeRolePolicy?.addStatements(
        new PolicyStatement({
          effect: Effect.ALLOW,
          principals: [service],
          actions,
          conditions: { ...ofInstance, ...conditions },
        }),
      );
    trust(['sts:SetSourceIdentity'], {});
    // That a session acts for a user of the directory, and for no user of another provider of contexts.
    if (instance.isAssociated)
      trust(['sts:SetContext'], {
        'ForAllValues:ArnEquals': {
          'sts:RequestContextProviders': `arn:${Aws.PARTITION}:iam::aws:contextProvider/IdentityCenter`,
        },
      });
  }
}

/** None where there is no location: IAM has no empty policies. */
function reach(
  instance: Instance,
  locations: readonly string[],
  account: string,
): Record<string, PolicyDocument> {
  if (locations.length === 0) return {};
  const arn = (path: string) => `arn:${Aws.PARTITION}:s3:::${path}`;
  const objects = locations.map((scope) => arn(`${scope.slice('s3://'.length)}*`));
  const buckets = [...new Set(locations.map(bucketOf))].map(arn);
  const statement = (actions: string[], resources: string[]) =>
    new PolicyStatement({
      actions,
      resources,
      conditions: {
        StringEquals: { 'aws:ResourceAccount': account },
        ArnEquals: { 's3:AccessGrantsInstanceArn': instance.arn },
      },
    });
  const statements = [
    statement(readObjects, objects),
    statement(writeObjects, objects),
    statement(listBuckets, buckets),
  ];
  return { Locations: new PolicyDocument({ statements }) };
}
