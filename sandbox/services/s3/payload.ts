// The body of an upload: out of its chunks, of the length it says, and with the checksums it says.
import { createHash } from 'node:crypto';
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { checkChecksum, checksumHeaders } from './checksum.ts';
import { verifyChunkSignatures } from './chunk-signatures.ts';
import { notImplemented } from './not-implemented.ts';

export interface Payload {
  readonly body: Uint8Array;
  /** Whether a checksum or Content-MD5 came with it. */
  readonly verified: boolean;
  /** The checksum's header, which the answer repeats. */
  readonly checksum: Readonly<Record<string, string>>;
}

/**
 * Throws `BadDigest` where a checksum does not match, `SignatureDoesNotMatch` where a chunk's signature
 * does not, and S3's errors for a body that is cut short or badly framed.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export async function readPayload(call: OperationCall): Promise<Payload> {
  const { headers } = call.request;
  const { body, trailers } = await decodeBody(call);
  for (const name of announcedTrailers(headers['x-amz-trailer'])) {
    if (!checksumHeaders.includes(name)) throw notImplemented(`the trailer ${name}`);
    if (!Object.hasOwn(trailers, name)) throw malformedTrailer();
  }
  const contentMd5 = headers['content-md5'];
  if (contentMd5 !== undefined) checkContentMd5(body, String(contentMd5));
  const checksum = await checkChecksum(body, { ...headers, ...trailers });
  return { body, checksum, verified: contentMd5 !== undefined || Object.keys(checksum).length > 0 };
}

async function decodeBody({
  account,
  caller,
  request,
}: OperationCall): Promise<{ body: Uint8Array; trailers: Readonly<Record<string, string>> }> {
  const payloadKind = String(request.headers['x-amz-content-sha256']);
  if (!payloadKind.startsWith('STREAMING-')) return { body: request.body, trailers: {} };
  const chunked = decodeAwsChunked(request);
  if (payloadKind.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD')) {
    const { secretAccessKey = '' } = account.identities.findAccessKey(caller.accessKeyId) ?? {};
    await verifyChunkSignatures(request, secretAccessKey, chunked);
  }
  return { body: Buffer.concat(chunked.chunks.map(({ data }) => data)), trailers: chunked.trailers };
}

function announcedTrailers(header: string | string[] | undefined): string[] {
  const names = [header ?? []].flat().join(',').toLowerCase().split(',');
  return names.map((name) => name.trim()).filter(Boolean);
}

function checkContentMd5(body: Uint8Array, expected: string): void {
  if (Buffer.from(expected, 'base64').length !== 16) {
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (createHash('md5').update(body).digest('base64') !== expected) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}

function malformedTrailer(): AwsError {
  return new AwsError(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
}
