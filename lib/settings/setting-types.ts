// What settings are made of: kinds of value, each with the words that say what it must be.
import { z } from 'zod';

export const wholeNumber = (minimum: number, maximum: number) => {
  const problem = `must be a whole number from ${minimum} to ${maximum}`;
  return z.int(problem).min(minimum, problem).max(maximum, problem);
};
export const fraction = (minimum: number, maximum: number) => {
  const problem = `must be a number from ${minimum} to ${maximum}`;
  return z.number(problem).min(minimum, problem).max(maximum, problem);
};
export const matching = (pattern: RegExp, what: string) =>
  z.string(`must be ${what}`).regex(pattern, {
    error: ({ input }) => `must be ${what}${/^\w+:\/\//.test(String(input)) ? ', without https://' : ''}`,
  });
/** @param problemOf what is wrong with a text, or `undefined` */
export const sound = (problemOf: (text: string) => string | undefined, what: string) =>
  z.string(`must be ${what}`).superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
export const listOf = <Item extends z.ZodType>(item: Item, what: string, longest: number) =>
  z.array(item, `must be a list of ${what}`).max(longest, `must have at most ${longest} entries`).default([]);
export const trueOrFalse = () => z.boolean('must be true or false');
