// PutObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
import { createHash } from 'node:crypto';
import type { HttpRequest, Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { bucketOf, keyOf, objectArn } from './bucket-request.ts';
import { notImplemented } from './not-implemented.ts';
import { readPayload } from './payload.ts';

export const putObject: Operation = {
  authorize: (call) => ({ action: 's3:PutObject', resource: objectArn(call) }),
  async run(call): Promise<RestXmlOutput> {
    const { account, request } = call;
    refuseUnstored(request);
    const { body, checksum } = await readPayload(call);
    const etag = createHash('md5').update(body).digest('hex');
    bucketOf(call).objects.set(keyOf(call), {
      body,
      contentType: request.headers['content-type'] ?? 'binary/octet-stream',
      etag,
      lastModified: account.now(),
    });
    return { headers: { etag: `"${etag}"`, ...checksum } };
  },
};

/** An encoding would have to be given back with the object; a condition, to be checked. */
function refuseUnstored({ headers }: HttpRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'aws-chunked') {
    throw notImplemented(`PutObject content-encoding ${encoding}`);
  }
  if (headers['if-match'] !== undefined) throw notImplemented('PutObject if-match');
}
