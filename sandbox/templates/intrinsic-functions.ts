// CloudFormation's intrinsic functions: a value of the template with every function replaced by its result.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
import { subPlaceholder, type Template } from './template.ts';

/** A resource that has been created. */
export interface CreatedResource {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Everything that a value of the template may refer to. */
export interface Scope {
  readonly template: Template;
  /** `AWS::Region` and its like; `AWS::NoValue` is built in. */
  readonly pseudoParameters: Readonly<Record<string, string>>;
  readonly parameters: ReadonlyMap<string, string>;
  /** Grows while the stack is deployed. */
  readonly resources: ReadonlyMap<string, CreatedResource>;
  /** Exports of all stacks, by name. */
  readonly exports: ReadonlyMap<string, string>;
}

const noValue = Symbol('AWS::NoValue');

type IntrinsicFunction = (argument: unknown, scope: Scope) => unknown;

/** Resolves a value; throws naming the function, the name or the argument that it cannot resolve. */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = resolveInner(value, scope);
  return resolved === noValue ? undefined : resolved;
}

/** Evaluates a condition of the template's section of that name; `name` unknown throws. */
export function conditionHolds(name: string, scope: Scope): boolean {
  const conditions = scope.template.Conditions ?? {};
  if (!(name in conditions)) throw new Error(`Unresolved condition dependency ${name} in the template`);
  return evaluateCondition(conditions[name], scope);
}

/** Evaluates a condition in place: a rule's assertion, or an argument of `Fn::And`. */
export function evaluateCondition(condition: unknown, scope: Scope): boolean {
  const named = soleEntry(condition);
  if (named?.[0] === 'Condition') return conditionHolds(String(named[1]), scope);
  const result = resolve(condition, scope);
  if (typeof result !== 'boolean') throw new Error(`${JSON.stringify(condition)} is not a condition`);
  return result;
}

function resolveInner(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveInner(item, scope)).filter((item) => item !== noValue);
  }
  if (typeof value !== 'object' || value === null) return value;

  const [name, argument] = soleEntry(value) ?? [];
  if (name === 'Ref' || name?.startsWith('Fn::')) {
    const intrinsic = intrinsicFunctions[name];
    if (!intrinsic) throw new Error(`the sandbox does not know the intrinsic function ${name}`);
    return intrinsic(argument, scope);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, resolveInner(inner, scope)] as const)
      .filter(([, inner]) => inner !== noValue),
  );
}

const intrinsicFunctions: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: (name, scope) => reference(String(name), scope),

  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...attribute] = Array.isArray(argument)
      ? argument.map((part) => String(resolve(part, scope)))
      : String(argument).split('.');
    return attributeOf(logicalId, attribute.join('.'), scope);
  },

  'Fn::Join': (argument, scope) => {
    const [delimiter, values] = list('Fn::Join', resolve(argument, scope), 2);
    return list('Fn::Join', values).map(String).join(String(delimiter));
  },

  'Fn::Sub': (argument, scope) => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    const own = Object(resolve(variables, scope)) as Record<string, unknown>;
    return String(text).replace(subPlaceholder, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (name in own) return String(own[name]);
      const [logicalId = '', ...attribute] = name.split('.');
      return attribute.length > 0
        ? attributeOf(logicalId, attribute.join('.'), scope)
        : String(reference(name, scope));
    });
  },

  'Fn::Select': (argument, scope) => {
    const [index, values] = list('Fn::Select', resolve(argument, scope), 2);
    const items = list('Fn::Select', values);
    if (!(Number(index) in items)) throw new Error(`Fn::Select cannot select element ${index}`);
    return items[Number(index)];
  },

  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = list('Fn::Split', resolve(argument, scope), 2);
    return String(text).split(String(delimiter));
  },

  'Fn::Base64': (argument, scope) => Buffer.from(String(resolve(argument, scope))).toString('base64'),

  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = list('Fn::FindInMap', resolve(argument, scope), 3).map(String);
    const found = scope.template.Mappings?.[map ?? '']?.[top ?? '']?.[second ?? ''];
    if (found === undefined) throw new Error(`Fn::FindInMap finds nothing at ${map}.${top}.${second}`);
    return found;
  },

  'Fn::ImportValue': (argument, scope) => {
    const name = String(resolve(argument, scope));
    const value = scope.exports.get(name);
    if (value === undefined) throw new Error(`No export named ${name} found.`);
    return value;
  },

  // Only the branch that is chosen is resolved: the other may name resources that were not created.
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = list('Fn::If', argument, 3);
    return resolveInner(conditionHolds(String(condition), scope) ? whenTrue : whenFalse, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list('Fn::Equals', resolve(argument, scope), 2);
    return String(left) === String(right);
  },
  'Fn::And': (argument, scope) =>
    list('Fn::And', argument).every((condition) => evaluateCondition(condition, scope)),
  'Fn::Or': (argument, scope) =>
    list('Fn::Or', argument).some((condition) => evaluateCondition(condition, scope)),
  'Fn::Not': (argument, scope) => !evaluateCondition(list('Fn::Not', argument, 1)[0], scope),
  /** For rules only, as in CloudFormation. */
  'Fn::Contains': (argument, scope) => {
    const [values, value] = list('Fn::Contains', resolve(argument, scope), 2);
    return list('Fn::Contains', values).map(String).includes(String(value));
  },
};

function reference(name: string, scope: Scope): unknown {
  if (name === 'AWS::NoValue') return noValue;
  const value = scope.pseudoParameters[name] ?? scope.parameters.get(name) ?? scope.resources.get(name)?.ref;
  if (value === undefined) throw new Error(`Ref ${name} names nothing that exists`);
  return value;
}

function attributeOf(logicalId: string, attribute: string, scope: Scope): string {
  const resource = scope.resources.get(logicalId);
  if (!resource) throw new Error(`Fn::GetAtt ${logicalId}.${attribute}: no such resource was created`);
  const value = resource.attributes[attribute];
  if (value === undefined) {
    throw new Error(`Fn::GetAtt ${logicalId}.${attribute}: the sandbox does not know this attribute`);
  }
  return value;
}

function list(name: string, argument: unknown, length?: number): unknown[] {
  if (!Array.isArray(argument) || (length !== undefined && argument.length !== length)) {
    throw new Error(`${name} takes a list${length ? ` of ${length}` : ''}, not ${JSON.stringify(argument)}`);
  }
  return argument;
}

/** An intrinsic function is an object of one key. */
function soleEntry(value: unknown): [string, unknown] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0] : undefined;
}
