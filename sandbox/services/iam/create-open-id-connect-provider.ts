// CreateOpenIDConnectProvider: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
import type { Operation, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { requireText } from '../../constraints.ts';
import { readTags, requestTagContext, shownTags } from './tags.ts';

export const createOpenIdConnectProvider: Operation = {
  authorize(call) {
    const resource = call.account.identities.oidcProviders.arnOf(requireText('url', call.input['Url']));
    const context = requestTagContext(call);
    const creation = { action: 'iam:CreateOpenIDConnectProvider', resource, context };
    if (readTags(call).size === 0) return creation;
    return [creation, { action: 'iam:TagOpenIDConnectProvider', resource, context }];
  },
  run(call) {
    const { arn, tags } = call.account.identities.oidcProviders.create({
      url: requireText('url', call.input['Url']),
      clientIds: readTexts(call, 'ClientIDList'),
      thumbprints: readTexts(call, 'ThumbprintList'),
      tags: Object.fromEntries(readTags(call)),
    });
    return { OpenIDConnectProviderArn: arn, Tags: shownTags(tags) };
  },
};

/** An empty list is sent as an empty parameter. */
function readTexts({ input }: OperationCall, name: string): string[] {
  const value = input[name];
  if (value === undefined || value === '') return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new AwsError('MalformedInput', `${name} is not a list.`);
}
