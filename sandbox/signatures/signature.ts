// Signature Version 4 as AWS verifies it: who signed a request, or why nobody did.
import { createHash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Account } from '../account/account.ts';
import type { HttpRequest } from '../account/operation.ts';
import { AwsError } from '../aws-error.ts';
import type { AccessKey, Caller } from '../identities/identity.ts';
import { type AuthorizationHeader, parseAuthorizationHeader } from './authorization-header.ts';

export interface Expectation {
  readonly account: Account;
  /** The service that the request reached; its credential scope must name it. */
  readonly service: string;
  /** How far the request's time may be from the account's, in milliseconds. */
  readonly skewMs: number;
}

/** Their endpoints for the whole partition are in this region, and SDKs sign for it. */
const GLOBAL_SERVICES = new Set(['iam', 'sts']);
const GLOBAL_REGION = 'us-east-1';
/** What S3 takes instead of a hash; the body is then not part of the signature. */
const UNSIGNED_PAYLOADS = new Set([
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
]);

/**
 * The caller whose key signed the request. Codes are those of the Query protocol; each protocol words them
 * its own way when it renders them.
 * @throws AwsError MissingAuthenticationToken, IncompleteSignature, InvalidClientTokenId, ExpiredToken,
 * RequestTimeTooSkewed, SignatureDoesNotMatch, XAmzContentSHA256Mismatch, NotImplemented (presigned URLs)
 */
export async function verifySignature(request: HttpRequest, expected: Expectation): Promise<Caller> {
  const authorization = parseAuthorizationHeader(request);
  if (!authorization) {
    const message = 'Request is missing Authentication Token';
    throw new AwsError('MissingAuthenticationToken', message, 403, 'unsigned: no Authorization header');
  }
  const signedAt = requireFreshDate(request, expected);
  requireScope(authorization, signedAt.date, expected);
  requireSignedHeaders(request, authorization);
  const { caller, accessKey } = requireAccessKey(request, authorization, expected);
  requirePayloadHash(request, expected.service);
  const signature = await sign(request, authorization, accessKey, signedAt.time);
  if (!sameText(signature, authorization.signature))
    throw mismatch('not made with the secret of this key, or the request was changed after it');
  return caller;
}

function requireFreshDate(request: HttpRequest, { account, skewMs }: Expectation) {
  const header = request.headers['x-amz-date'];
  if (typeof header !== 'string') {
    throw new AwsError(
      'IncompleteSignature',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      403,
      'malformed signature: no X-Amz-Date header',
    );
  }
  const time = Date.parse(header.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(time) || basicFormat(time) !== header) {
    throw new AwsError(
      'IncompleteSignature',
      `Date must be in ISO-8601 'basic format'. Got '${header}'.`,
      403,
      'malformed signature: X-Amz-Date is none',
    );
  }
  const now = account.now();
  const minutes = `${skewMs / 60_000} min.`;
  if (time < now - skewMs) {
    throw tooSkewed(
      `Signature expired: ${header} is now earlier than ${basicFormat(now - skewMs)} (${basicFormat(now)} - ${minutes})`,
    );
  }
  if (time > now + skewMs) {
    throw tooSkewed(
      `Signature not yet current: ${header} is still later than ${basicFormat(now + skewMs)} (${basicFormat(now)} + ${minutes})`,
    );
  }
  return { time, date: header.slice(0, 8) };
}

function requireScope({ scope }: AuthorizationHeader, date: string, { account, service }: Expectation): void {
  const wrong: string[] = [];
  const reasons: string[] = [];
  const global = GLOBAL_SERVICES.has(service) && scope.region === GLOBAL_REGION;
  if (scope.region !== account.region && !global) {
    wrong.push(`Credential should be scoped to a valid region, not '${scope.region}'.`);
    reasons.push(`wrong region: signed for ${shown(scope.region)}, and this is ${account.region}`);
  }
  if (scope.service !== service) {
    wrong.push(`Credential should be scoped to correct service: '${service}'.`);
    reasons.push(`wrong service: signed for ${shown(scope.service)}, and this is ${service}`);
  }
  if (scope.date !== date) {
    reasons.push('malformed signature: its scope is of another day than X-Amz-Date');
    wrong.push(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${date}'.`,
    );
  }
  if (wrong.length > 0) {
    throw new AwsError('SignatureDoesNotMatch', wrong.join(' '), 403, reasons.join('; '));
  }
}

