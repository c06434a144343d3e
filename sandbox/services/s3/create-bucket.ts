// CreateBucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
import type { Operation, OperationCall } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { AwsError } from '../../aws-error.ts';
import { checkBucketName } from './bucket-name.ts';
import { ownerOf } from './bucket-request.ts';
import { notImplemented } from './not-implemented.ts';
import { readPayload } from './payload.ts';
import { parseXml } from './xml-body.ts';

export const createBucket: Operation = {
  authorize: ({ account, input }) => ({
    action: 's3:CreateBucket',
    resource: `arn:${account.partition}:s3:::${input['Bucket']}`,
  }),
  async run(call): Promise<RestXmlOutput> {
    const { account, input } = call;
    const name = String(input['Bucket']);
    checkBucketName(name);
    await checkLocation(call);
    const owner = ownerOf(account, name);
    if (owner && owner !== account) {
      throw new AwsError(
        'BucketAlreadyExists',
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
        409,
      );
    }
    if (!owner) {
      account.buckets.set(name, { name, createdAt: account.now(), objects: new Map() });
    } else if (account.region !== 'us-east-1') {
      // In us-east-1 alone S3 still answers as it did before it had this error.
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        409,
      );
    }
    return { headers: { location: `/${name}` } };
  },
};

/** Outside us-east-1 a bucket names the region that it is made in; there it must not. */
async function checkLocation(call: OperationCall): Promise<void> {
  const { region } = call.account;
  const { body } = await readPayload(call);
  const { LocationConstraint: location, ...others } =
    body.length === 0 ? {} : parseXml(body, 'CreateBucketConfiguration');
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw notImplemented(`CreateBucket ${unknown}`);
  if (location === undefined && region === 'us-east-1') return;
  if (location === region && region !== 'us-east-1') return;
  if (location === 'us-east-1') {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid');
  }
  throw new AwsError(
    'IllegalLocationConstraintException',
    `The ${location ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}
