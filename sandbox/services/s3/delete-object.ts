// DeleteObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { bucketOf, keyOf, objectArn } from './bucket-request.ts';
import { notImplemented } from './not-implemented.ts';

export const deleteObject: Operation = {
  authorize: (call) => ({ action: 's3:DeleteObject', resource: objectArn(call) }),
  run(call): RestXmlOutput {
    if (call.request.headers['if-match'] !== undefined) throw notImplemented('DeleteObject if-match');
    // An object that is not there is as good as deleted.
    bucketOf(call).objects.delete(keyOf(call));
    return { statusCode: 204 };
  },
};
