// Filter patterns of CloudWatch Logs: which kind one is, and whether an event matches it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
import { jsonPattern } from './json-pattern.ts';
import { notUnderstood } from './not-understood.ts';
import { termsPattern } from './terms-pattern.ts';

export type Matches = (message: string) => boolean;

/** @throws AwsError InvalidParameterException, which names what the sandbox does not understand */
export function parseFilterPattern(pattern: string): Matches {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return jsonPattern(text);
  if (text.startsWith('[')) throw notUnderstood('a pattern for space-delimited events', text);
  return termsPattern(text);
}
