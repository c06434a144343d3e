// GetAccessGrantsInstanceForPrefix: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessGrantsInstanceForPrefix.html
import { parseScope } from '../../access-grants/scope.ts';
import type { Account } from '../../account/account.ts';
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { AwsError } from '../../aws-error.ts';
import { requireText } from '../../constraints.ts';
import { onInstance } from './instance-request.ts';

/** That of the account that has the bucket, which may be another's. */
export const getAccessGrantsInstanceForPrefix: Operation = {
  recorded: ['S3Prefix'],
  authorize: onInstance('GetAccessGrantsInstanceForPrefix'),
  run({ account, input }): RestXmlOutput {
    const given = requireText('s3Prefix', input['S3Prefix'], { maxLength: 2_000 });
    const { bucket } = parseScope(/^s3:\/\/[^/]+$/i.test(given) ? `${given}/` : given);
    const { arn } = ownerOf(account, bucket).accessGrants.requireInstance();
    return {
      xml: {
        GetAccessGrantsInstanceForPrefixResult: {
          AccessGrantsInstanceArn: arn,
          AccessGrantsInstanceId: 'default',
        },
      },
    };
  },
};

function ownerOf({ all }: Account, bucket: string): Account {
  const owner = [...all.values()].find(({ buckets }) => buckets.has(bucket));
  if (owner) return owner;
  throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
}
