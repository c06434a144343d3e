// What is told of a call to AWS that failed: a denial in AWS's words, which steer no terminal, and else a name.
import { expect, it } from 'vitest';
import { describeAwsFailure } from '../../../../client/cli/aws-failure.ts';

const failure = (name: string, message: string) => Object.assign(new Error(message), { name });

it.each([
  [
    'AccessDenied',
    'User: a is not authorized to perform: b',
    'AccessDenied: User: a is not authorized to perform: b',
  ],
  [
    'AccessDeniedException',
    'no\u001b[2J\nok  all is well',
    'AccessDeniedException: no\\u001b[2J\\u000aok  all is well',
  ],
  ['AccessDenied', 'x'.repeat(10_000), `AccessDenied: ${'x'.repeat(500)}…`],
  ['Throttling', 'canary', 'Throttling'],
  ['<b>', 'canary', 'an error'],
])('%s', (name, message, told) => expect(describeAwsFailure(failure(name, message))).toBe(told));
