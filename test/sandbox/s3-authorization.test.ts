// S3 asks IAM: for which action, on which ARN, and in whose words it denies.
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAccount } from '../../sandbox/account/accounts.ts';
import { bucket, clientFor, name, put, served, useS3Account } from './fixtures/s3-account.ts';

useS3Account();

describe('authorization', () => {
  const bucketArn = `arn:aws:s3:::${name}`;

  beforeEach(async () => {
    await put('Yellow/file.txt', 'yellow');
    await put('Blue/file.txt', 'blue');
  });

  it('asks IAM for the object by its ARN and words a denial as S3 does', async () => {
    const settings = served.allowed({ Action: 's3:GetObject', Resource: `${bucketArn}/Yellow/*` });
    const reader = clientFor(settings);
    await reader.send(new GetObjectCommand({ Bucket: name, Key: 'Yellow/file.txt' }));
    await reader.send(new HeadObjectCommand({ Bucket: name, Key: 'Yellow/file.txt' }));
    const roleName = [...served.account.identities.roles.keys()].at(-1);
    const denied = { $metadata: { httpStatusCode: 403 }, name: 'AccessDenied' };
    const subject = `User: arn:aws:sts::123456789012:assumed-role/${roleName}/test is not authorized to perform:`;
    await expect(
      reader.send(new GetObjectCommand({ Bucket: name, Key: 'Blue/file.txt' })),
    ).rejects.toMatchObject({
      ...denied,
      message: `${subject} s3:GetObject on resource: "${bucketArn}/Blue/file.txt" because no identity-based policy allows the s3:GetObject action`,
    });
    await expect(reader.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      ...denied,
      message: `${subject} s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`,
    });
    for (const command of [
      new CreateBucketCommand({ Bucket: 'new-bucket' }),
      new DeleteBucketCommand({ Bucket: name }),
      new ListObjectsV2Command({ Bucket: name }),
      new PutObjectCommand({ Bucket: name, Key: 'Yellow/file.txt', Body: '' }),
      new DeleteObjectCommand({ Bucket: name, Key: 'Yellow/file.txt' }),
    ]) {
      await expect(reader.send(command as never)).rejects.toMatchObject(denied);
    }
    expect(bucket.objects.size).toBe(2);
  });

  it('hides whether an object exists from those who may not list', async () => {
    const Action = 's3:GetObject';
    const reader = clientFor(served.allowed({ Action, Resource: `${bucketArn}/*` }));
    const lister = clientFor(
      served.allowed(
        { Action, Resource: `${bucketArn}/*` },
        { Action: 's3:ListBucket', Resource: bucketArn },
      ),
    );
    const command = new GetObjectCommand({ Bucket: name, Key: 'missing' });
    await expect(reader.send(command)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`s3:ListBucket on resource: "${bucketArn}" because`),
    });
    await expect(lister.send(command)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('knows the prefix of a listing', async () => {
    const Condition = { StringLike: { 's3:prefix': 'Yellow/*' } };
    const lister = clientFor(served.allowed({ Action: 's3:ListBucket', Resource: bucketArn, Condition }));
    const { Contents } = await lister.send(new ListObjectsV2Command({ Bucket: name, Prefix: 'Yellow/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['Yellow/file.txt']);
    for (const Prefix of ['Blue/', undefined]) {
      const command = new ListObjectsV2Command({ Bucket: name, Prefix });
      await expect(lister.send(command)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  it('tells a bucket’s region to who may list it, and to who may not', async () => {
    const command = () => new HeadBucketCommand({ Bucket: name });
    const lister = clientFor(served.allowed({ Action: 's3:ListBucket', Resource: bucketArn }));
    expect((await lister.send(command())).BucketRegion).toBe('eu-west-1');
    const denied = await clientFor(served.allowed({ Action: 's3:GetObject', Resource: `${bucketArn}/*` }))
      .send(command())
      .catch((error: S3ServiceException) => error);
    expect(denied.$metadata.httpStatusCode).toBe(403);
    expect((denied as S3ServiceException).$response?.headers['x-amz-bucket-region']).toBe('eu-west-1');
    const other = openAccount(served.account, '210987654321');
    other.buckets.set('theirs', { name: 'theirs', createdAt: 0, objects: new Map() });
    await expect(
      clientFor(served.administrator).send(new HeadBucketCommand({ Bucket: 'theirs' })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    served.account.all.delete('210987654321');
    await expect(
      clientFor(served.administrator).send(new HeadBucketCommand({ Bucket: 'none' })),
    ).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('decides every object of DeleteObjects by itself', async () => {
    const deleter = clientFor(
      served.allowed({ Action: 's3:DeleteObject', Resource: `${bucketArn}/Yellow/*` }),
    );
    const Objects = [{ Key: 'Blue/file.txt' }, { Key: 'Yellow/file.txt' }];
    const output = await deleter.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects } }));
    expect(output.Deleted).toEqual([{ Key: 'Yellow/file.txt' }]);
    expect(output.Errors).toEqual([
      {
        Key: 'Blue/file.txt',
        Code: 'AccessDenied',
        Message: expect.stringContaining(`s3:DeleteObject on resource: "${bucketArn}/Blue/file.txt" because`),
      },
    ]);
    expect([...bucket.objects.keys()]).toEqual(['Blue/file.txt']);
  });
});
