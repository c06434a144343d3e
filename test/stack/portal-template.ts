// The portal's template, and what a test looks for in it.
import { expect } from 'vitest';
import { synthesizePortal } from './synthesis.ts';

export type Resources = Record<string, { Properties: Record<string, unknown> }>;

export const template = synthesizePortal();
export const only = (type: string, where: object = {}): [string, { Properties: Record<string, unknown> }] => {
  const found = Object.entries(template.findResources(type, { Properties: where }) as Resources);
  expect(found).toHaveLength(1);
  return found[0] as [string, { Properties: Record<string, unknown> }];
};

export const [functionId] = only('AWS::Lambda::Function');

/** Of the function. */
export const variables = (of = template): Record<string, unknown> => {
  const handlers = of.findResources('AWS::Lambda::Function') as Resources;
  const all = Object.values(handlers).map(
    ({ Properties }) => Properties['Environment'] as { Variables: Record<string, unknown> },
  );
  expect(all).toHaveLength(1);
  return all[0]?.Variables ?? {};
};
