// The keys of a registration's session tags: what each may be, and what they must be together.
import * as z from 'zod/mini';
import { shownName } from '../errors.ts';

interface TagKeys {
  readonly sessionTagKey: string;
  readonly transitiveTagKeys?: readonly string[];
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html; the prefix `aws:` is reserved. */
export const tagKey = z
  .string('must be a string')
  .check(
    z.regex(
      /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
      'must be an STS tag key: 1–128 letters, digits, spaces or _.:/=+-@, not starting with aws:',
    ),
  );

/** STS compares tag keys without regard to case, and takes 50 tags at most. */
export function findTagKeyProblems(
  { sessionTagKey, transitiveTagKeys = [] }: TagKeys,
  furtherKeys: readonly string[],
): string[] {
  const problems: string[] = [];
  if (furtherKeys.length > 49)
    problems.push('SessionTags: STS takes 50 session tags at most, SessionTagKey among them');
  const seen = new Set([sessionTagKey.toLowerCase()]);
  for (const key of furtherKeys) {
    if (seen.has(key.toLowerCase()))
      problems.push(`SessionTags.${shownName(key)}: the same tag key twice (case does not count)`);
    seen.add(key.toLowerCase());
  }
  const unknown = transitiveTagKeys.find((key) => ![sessionTagKey, ...furtherKeys].includes(key));
  if (unknown !== undefined)
    problems.push(`TransitiveTagKeys: ${shownName(unknown)} is not the key of a session tag`);
  return problems;
}
