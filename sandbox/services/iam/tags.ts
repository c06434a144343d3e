// The tags of a request to create a role or user.
import type { OperationCall } from '../../account/operation.ts';
import { type RequestContext, tagContext } from '../../authorization/request-context.ts';
import { AwsError } from '../../aws-error.ts';
import { optionalText, requireText } from '../../constraints.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MAX_TAGS = 50;

/** @throws AwsError ValidationError, InvalidInput, LimitExceeded */
export function readTags({ input }: OperationCall): Map<string, string> {
  const members = Array.isArray(input['Tags']) ? input['Tags'] : [];
  if (members.length > MAX_TAGS) {
    throw new AwsError(
      'LimitExceeded',
      `The number of tags has reached the maximum limit of ${MAX_TAGS}.`,
      409,
    );
  }
  const tags = new Map<string, string>();
  const seen = new Set<string>();
  members.forEach((member: Record<string, unknown>, at) => {
    const field = `tags.${at + 1}.member`;
    const key = requireText(`${field}.key`, member['Key'], { maxLength: 128, pattern: TAG_TEXT });
    const value = optionalText(`${field}.value`, member['Value'], {
      minLength: 0,
      maxLength: 256,
      pattern: TAG_TEXT,
    });
    if (seen.has(key.toLowerCase())) {
      throw new AwsError(
        'InvalidInput',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    }
    seen.add(key.toLowerCase());
    tags.set(key, value ?? '');
  });
  return tags;
}

/** The condition keys of a request that sets tags. */
export function requestTagContext(call: OperationCall): RequestContext {
  const tags = readTags(call);
  return {
    ...tagContext('aws:RequestTag', tags),
    ...(tags.size > 0 && { 'aws:TagKeys': [...tags.keys()] }),
  };
}

/** As answers show them. */
export function shownTags(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] | undefined {
  return tags.size === 0 ? undefined : [...tags].map(([Key, Value]) => ({ Key, Value }));
}
