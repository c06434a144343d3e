// The object that a request reads, and who is told that there is none.
import type { BucketObject } from '../../account/account.ts';
import type { OperationCall } from '../../account/operation.ts';
import { authorize } from '../../authorization/authorization.ts';
import { AwsError } from '../../aws-error.ts';
import { bucketArn, bucketOf, keyOf } from './bucket-request.ts';

/**
 * Throws `NoSuchKey` only to a caller who may list the bucket, and `AccessDenied` to any other.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions
 */
export function existingObject(call: OperationCall): BucketObject {
  const object = bucketOf(call).objects.get(keyOf(call));
  if (object) return object;
  const { account, caller } = call;
  const mayList = authorize(account, caller, { action: 's3:ListBucket', resource: bucketArn(call) });
  if (!mayList.allowed) throw new AwsError('AccessDenied', mayList.reason, 403);
  throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
}
