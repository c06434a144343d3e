// HeadObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
import type { Operation } from '../../account/operation.ts';
import { objectArn } from './bucket-request.ts';
import { existingObject } from './existing-object.ts';
import { objectOutput } from './get-object.ts';

/** IAM has no action of this name: who may get an object may also ask for its head. */
export const headObject: Operation = {
  authorize: (call) => ({ action: 's3:GetObject', resource: objectArn(call) }),
  run: (call) => objectOutput(existingObject(call), call.request),
};
