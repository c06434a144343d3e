// S3's buckets and objects, as the SDK's client and the AWS CLI see them.

import { createHash } from 'node:crypto';
import { request } from 'node:http';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { administrator, bucket, clientFor, name, put, served, useS3Account } from './fixtures/s3-account.ts';

useS3Account();

async function get(Key: string, options: Record<string, unknown> = {}) {
  const output = await administrator.send(new GetObjectCommand({ Bucket: name, Key, ...options }));
  return { ...output, text: await output.Body?.transformToString() };
}

describe('buckets', () => {
  it('are created, listed and deleted', async () => {
    await administrator.send(new CreateBucketCommand({ Bucket: 'another.one' }));
    const { Buckets } = await administrator.send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([
      { Name: 'another.one', CreationDate: expect.any(Date) },
      { Name: name, CreationDate: expect.any(Date) },
    ]);
    await administrator.send(new DeleteBucketCommand({ Bucket: 'another.one' }));
    expect([...served.account.buckets.keys()]).toEqual([name]);
  });

  it('are not created twice, nor under a name or in a region that S3 refuses', async () => {
    await expect(administrator.send(new CreateBucketCommand({ Bucket: name }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
      message: 'Your previous request to create the named bucket succeeded and you already own it.',
      $metadata: { httpStatusCode: 409 },
    });
    for (const Bucket of ['UPPER', 'ab', 'a..b', '127.0.0.1', 'xn--a', 'a-s3alias']) {
      await expect(administrator.send(new CreateBucketCommand({ Bucket })), Bucket).rejects.toMatchObject({
        name: 'InvalidBucketName',
        message: 'The specified bucket is not valid.',
      });
    }
    const CreateBucketConfiguration = { LocationConstraint: 'us-west-2' } as const;
    const elsewhere = new CreateBucketCommand({ Bucket: 'elsewhere', CreateBucketConfiguration });
    await expect(administrator.send(elsewhere)).rejects.toMatchObject({
      name: 'IllegalLocationConstraintException',
      message:
        'The us-west-2 location constraint is incompatible for the region specific endpoint this request was sent to.',
    });
  });

  it('are not deleted while they hold objects', async () => {
    await put('a');
    await expect(administrator.send(new DeleteBucketCommand({ Bucket: name }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('that do not exist are told to anyone', async () => {
    const nobody = clientFor(served.allowed({ Action: 'sts:AssumeRole', Resource: '*' }));
    const command = new GetObjectCommand({ Bucket: 'nowhere', Key: 'a' });
    await expect(nobody.send(command)).rejects.toMatchObject({
      name: 'NoSuchBucket',
      message: 'The specified bucket does not exist',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe('objects', () => {
  it('come back as they were put', async () => {
    const body = new Uint8Array([0, 255, 10, 13]);
    const { ETag } = await put('Yellow/a file & <more>+é.txt', body, { ContentType: 'text/plain' });
    const md5 = createHash('md5').update(body).digest('hex');
    expect(ETag).toBe(`"${md5}"`);
    const output = await administrator.send(
      new GetObjectCommand({ Bucket: name, Key: 'Yellow/a file & <more>+é.txt' }),
    );
    expect(await output.Body?.transformToByteArray()).toEqual(body);
    expect(output).toMatchObject({
      ETag,
      ContentType: 'text/plain',
      ContentLength: 4,
      AcceptRanges: 'bytes',
    });
    expect(output.LastModified).toBeInstanceOf(Date);
    expect(output.$metadata.requestId).toBeDefined();
  });

  it('may be empty, and then have a default content type', async () => {
    await put('empty', new Uint8Array());
    expect(await get('empty')).toMatchObject({ text: '', ContentLength: 0 });
  });

  it('show their head without their body', async () => {
    await put('a', 'four');
    const head = await administrator.send(new HeadObjectCommand({ Bucket: name, Key: 'a' }));
    expect(head).toMatchObject({
      ContentLength: 4,
      ETag: `"${createHash('md5').update('four').digest('hex')}"`,
    });
    const missing = administrator.send(new HeadObjectCommand({ Bucket: name, Key: 'b' }));
    await expect(missing).rejects.toMatchObject({ name: 'NotFound', $metadata: { httpStatusCode: 404 } });
  });

  it.each([
    ['bytes=0-1', 'ab', 'bytes 0-1/6'],
    ['bytes=4-', 'ef', 'bytes 4-5/6'],
    ['bytes=-2', 'ef', 'bytes 4-5/6'],
    ['bytes=3-99', 'def', 'bytes 3-5/6'],
  ])('are read in the range %s', async (Range, text, ContentRange) => {
    await put('a', 'abcdef');
    const output = await get('a', { Range });
    expect(output).toMatchObject({ text, ContentRange, $metadata: { httpStatusCode: 206 } });
  });

  it('refuse a range beyond their end, several ranges, and an ETag that they no longer have', async () => {
    await put('a', 'abcdef');
    await expect(get('a', { Range: 'bytes=6-' })).rejects.toMatchObject({ name: 'InvalidRange' });
    await expect(get('a', { Range: 'bytes=0-1,3-4' })).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(get('a', { IfMatch: '"0"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  it('are deleted one by one, also where they do not exist', async () => {
    await put('a');
    await administrator.send(new DeleteObjectCommand({ Bucket: name, Key: 'a' }));
    await administrator.send(new DeleteObjectCommand({ Bucket: name, Key: 'a' }));
    await expect(get('a')).rejects.toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
    });
  });

  it('are read whole by a client that would verify what is appended', async () => {
    await put('a', 'text');
    const command = new GetObjectCommand({ Bucket: name, Key: 'a' });
    command.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, { 'x-amz-te': 'append-md5' });
        return next(args);
      },
      { step: 'build' },
    );
    expect(await (await administrator.send(command)).Body?.transformToString()).toBe('text');
  });

  it('are deleted together', async () => {
    for (const key of ['a', ' b&<c> ', 'd']) await put(key);
    const Objects = ['a', ' b&<c> ', 'nothing'].map((Key) => ({ Key }));
    const command = new DeleteObjectsCommand({ Bucket: name, Delete: { Objects } });
    expect((await administrator.send(command)).Deleted).toEqual(Objects);
    expect([...bucket.objects.keys()]).toEqual(['d']);
    const quiet = new DeleteObjectsCommand({
      Bucket: name,
      Delete: { Objects: [{ Key: 'd' }], Quiet: true },
    });
    expect((await administrator.send(quiet)).Deleted).toBeUndefined();
    expect(bucket.objects.size).toBe(0);
  });
});

describe('what the sandbox does not know', () => {
  it.each([
    ['?acl', new GetBucketAclCommand({ Bucket: name })],
    ['?uploads', new CreateMultipartUploadCommand({ Bucket: name, Key: 'a' })],
    ['?versionId', new GetObjectCommand({ Bucket: name, Key: 'a', VersionId: '1' })],
    [
      'x-amz-meta-tenant',
      new PutObjectCommand({ Bucket: name, Key: 'a', Body: 'a', Metadata: { tenant: 'Yellow' } }),
    ],
    [
      'content-disposition',
      new PutObjectCommand({ Bucket: name, Key: 'a', Body: 'a', ContentDisposition: 'inline' }),
    ],
    ['gzip', new PutObjectCommand({ Bucket: name, Key: 'a', Body: 'a', ContentEncoding: 'gzip' })],
    ['if-none-match', new PutObjectCommand({ Bucket: name, Key: 'a', Body: 'a', IfNoneMatch: '*' })],
    ['x-amz-acl', new CreateBucketCommand({ Bucket: 'public', ACL: 'public-read' })],
  ])('is refused by name: %s', async (what, command) => {
    await expect(administrator.send(command as never)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining(what),
      $metadata: { httpStatusCode: 501 },
    });
  });
});

it('refuses a bucket in the name of the host by name, and puts nothing elsewhere', async () => {
  const { hostname, port } = new URL(served.administrator.endpoint);
  for (const host of [`${name}.localhost:${port}`, `${name}.s3.eu-west-1.amazonaws.com`]) {
    const answer = await new Promise<{ statusCode: number | undefined; body: string }>((resolve, reject) => {
      const call = request(
        { hostname, port, path: '/folder/key', method: 'PUT', headers: { host } },
        (response) => {
          response.setEncoding('utf8').on('error', reject);
          let body = '';
          response.on('data', (chunk: string) => {
            body += chunk;
          });
          response.on('end', () => resolve({ statusCode: response.statusCode, body }));
        },
      );
      call.on('error', reject).end('content');
    });
    expect(answer.statusCode).toBe(501);
    expect(answer.body).toContain(`virtual-hosted-style requests (${host.replace(/:\d+$/, '')})`);
  }
  expect([...served.account.buckets.keys()]).toEqual([name]);
  expect([...bucket.objects.keys()]).toEqual([]);
});
