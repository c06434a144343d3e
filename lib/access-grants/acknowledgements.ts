// What cdk-nag finds in the stack of S3 Access Grants and stands, each with its reason.
import type { Acknowledgement } from '../acknowledgement.ts';
import type { AccessGrantsSettings } from '../settings/settings.ts';

export function accessGrantsAcknowledgements({
  buckets,
  locations,
}: Pick<AccessGrantsSettings, 'buckets' | 'locations'>): readonly Acknowledgement[] {
  return [
    ...buckets.map((name) => ({
      path: `Buckets/${name}`,
      id: 'AwsSolutions-S1',
      reason:
        'Who was given which data, and for whom, stands in CloudTrail; access logs know the location role alone.',
    })),
    ...locations.map((scope) => ({
      path: 'LocationRole/Role',
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${scope.slice('s3://'.length)}*]`,
      reason: 'A location is all objects in it; every session is narrowed to the one grant that it is for.',
    })),
  ];
}
