// The Authorization header of Signature Version 4: its parts, and how AWS refuses a broken one.
import type { HttpRequest } from '../account/operation.ts';
import { AwsError } from '../aws-error.ts';

export interface CredentialScope {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  /** `sts`, `s3`, `execute-api`, … */
  readonly service: string;
}

export interface AuthorizationHeader {
  readonly scope: CredentialScope;
  /** Lower case. */
  readonly signedHeaders: ReadonlySet<string>;
  /** Lower-case hex. */
  readonly signature: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The parsed header, nothing of it verified; `undefined` where the request carries no signature at all.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws AwsError IncompleteSignature; NotImplemented for a presigned URL
 */
export function parseAuthorizationHeader(request: HttpRequest): AuthorizationHeader | undefined {
  if (/(^|&)X-Amz-(Algorithm|Signature)=/i.test(request.rawQuery)) {
    throw new AwsError('NotImplemented', 'The sandbox verifies no presigned URLs: sign the headers.', 501);
  }
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const [algorithm = '', ...rest] = header.trim().split(/\s+/);
  if (algorithm !== ALGORITHM) {
    // What was sent is not repeated: it may be a bearer token.
    throw incomplete(`Unsupported AWS 'algorithm' (only ${ALGORITHM} for now).`);
  }
  const parts = new Map(rest.join('').split(',').map(splitPair));
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !parts.get(name));
  if (missing.length > 0) {
    throw incomplete(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' '));
  }
  return {
    scope: parseCredential(parts.get('Credential') ?? ''),
    signedHeaders: new Set((parts.get('SignedHeaders') ?? '').toLowerCase().split(';')),
    signature: parts.get('Signature') ?? '',
  };
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

function parseCredential(credential: string): CredentialScope {
  const [accessKeyId, date, region, service, terminator, ...more] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || !terminator || more.length > 0) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  if (terminator !== 'aws4_request') {
    throw new AwsError(
      'SignatureDoesNotMatch',
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`,
      403,
    );
  }
  return { accessKeyId, date, region, service };
}

function incomplete(message: string): AwsError {
  const reason = 'malformed signature: the Authorization header is none of Signature Version 4';
  return new AwsError('IncompleteSignature', message, 403, reason);
}
