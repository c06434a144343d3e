// Property selectors of JSON filter patterns: `$.tags[*].value`, `$.['cluster.name']`, `$.*`.

/** A step into a value: the name of a member, the index of an element, or any of either. */
export type Step = { readonly member: string } | { readonly index: number } | 'any';

/** A selector at the beginning of the text, and how long it is; `undefined` where none stands there. */
export function readSelector(text: string): { steps: readonly Step[]; length: number } | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let at = 1;
  for (;;) {
    const [whole, name, quoted, index] =
      /^(?:\.([\w@-]+)|\.?\['([^'\\]*)'\]|\[(\d+)\]|\[\*\]|\.\*)/.exec(text.slice(at)) ?? [];
    if (whole === undefined) return steps.length > 0 ? { steps, length: at } : undefined;
    if (name !== undefined || quoted !== undefined) steps.push({ member: name ?? quoted ?? '' });
    else steps.push(index === undefined ? 'any' : { index: Number(index) });
    at += whole.length;
  }
}

/** All values that the selector leads to; none where a member or an element is not there. */
export function select(value: unknown, steps: readonly Step[]): unknown[] {
  return steps.reduce<unknown[]>((values, step) => values.flatMap((each) => into(each, step)), [value]);
}

function into(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === 'any') return Object.values(value);
  if ('index' in step) return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
  return !Array.isArray(value) && Object.hasOwn(value, step.member)
    ? [(value as Record<string, unknown>)[step.member]]
    : [];
}
