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
