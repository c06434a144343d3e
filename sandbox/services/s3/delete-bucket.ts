// DeleteBucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { AwsError } from '../../aws-error.ts';
import { bucketArn, bucketOf } from './bucket-request.ts';

export const deleteBucket: Operation = {
  authorize: (call) => ({ action: 's3:DeleteBucket', resource: bucketArn(call) }),
  run(call): RestXmlOutput {
    const bucket = bucketOf(call);
    if (bucket.objects.size > 0) {
      throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    }
    call.account.buckets.delete(bucket.name);
    return { statusCode: 204 };
  },
};
