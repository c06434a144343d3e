// GetObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
import type { BucketObject } from '../../account/account.ts';
import type { HttpRequest, Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';
import { AwsError } from '../../aws-error.ts';
import { objectArn } from './bucket-request.ts';
import { existingObject } from './existing-object.ts';
import { notImplemented } from './not-implemented.ts';

export const getObject: Operation = {
  authorize: (call) => ({ action: 's3:GetObject', resource: objectArn(call) }),
  run: (call) => objectOutput(existingObject(call), call.request),
};

/** The object, or the one range of it that the request asks for; throws `PreconditionFailed`, `InvalidRange`. */
export function objectOutput(object: BucketObject, { headers }: HttpRequest): RestXmlOutput {
  const { 'if-match': ifMatch, range } = headers;
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch.replaceAll('"', '') !== object.etag) {
    throw new AwsError(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    );
  }
  const objectHeaders = {
    'accept-ranges': 'bytes',
    'content-type': object.contentType,
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModified).toUTCString(),
  };
  if (range === undefined) return { headers: objectHeaders, body: object.body };
  const size = object.body.length;
  const { first, last } = parseRange(range, size);
  return {
    statusCode: 206,
    headers: { ...objectHeaders, 'content-range': `bytes ${first}-${last}/${size}` },
    body: object.body.subarray(first, last + 1),
  };
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2, one range only, as S3 has it. */
function parseRange(range: string, size: number): { first: number; last: number } {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (from === undefined || to === undefined || from + to === '') {
    throw notImplemented(`Range ${range}`);
  }
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first <= last) return { first, last };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
}
