// ListBuckets: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
import type { Operation } from '../../account/operation.ts';
import type { RestXmlOutput } from '../../account/service.ts';

export const listBuckets: Operation = {
  authorize: () => ({ action: 's3:ListAllMyBuckets', resource: '*' }),
  run({ account }): RestXmlOutput {
    const buckets = [...account.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return {
      xml: {
        ListAllMyBucketsResult: {
          Owner: { ID: account.accountId },
          Buckets: {
            Bucket: buckets.map(({ name, createdAt }) => ({
              Name: name,
              CreationDate: new Date(createdAt).toISOString(),
            })),
          },
        },
      },
    };
  },
};
