// The checksums that an upload may carry.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { AwsError } from '../../aws-error.ts';

type Digest = (body: Uint8Array) => Promise<Uint8Array> | Uint8Array;

const crc =
  (Checksum: typeof Crc32 | typeof Crc32c | typeof Crc64Nvme): Digest =>
  (body) => {
    const checksum = new Checksum();
    checksum.update(body);
    return checksum.digest();
  };

const algorithms: readonly { readonly name: string; readonly digest: Digest }[] = [
  { name: 'CRC32', digest: crc(Crc32) },
  { name: 'CRC32C', digest: crc(Crc32c) },
  { name: 'CRC64NVME', digest: crc(Crc64Nvme) },
  { name: 'SHA1', digest: (body) => createHash('sha1').update(body).digest() },
  { name: 'SHA256', digest: (body) => createHash('sha256').update(body).digest() },
];

const headerOf = (name: string) => `x-amz-checksum-${name.toLowerCase()}`;

/** The headers, or trailers, of all algorithms that are verified here. */
export const checksumHeaders: readonly string[] = algorithms.map(({ name }) => headerOf(name));

/**
 * The checksum header or trailer, once it proved right; none where there was none. Throws `BadDigest`,
 * and `InvalidRequest` for a malformed one or for two.
 */
export async function checkChecksum(
  body: Uint8Array,
  headers: IncomingHttpHeaders,
): Promise<Record<string, string>> {
  const given = algorithms.flatMap(({ name, digest }) => {
    const header = headerOf(name);
    const value = headers[header];
    return value === undefined ? [] : [{ name, digest, header, value: String(value) }];
  });
  if (given.length > 1) {
    throw new AwsError(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  for (const { name, digest, header, value } of given) {
    const actual = Buffer.from(await digest(body));
    const expected = Buffer.from(value, 'base64');
    if (expected.length !== actual.length || expected.toString('base64') !== value) {
      throw new AwsError('InvalidRequest', `Value for ${header} header is invalid.`);
    }
    if (!expected.equals(actual)) {
      throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    }
  }
  return Object.fromEntries(given.map(({ header, value }) => [header, value]));
}
