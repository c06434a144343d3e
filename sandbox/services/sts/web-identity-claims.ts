// What a token's claims ask of the session: its tags, in both forms that AWS documents, and its source identity.
import { readSessionTags, type SessionTags } from './session-tags.ts';
import { readSourceIdentity } from './source-identity.ts';
import { invalidToken } from './web-identity-refusal.ts';

const TAGS = 'https://aws.amazon.com/tags';
const FLAT_TAG = `${TAGS}/principal_tags/`;
const FLAT_TRANSITIVE = `${TAGS}/transitive_tag_keys`;
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity';

type Claims = Readonly<Record<string, unknown>>;

/**
 * Nested: `principal_tags` with lists of one value each, and `transitive_tag_keys`. Flat, for providers that have no nested
 * claims: a claim for every tag.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 * @throws AwsError InvalidIdentityToken for another form; what AssumeRole says to such tags
 */
export function tagsOfClaims(claims: Claims): SessionTags {
  const nested = objectOf(claims[TAGS] ?? {}, TAGS);
  const flat = Object.keys(claims).filter((name) => name.startsWith(FLAT_TAG));
  const isFlat = flat.length > 0 || claims[FLAT_TRANSITIVE] !== undefined;
  if (isFlat && claims[TAGS] !== undefined) throw invalidToken('it has session tags both nested and flat');
  const tags = isFlat
    ? flat.map((name) => [name.slice(FLAT_TAG.length), textOf(claims[name], name)] as const)
    : Object.entries(objectOf(nested['principal_tags'] ?? {}, 'principal_tags')).map(
        ([key, values]) => [key, soleOf(values, key)] as const,
      );
  const transitive = isFlat ? claims[FLAT_TRANSITIVE] : nested['transitive_tag_keys'];
  return readSessionTags({
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    TransitiveTagKeys: listOf(transitive ?? []),
  });
}

/** @throws AwsError InvalidIdentityToken, ValidationError */
export function sourceIdentityOfClaims(claims: Claims): string | undefined {
  const value = claims[SOURCE_IDENTITY];
  return readSourceIdentity(value === undefined ? undefined : textOf(value, SOURCE_IDENTITY));
}

function objectOf(value: unknown, name: string): Claims {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Claims;
  throw invalidToken(`its ${name} is no object`);
}

/** A tag has one value. */
function soleOf(values: unknown, key: string): string {
  const [value, ...others] = Array.isArray(values) ? values : [];
  if (others.length > 0 || typeof value !== 'string')
    throw invalidToken(`its tag ${key} is no list of one text`);
  return value;
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw invalidToken(`its ${name} is no text`);
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidToken('its transitive_tag_keys are no list');
}
