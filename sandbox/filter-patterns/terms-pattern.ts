// Filter patterns of terms: `ERROR`, `"exact phrase"`, `-excluded`, `?any ?of ?these`; letter case counts.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
import { notUnderstood } from './not-understood.ts';

interface Term {
  readonly sign: '' | '-' | '?';
  readonly text: string;
}

/** A word has letters, digits and `_`; whatever has others must be quoted. */
const nextTerm = /\s*([-?]?)(?:"([^"\\]+)"|([\p{L}\p{N}_]+))(?=\s|$)/uy;

/** @throws AwsError InvalidParameterException */
export function termsPattern(pattern: string): (message: string) => boolean {
  const terms = termsOf(pattern);
  const withSign = (sign: Term['sign']) => terms.filter((term) => term.sign === sign);
  const [required, excluded, optional] = [withSign(''), withSign('-'), withSign('?')];
  // AWS ignores them then, which nobody means.
  if (optional.length > 0 && optional.length < terms.length)
    throw notUnderstood('optional terms beside others', pattern);
  return (message) => {
    const isIn = ({ text }: Term) => message.includes(text);
    return required.every(isIn) && !excluded.some(isIn) && (optional.length === 0 || optional.some(isIn));
  };
}

function termsOf(pattern: string): Term[] {
  const terms: Term[] = [];
  let at = 0;
  while (at < pattern.length) {
    nextTerm.lastIndex = at;
    const found = nextTerm.exec(pattern);
    if (!found) throw notUnderstood('the term', pattern.slice(at).trim());
    const [whole, sign, phrase, word] = found;
    terms.push({ sign: sign as Term['sign'], text: phrase ?? word ?? '' });
    at += whole.length;
  }
  return terms;
}
