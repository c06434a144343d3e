// Which operation a request means, from its method, path, query and headers; what asks for more is refused.
import { isIP } from 'node:net';
import type { HttpRequest } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { checksumHeaders } from './checksum.ts';
import { notImplemented } from './not-implemented.ts';

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly on: 'service' | 'bucket' | 'object';
  /** The query parameter that tells the operation from its neighbours, with its value. */
  readonly marker?: readonly [name: string, value: string];
  /** Query parameters by their names in the API reference. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** `x-amz-` headers that the operation knows, besides those of every request. */
  readonly headers?: readonly string[];
}

const uploadHeaders = ['x-amz-decoded-content-length', 'x-amz-trailer', 'x-amz-sdk-checksum-algorithm'];

const routes: readonly Route[] = [
  { operation: 'ListBuckets', method: 'GET', on: 'service' },
  { operation: 'CreateBucket', method: 'PUT', on: 'bucket', headers: uploadHeaders },
  { operation: 'DeleteBucket', method: 'DELETE', on: 'bucket' },
  { operation: 'HeadBucket', method: 'HEAD', on: 'bucket' },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    marker: ['list-type', '2'],
    parameters: {
      'continuation-token': 'ContinuationToken',
      delimiter: 'Delimiter',
      'encoding-type': 'EncodingType',
      'max-keys': 'MaxKeys',
      prefix: 'Prefix',
      'start-after': 'StartAfter',
    },
  },
  {
    operation: 'DeleteObjects',
    method: 'POST',
    on: 'bucket',
    marker: ['delete', ''],
    headers: uploadHeaders,
  },
  { operation: 'PutObject', method: 'PUT', on: 'object', headers: uploadHeaders },
  // `x-amz-te` offers to verify what the server may append to the object, as the SDK for Java does with every request.
  { operation: 'GetObject', method: 'GET', on: 'object', headers: ['x-amz-checksum-mode', 'x-amz-te'] },
  { operation: 'HeadObject', method: 'HEAD', on: 'object', headers: ['x-amz-checksum-mode'] },
  { operation: 'DeleteObject', method: 'DELETE', on: 'object' },
];

/** Headers of authentication, and of checksums, which every body may have. */
const commonHeaders = [
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
  ...checksumHeaders,
];
/** HTTP's own that S3 stores with an object or decides by, and the sandbox does not. */
const refusedHeaders = [
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
];

/**
 * `undefined` for a method that S3 has no operation for. Throws `NotImplemented` that names the
 * sub-resource, parameter or header which the sandbox does not know.
 */
export function route(
  request: HttpRequest,
): { readonly operation: string; readonly input: Record<string, unknown> } | undefined {
  refuseVirtualHost(request.headers.host);
  const { bucket, key } = parsePath(request.rawPath);
  const on = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object';
  const query = new URLSearchParams(request.rawQuery);
  // The SDK for JavaScript names the operation here, for the reader of an access log.
  query.delete('x-id');
  const candidates = routes.filter(({ method, on: level }) => method === request.method && level === on);
  const found = candidates.find(({ marker }) => !marker || query.get(marker[0]) === marker[1]);
  if (!found) {
    if (candidates.length === 0 && query.size === 0) return undefined;
    throw notImplemented(`${request.method} ${on} ${[...query.keys()].map((name) => `?${name}`).join('')}`);
  }
  const input: Record<string, unknown> = { Bucket: bucket, Key: key };
  for (const [name, value] of query) {
    if (name === found.marker?.[0]) continue;
    const parameter = found.parameters?.[name];
    if (parameter === undefined) throw notImplemented(`${request.method} ${on} ?${name}`);
    input[parameter] = value;
  }
  refuseHeaders(found, request);
  return { operation: found.operation, input };
}

/** A bucket in the host's name would be taken for none, and the first part of the key for a bucket. */
function refuseVirtualHost(host = ''): void {
  const name = host.replace(/:\d+$/, '');
  if (name === '' || name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return;
  throw notImplemented(`virtual-hosted-style requests (${name}): use path-style addresses`);
}

function parsePath(rawPath: string): { bucket?: string; key?: string } {
  if (rawPath === '/') return {};
  const [, bucket, key = ''] = /^\/([^/]+)\/?(.*)$/.exec(rawPath) ?? [];
  try {
    if (bucket !== undefined) {
      return { bucket: decodeURIComponent(bucket), ...(key !== '' && { key: decodeURIComponent(key) }) };
    }
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
}

function refuseHeaders({ operation, headers = [] }: Route, request: HttpRequest): void {
  for (const name of Object.keys(request.headers)) {
    const known = !name.startsWith('x-amz-') || [...commonHeaders, ...headers].includes(name);
    if (!known || refusedHeaders.includes(name)) throw notImplemented(`${operation} ${name}`);
  }
}
