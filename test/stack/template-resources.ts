// The resources of a template, by type, as the tests of stacks look for them.
import type { Template } from 'aws-cdk-lib/assertions';
import { expect } from 'vitest';

export interface Resource {
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
}

export type Found = readonly [logicalId: string, resource: Resource];

export const allOf = (type: string, template: Template): Found[] =>
  Object.entries(template.findResources(type) as Record<string, Resource>);

export function onlyOf(type: string, template: Template): Found {
  const found = allOf(type, template);
  expect(found).toHaveLength(1);
  return found[0] as Found;
}

export interface Statement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Of all policies that are resources of their own: what the roles of functions may. */
export const statementsOf = (template: Template): Statement[] =>
  allOf('AWS::IAM::Policy', template).flatMap(
    ([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
  );

/** Of the environment of the template's first function. */
export function variablesOf(template: Template): Record<string, unknown> {
  const [[, { Properties }] = expect.fail('there is no function')] = allOf('AWS::Lambda::Function', template);
  return (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;
}
