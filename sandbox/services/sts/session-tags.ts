// Session tags: what a request or a token may ask for, and what a chained session inherits.
import type { OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { optionalText, requireText } from '../../constraints.ts';
import type { Caller } from '../../identities/identity.ts';

/** Those of the request and those inherited. */
export interface SessionTags {
  readonly all: ReadonlyMap<string, string>;
  readonly transitiveKeys: readonly string[];
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const MAX_TAGS = 50;
/**
 * AWS packs tags and session policies into a binary form whose size and limit it does not publish. Here
 * every tag counts its bytes and two more, against this limit.
 */
const PACKED_LIMIT_BYTES = 4_096;

/**
 * The tags of an AssumeRole request by this caller, or of a token, whose holder is no caller.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 * @throws AwsError ValidationError, InvalidParameterValue, PackedPolicyTooLarge
 */
export function readSessionTags(input: Record<string, unknown>, caller?: Caller): SessionTags {
  const inherited = inheritedTags(caller);
  const requested = requestedTags(input['Tags']);
  const requestedTransitiveKeys = memberList(input['TransitiveTagKeys'], 'transitiveTagKeys').map((key, at) =>
    requireText(`transitiveTagKeys.${at + 1}.member`, key, { maxLength: 128, pattern: TAG_TEXT }),
  );
  for (const key of requested.keys()) {
    if (findKey(inherited, key) === undefined) continue;
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  for (const key of requestedTransitiveKeys) {
    if (findKey(requested, key) !== undefined) continue;
    throw invalid('The specified transitive tag key must be included in the requested tags.');
  }
  return {
    all: new Map([...inherited, ...requested]),
    transitiveKeys: [...inherited.keys(), ...requestedTransitiveKeys],
  };
}

/** The trail names them as CloudTrail does. */
export function recordTags({ record }: OperationCall, { all, transitiveKeys }: SessionTags): void {
  if (all.size > 0) record('PrincipalTags', JSON.stringify(Object.fromEntries(all)));
  if (transitiveKeys.length > 0) record('TransitiveTagKeys', transitiveKeys.join(','));
}

/**
 * The share of the packed size that the tags take, in percent.
 * @throws AwsError PackedPolicyTooLarge
 */
export function packedPercent({ all }: SessionTags): number {
  let bytes = 0;
  for (const [key, value] of all) bytes += Buffer.byteLength(key) + Buffer.byteLength(value) + 2;
  const percent = Math.ceil((100 * bytes) / PACKED_LIMIT_BYTES);
  if (percent > 100) {
    throw new AwsError(
      'PackedPolicyTooLarge',
      `Packed size of session tags consumes ${percent}% of allotted space.`,
    );
  }
  return percent;
}

function inheritedTags(caller?: Caller): Map<string, string> {
  if (caller?.kind !== 'session') return new Map();
  const keys = new Set(caller.transitiveTagKeys.map((key) => key.toLowerCase()));
  return new Map([...caller.principalTags].filter(([key]) => keys.has(key.toLowerCase())));
}

function requestedTags(value: unknown): Map<string, string> {
  const members = memberList(value, 'tags');
  if (members.length > MAX_TAGS) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${MAX_TAGS}`,
    );
  }
  const tags = new Map<string, string>();
  members.forEach((member, at) => {
    const tag = (typeof member === 'object' && member !== null ? member : {}) as Record<string, unknown>;
    const field = `tags.${at + 1}.member`;
    const key = requireText(`${field}.key`, tag['Key'], { maxLength: 128, pattern: TAG_TEXT });
    const text = optionalText(`${field}.value`, tag['Value'], {
      minLength: 0,
      maxLength: 256,
      pattern: TAG_TEXT,
    });
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalid(`System tags cannot be added or updated: the tag key ${key} is reserved.`);
    }
    if (findKey(tags, key) !== undefined) {
      throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    tags.set(key, text ?? '');
  });
  return tags;
}

/** An empty list is sent as an empty parameter. */
function memberList(value: unknown, field: string): unknown[] {
  if (value === undefined || value === '') return [];
  if (Array.isArray(value)) return value;
  throw new AwsError('MalformedInput', `${field} is not a list.`);
}

function findKey(tags: ReadonlyMap<string, string>, key: string): string | undefined {
  return [...tags.keys()].find((other) => other.toLowerCase() === key.toLowerCase());
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
