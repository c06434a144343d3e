// S3's listings: order, prefixes, and pages.
import { createHash } from 'node:crypto';
import { ListObjectsV2Command, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { administrator, name, put, useS3Account } from './fixtures/s3-account.ts';

const keys = [
  'Blue/x',
  'Yellow/a b+c',
  'Yellow/d/1',
  'Yellow/d/2',
  'Yellow/e',
  'z&<',
  '\u{fffd}',
  '\u{1f600}',
];

useS3Account();
beforeEach(async () => {
  for (const key of [...keys].reverse()) await put(key, key);
});

describe('listing', () => {
  const list = (options: Record<string, unknown>) =>
    administrator.send(new ListObjectsV2Command({ Bucket: name, ...options }));

  it('shows keys in the order of their bytes, with their sizes', async () => {
    const { Contents, KeyCount, IsTruncated, Name } = await list({});
    expect(Contents?.map(({ Key }) => Key)).toEqual(keys);
    expect(Contents?.[0]).toEqual({
      Key: 'Blue/x',
      Size: 6,
      ETag: `"${createHash('md5').update('Blue/x').digest('hex')}"`,
      LastModified: expect.any(Date),
      StorageClass: 'STANDARD',
    });
    expect({ KeyCount, IsTruncated, Name }).toEqual({
      KeyCount: keys.length,
      IsTruncated: false,
      Name: name,
    });
  });

  it('rolls keys up to the delimiter into common prefixes', async () => {
    const { Contents, CommonPrefixes, KeyCount } = await list({ Prefix: 'Yellow/', Delimiter: '/' });
    expect(Contents?.map(({ Key }) => Key)).toEqual(['Yellow/a b+c', 'Yellow/e']);
    expect(CommonPrefixes).toEqual([{ Prefix: 'Yellow/d/' }]);
    expect(KeyCount).toBe(3);
  });

  it('goes through pages of any size without loss or repetition', async () => {
    const seen: (string | undefined)[] = [];
    const pages = paginateListObjectsV2(
      { client: administrator, pageSize: 1 },
      { Bucket: name, Delimiter: '/' },
    );
    for await (const { Contents = [], CommonPrefixes = [], KeyCount } of pages) {
      expect(KeyCount).toBe(1);
      seen.push(...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix));
    }
    expect(seen).toEqual(['Blue/', 'Yellow/', 'z&<', '\u{fffd}', '\u{1f600}']);
  });

  it('starts after a key, encodes for URLs, and lists nothing at a page size of nothing', async () => {
    const after = await list({ StartAfter: 'Yellow/a b+c', Delimiter: '/', Prefix: 'Yellow/' });
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['Yellow/e']);
    const encoded = await list({ EncodingType: 'url', Prefix: 'Yellow/a b' });
    expect(encoded).toMatchObject({ Prefix: 'Yellow/a+b', EncodingType: 'url' });
    expect(encoded.Contents?.[0]?.Key).toBe('Yellow/a+b%2Bc');
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it('refuses a token that it did not give and a page size below nothing', async () => {
    await expect(list({ ContinuationToken: '!' })).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'The continuation token provided is incorrect',
    });
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});
