// The signatures of a chunked upload: each signs its chunk and the signature before it.
import { createHash, createHmac } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { getSigningKey } from '@smithy/signature-v4';
import type { HttpRequest } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { parseAuthorizationHeader } from '../../signatures/authorization-header.ts';
import type { ChunkedBody } from './aws-chunked.ts';

/** In what the trailer signature covers, it does not stand itself. */
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/**
 * Verifies the chain that begins with the request's own signature, which has been verified.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 * @throws AwsError SignatureDoesNotMatch, also where a signature is missing
 */
export async function verifyChunkSignatures(
  request: HttpRequest,
  secretAccessKey: string,
  { chunks, trailers }: ChunkedBody,
): Promise<void> {
  const authorization = parseAuthorizationHeader(request);
  if (!authorization) throw mismatch();
  const { accessKeyId, date, region, service } = authorization.scope;
  const key = await getSigningKey(Sha256, { accessKeyId, secretAccessKey }, date, region, service);
  const scope = [request.headers['x-amz-date'], `${date}/${region}/${service}/aws4_request`];
  let previous = authorization.signature;
  const verifyNext = (algorithm: string, signed: readonly string[], signature: string | undefined): void => {
    const text = [algorithm, ...scope, previous, ...signed].join('\n');
    if (createHmac('sha256', key).update(text).digest('hex') !== signature) throw mismatch();
    previous = signature;
  };
  for (const { data, signature } of chunks) {
    verifyNext('AWS4-HMAC-SHA256-PAYLOAD', [sha256(''), sha256(data)], signature);
  }
  if (request.headers['x-amz-trailer'] !== undefined) {
    const { [TRAILER_SIGNATURE]: signature, ...signed } = trailers;
    const text = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`);
    verifyNext('AWS4-HMAC-SHA256-TRAILER', [sha256(text.join(''))], signature);
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function mismatch(): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  );
}
