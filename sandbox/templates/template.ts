// A CloudFormation template as JSON, what it refers to, and the order in which its resources are created.
export interface TemplateResource {
  readonly Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  /** Name of the condition without which the resource is not created. */
  Condition?: string;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedPattern?: string;
}

export interface TemplateRule {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string }[];
}

/** The sections that the sandbox understands; deploying a template with another one fails by its name. */
export interface Template {
  readonly AWSTemplateFormatVersion?: string;
  readonly Description?: string;
  readonly Metadata?: unknown;
  Parameters?: Record<string, TemplateParameter>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Rules?: Record<string, TemplateRule>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, TemplateOutput>;
}

/** A placeholder of `Fn::Sub`: `${Name}`, `${Name.Attribute}`, or `${!Literal}`. */
export const subPlaceholder = /\$\{([^}]*)\}/g;

/**
 * Logical ids in the order of creation: each after all that its `Ref`, `Fn::GetAtt`, `Fn::Sub` and
 * `DependsOn` name, and otherwise as they stand in the template.
 *
 * Throws in CloudFormation's words for names that do not exist and for circles.
 */
export function creationOrder(template: Template): string[] {
  const order: string[] = [];
  const path: string[] = [];
  const visit = (logicalId: string): void => {
    if (order.includes(logicalId)) return;
    if (path.includes(logicalId)) {
      throw new Error(
        `Circular dependency between resources: [${path.slice(path.indexOf(logicalId)).join(', ')}]`,
      );
    }
    path.push(logicalId);
    for (const dependency of dependenciesOf(template, logicalId)) visit(dependency);
    path.pop();
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(template.Resources)) visit(logicalId);
  return order;
}

function dependenciesOf(template: Template, logicalId: string): string[] {
  const resource = template.Resources[logicalId];
  const explicit = [resource?.DependsOn ?? []].flat();
  const named = [...explicit, ...referencesIn(resource?.Properties)];
  const unresolved = named.filter(
    (name) =>
      !(name in template.Resources) && !(name in (template.Parameters ?? {})) && !name.startsWith('AWS::'),
  );
  if (unresolved.length > 0) {
    throw new Error(
      `Template format error: Unresolved resource dependencies [${[...new Set(unresolved)].join(', ')}] ` +
        `in the Resources block of the template (${logicalId})`,
    );
  }
  return named.filter((name) => name in template.Resources);
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    if (key === 'Fn::GetAtt') return [Array.isArray(inner) ? String(inner[0]) : firstSegment(String(inner))];
    if (key === 'Fn::Sub') return referencesInSub(inner);
    return referencesIn(inner);
  });
}

function referencesInSub(argument: unknown): string[] {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const names = [...String(text).matchAll(subPlaceholder)].map(([, name]) => name ?? '');
  return [
    ...names.filter((name) => !name.startsWith('!') && !(name in Object(variables))).map(firstSegment),
    ...referencesIn(variables),
  ];
}

function firstSegment(name: string): string {
  return name.split('.')[0] ?? name;
}