function requireSignedHeaders(request: HttpRequest, { signedHeaders }: AuthorizationHeader): void {
  const unsigned = Object.keys(request.headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.has(name),
  );
  if (unsigned.length > 0) {
    const names = unsigned.map((name) => `'${name}'`).join(', ');
    throw new AwsError(
      'SignatureDoesNotMatch',
      `${names} must be a 'SignedHeader' in the AWS Authorization.`,
      403,
      'malformed signature: host, and every x-amz- header that is sent, must be signed',
    );
  }
}

function requireAccessKey(
  request: HttpRequest,
  { scope }: AuthorizationHeader,
  { account }: Expectation,
): { caller: Caller; accessKey: AccessKey } {
  const found = account.identities.findAccessKey(scope.accessKeyId);
  const token = request.headers['x-amz-security-token'];
  if (!found || !sameText(found.sessionToken ?? '', typeof token === 'string' ? token : '')) {
    const reason = found
      ? 'wrong session token: the key is known, and not with this token'
      : 'unknown credentials: no such access key here; of another or an earlier sandbox?';
    const message = 'The security token included in the request is invalid.';
    throw new AwsError('InvalidClientTokenId', message, 403, reason);
  }
  const { caller, secretAccessKey } = found;
  if (caller.kind === 'session' && caller.expiresAt <= account.now()) {
    const message = 'The security token included in the request is expired';
    const reason = `expired credentials: they ended at ${new Date(caller.expiresAt).toISOString()}`;
    throw new AwsError('ExpiredToken', message, 403, reason);
  }
  return { caller, accessKey: { accessKeyId: scope.accessKeyId, secretAccessKey } };
}

/** Where the request declares the hash of its body, the body must have it: the signature covers the declaration. */
function requirePayloadHash(request: HttpRequest, service: string): void {
  const declared = request.headers['x-amz-content-sha256'];
  if (declared === undefined) {
    if (service !== 's3') return;
    throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  if (service === 's3' && UNSIGNED_PAYLOADS.has(String(declared))) return;
  if (createHash('sha256').update(request.body).digest('hex') === declared) return;
  if (service !== 's3') throw mismatch('the body is not the one that was signed');
  throw new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
}

/** The signature that the holder of the key would have made. */
async function sign(
  request: HttpRequest,
  { scope, signedHeaders }: AuthorizationHeader,
  accessKey: AccessKey,
  time: number,
): Promise<string> {
  const headers: Record<string, string> = {};
  for (const name of signedHeaders) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = [value].flat().join(',');
  }
  const signer = new SignatureV4({
    service: scope.service,
    region: scope.region,
    credentials: accessKey,
    sha256: Sha256,
    // S3 signs the path as it is sent, every other service encodes it once more.
    uriEscapePath: scope.service !== 's3',
    // The signer must not add the header where the request was signed without it.
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: request.rawPath,
      query: parseQuery(request.rawQuery),
      headers,
      body: request.body,
    },
    { signingDate: new Date(time), signableHeaders: new Set(signedHeaders) },
  );
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers['authorization'] ?? '')?.[1] ?? '';
}

function parseQuery(rawQuery: string): Record<string, string[]> {
  const query = new Map<string, string[]>();
  for (const pair of rawQuery.split('&').filter(Boolean)) {
    const [name = '', ...value] = pair.split('=').map(decode);
    query.set(name, [...(query.get(name) ?? []), value.join('=')]);
  }
  return Object.fromEntries(query);
}

/** Undecodable text stays as it is, and then no signature matches it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function basicFormat(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Compares in a time that tells nothing of the first difference. */
function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** What the client says, where it can be no secret. */
function shown(word: string): string {
  return /^[a-z0-9-]{1,32}$/.test(word) ? word : 'something else';
}

function mismatch(reason: string): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    403,
    `wrong signature: ${reason}`,
  );
}

function tooSkewed(message: string): AwsError {
  return new AwsError('RequestTimeTooSkewed', message, 403, `wrong clock: ${message}`);
}
