// S3's uploads: checksums, and bodies in chunks.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../sandbox/account/operation.ts';
import { decodeAwsChunked } from '../../sandbox/services/s3/aws-chunked.ts';
import { verifyChunkSignatures } from '../../sandbox/services/s3/chunk-signatures.ts';
import { administrator, bucket, name, put, served, useS3Account } from './fixtures/s3-account.ts';
import { signedPut } from './fixtures/signed-put.ts';

useS3Account();

const stored = (key: string) => Buffer.from(bucket.objects.get(key)?.body ?? 'nothing').toString();

describe('uploads', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'])(
    'are verified by their %s',
    async (algorithm) => {
      const member = `Checksum${algorithm}`;
      const output = await put('a', 'body', { ChecksumAlgorithm: algorithm });
      const checksum = (output as unknown as Record<string, string>)[member];
      expect(checksum).toMatch(/=$/);
      await expect(put('b', 'other', { [member]: checksum })).rejects.toMatchObject({
        name: 'BadDigest',
        message: `The ${algorithm} you specified did not match the calculated checksum.`,
      });
      await expect(put('b', 'other', { [member]: 'AA==' })).rejects.toMatchObject({ name: 'InvalidRequest' });
      expect([...bucket.objects.keys()]).toEqual(['a']);
    },
  );

  it('are verified by their Content-MD5', async () => {
    const md5 = createHash('md5').update('body').digest('base64');
    await put('a', 'body', { ContentMD5: md5 });
    await expect(put('b', 'other', { ContentMD5: md5 })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('b', 'body', { ContentMD5: 'AA==' })).rejects.toMatchObject({ name: 'InvalidDigest' });
    expect([...bucket.objects.keys()]).toEqual(['a']);
  });

  it('of a stream arrive out of their chunks, with the checksum in the trailer', async () => {
    const body = 'x'.repeat(200_000);
    const Body = Readable.from([body.slice(0, 70_000), body.slice(70_000)]);
    const output = await administrator.send(
      new PutObjectCommand({ Bucket: name, Key: 'streamed', Body, ContentLength: body.length }),
    );
    expect(output.ChecksumCRC32).toBeDefined();
    expect(stored('streamed')).toBe(body);
  });

  const chunked = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'x-amz-decoded-content-length': '9',
    'content-encoding': 'aws-chunked',
  };
  // The well-known check value of CRC-32.
  const crc32 = 'x-amz-checksum-crc32:y/Q5Jg==\r\n\r\n';

  it('in chunks are taken apart', async () => {
    const response = await signedPut(
      served.administrator,
      `/${name}/a`,
      chunked,
      `4\r\n1234\r\n5\r\n56789\r\n0\r\n${crc32}`,
    );
    expect(response).toMatchObject({ statusCode: 200 });
    expect(stored('a')).toBe('123456789');
  });

  it.each([
    ['with a wrong trailing checksum', 'BadDigest', {}, `9\r\n12345678X\r\n0\r\n${crc32}`],
    ['without the trailer announced', 'MalformedTrailerError', {}, '9\r\n123456789\r\n0\r\n\r\n'],
    [
      'of another length than declared',
      'IncompleteBody',
      { 'x-amz-decoded-content-length': '8' },
      `9\r\n123456789\r\n0\r\n${crc32}`,
    ],
    ['cut short', 'IncompleteBody', {}, '9\r\n1234'],
    ['with no last chunk', 'IncompleteBody', {}, '9\r\n123456789\r\n'],
    ['that are no chunks', 'IncompleteBody', {}, '123456789'],
    [
      'that nobody signed',
      'SignatureDoesNotMatch',
      { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'x-amz-trailer': undefined },
      '9\r\n123456789\r\n0\r\n\r\n',
    ],
    [
      'of no declared length',
      'MissingContentLength',
      { 'x-amz-decoded-content-length': undefined },
      `0\r\n${crc32}`,
    ],
  ])('in chunks %s are refused as %s', async (_case, code, headers, body) => {
    const response = await signedPut(served.administrator, `/${name}/a`, { ...chunked, ...headers }, body);
    expect(response.body).toContain(`<Code>${code}</Code>`);
    expect(bucket.objects.size).toBe(0);
  });
});

// The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and its next page.
describe('signed chunks', () => {
  const examples = {
    'with no trailer': {
      seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      chunks: [
        'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
        '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
        'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
      ],
      trailer: undefined,
    },
    'with a trailer': {
      seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
      chunks: [
        'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
        '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
        '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      ],
      trailer: 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    },
  };
  const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

  /** The example's upload, with some of its text replaced. */
  function verify(
    { seed, chunks, trailer }: (typeof examples)['with a trailer' | 'with no trailer'],
    ...replaced: [] | [string, string]
  ) {
    const data = ['a'.repeat(65_536), 'a'.repeat(1_024), ''];
    const lines = data.map((text, index) => {
      const header = `${text.length.toString(16)};chunk-signature=${chunks[index]}\r\n`;
      return text === '' ? header : `${header}${text}\r\n`;
    });
    if (trailer) lines.push(`x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${trailer}\r\n`);
    const encoded = `${lines.join('')}\r\n`;
    const [from = '', to = ''] = replaced;
    const request: HttpRequest = {
      method: 'PUT',
      rawPath: '/examplebucket/chunkObject.txt',
      rawQuery: '',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=${seed}`,
        'x-amz-date': '20130524T000000Z',
        'x-amz-decoded-content-length': '66560',
        ...(trailer && { 'x-amz-trailer': 'x-amz-checksum-crc32c' }),
      },
      body: Buffer.from(encoded.replace(from, to)),
      requestId: '1',
    };
    return verifyChunkSignatures(request, secretAccessKey, decodeAwsChunked(request));
  }

  it.each(Object.entries(examples))('%s are accepted as AWS shows them', async (_name, example) => {
    await expect(verify(example)).resolves.toBeUndefined();
  });

  it.each([
    ['a byte of the first chunk', 'aaa', 'aab'],
    ['a signature', ';chunk-signature=1c', ';chunk-signature=1d'],
    ['the trailer', 'sOO8/Q==', 'AAAAAA=='],
    ["the trailer's signature", 'x-amz-trailer-signature:d8', 'x-amz-trailer-signature:d9'],
    ['its first signature to none', `;chunk-signature=${examples['with a trailer'].chunks[0]}`, ''],
  ])('are refused once %s is changed', async (_case, from, to) => {
    await expect(verify(examples['with a trailer'], from, to)).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
      statusCode: 403,
    });
  });
});
