// The session policy of vended credentials: a scope and a permission, and nothing else.
import type { PolicyDocument } from '../identities/identity.ts';
import type { Permission } from './grant.ts';
import type { Scope } from './scope.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-location-register.html */
const READ_OBJECTS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectAcl',
  's3:GetObjectVersionAcl',
  's3:ListMultipartUploadParts',
];
const READ_BUCKET = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'];
const WRITE_OBJECTS = [
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectVersionAcl',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:AbortMultipartUpload',
];

/** Exactly the reach: a listing of the prefix is part of reading it, and an object alone has none. */
export function sessionPolicy({ bucket, key, isPrefix }: Scope, permission: Permission): PolicyDocument {
  const arn = `arn:aws:s3:::${bucket}`;
  const objects = `${arn}/${key}${isPrefix ? '*' : ''}`;
  const reads = permission !== 'WRITE';
  const writes = permission !== 'READ';
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [...(reads ? READ_OBJECTS : []), ...(writes ? WRITE_OBJECTS : [])],
        Resource: objects,
      },
      ...(reads && isPrefix
        ? [{ Effect: 'Allow', Action: READ_BUCKET, Resource: arn, ...(key !== '' && withPrefix(key)) }]
        : []),
    ],
  };
}

function withPrefix(key: string) {
  return { Condition: { StringLike: { 's3:prefix': `${key}*` } } };
}
