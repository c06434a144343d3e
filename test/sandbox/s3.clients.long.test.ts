// S3 as the AWS CLI sees it.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAwsCli } from './fixtures/aws-cli.ts';
import { served, useS3Account } from './fixtures/s3-account.ts';

useS3Account();

describe('the AWS CLI', () => {
  it('makes, fills, lists, reads, empties and removes a bucket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-cli-'));
    const aws = async (...args: string[]) => (await runAwsCli(served.administrator, args, directory)).stdout;
    try {
      await writeFile(join(directory, 'in.txt'), 'from a file');
      await aws('s3', 'mb', 's3://isb-cli');
      await aws('s3', 'cp', 'in.txt', 's3://isb-cli/Blue/a file.txt');
      await aws(...'s3api put-object --bucket isb-cli --key Yellow/file.txt --content-length 0'.split(' '));
      expect(await aws('s3', 'ls', 's3://isb-cli', '--recursive')).toMatch(
        /11 Blue\/a file\.txt\n.*0 Yellow\/file\.txt\n/,
      );
      expect(await aws('s3', 'ls', 's3://isb-cli')).toMatch(/PRE Blue\/\n.*PRE Yellow\/\n/);
      expect(await aws('s3', 'ls')).toMatch(/isb-cli/);
      await aws('s3', 'cp', 's3://isb-cli/Blue/a file.txt', 'out.txt');
      expect(await readFile(join(directory, 'out.txt'), 'utf8')).toBe('from a file');
      await aws(...'s3api get-object --bucket isb-cli --key Yellow/file.txt empty.txt'.split(' '));
      expect(await readFile(join(directory, 'empty.txt'), 'utf8')).toBe('');
      await expect(aws('s3', 'rb', 's3://isb-cli')).rejects.toThrow('BucketNotEmpty');
      await aws('s3', 'rm', 's3://isb-cli', '--recursive');
      await aws('s3', 'rb', 's3://isb-cli');
      expect(served.account.buckets.has('isb-cli')).toBe(false);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
