// Deploying a stack: from its template to resources of the account, as CloudFormation would.
import { createHash, randomUUID } from 'node:crypto';
import type { Stack } from './account/account.ts';
import { resourceTypeOf } from './resources/index.ts';
import {
  type DeployedResource,
  LeftBehind,
  type ResourceContext,
  type ResourceType,
  type Surroundings,
} from './resources/resource-type.ts';
import type { AssembledStack } from './templates/cloud-assembly.ts';
import {
  type CreatedResource,
  conditionHolds,
  evaluateCondition,
  resolve,
  type Scope,
} from './templates/intrinsic-functions.ts';
import {
  creationOrder,
  type Template,
  type TemplateParameter,
  type TemplateResource,
} from './templates/template.ts';

const sections: ReadonlySet<string> = new Set<keyof Template>([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Rules',
  'Resources',
  'Outputs',
]);

/** The one SSM parameter that CDK templates refer to: the version of the bootstrap stack. */
const ssmParameters: Readonly<Record<string, string>> = { '/cdk-bootstrap/hnb659fds/version': '30' };

/** A stack with what it consists of: what a later change goes by. */
export interface DeployedStack {
  readonly stack: Stack;
  /** In the order of their creation. */
  readonly resources: Map<string, DeployedResource>;
}

/** What is to be deployed, with values for its parameters. */
export interface Wanted extends AssembledStack {
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** A deployment under way: the template's values, and the resources as they come. */
export class Deployment {
  readonly #into: Surroundings;
  readonly #wanted: Wanted;
  readonly #scope: Scope;
  readonly stackName: string;
  readonly stackId: string;
  readonly resources = new Map<string, DeployedResource>();

  /** @throws Error for a section that is not known, a parameter without a value, or a rule that fails */
  constructor(wanted: Wanted, into: Surroundings, stackId = newStackId(wanted.stackName, into.account)) {
    const { stackName, template, parameters = {} } = wanted;
    const { account } = into;
    this.#into = into;
    this.#wanted = wanted;
    this.stackName = stackName;
    this.stackId = stackId;
    this.#scope = {
      template,
      pseudoParameters: {
        'AWS::AccountId': account.accountId,
        'AWS::Partition': account.partition,
        'AWS::Region': account.region,
        'AWS::StackId': stackId,
        'AWS::StackName': stackName,
        'AWS::URLSuffix': 'amazonaws.com',
      },
      parameters: parameterValues(template, parameters),
      resources: this.resources,
      exports: exportsOf([...account.stacks.values()]),
    };
    refuseUnknownSections(stackName, template);
    checkRules(stackName, this.#scope);
  }

  /** The logical ids of the resources whose conditions hold, each after all that it refers to. */
  get logicalIds(): string[] {
    const { template } = this.#wanted;
    return creationOrder(template).filter((logicalId) => {
      const { Condition } = template.Resources[logicalId] as TemplateResource;
      return Condition === undefined || conditionHolds(Condition, this.#scope);
    });
  }

  /**
   * Does something about a resource with its type, its properties as they resolve now, and its surroundings; what comes of it is
   * the resource.
   * @throws Error that names stack, logical id and type
   */
  async apply(
    logicalId: string,
    act: (type: ResourceType, properties: unknown, context: ResourceContext) => Promise<CreatedResource>,
  ): Promise<DeployedResource> {
    const { Type, Properties = {} } = this.#wanted.template.Resources[logicalId] as TemplateResource;
    return this.naming(logicalId, Type, async () => {
      const type = resourceTypeOf(Type);
      const properties = resolve(Properties, this.#scope);
      const keep = (created: CreatedResource): DeployedResource => {
        const resource = {
          ref: created.ref,
          attributes: created.attributes,
          properties,
          resourceType: Type,
          changedAt: this.#into.account.now(),
        };
        this.resources.set(logicalId, resource);
        return resource;
      };
      try {
        return keep(await act(type, properties, this.context(logicalId, Type)));
      } catch (error) {
        if (error instanceof LeftBehind) keep(error.left);
        throw error;
      }
    });
  }

  /** @throws Error that names stack, logical id and type */
  async naming<T>(logicalId: string, resourceType: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      const what = `${this.stackName}: ${logicalId} (${resourceType})`;
      throw new Error(`${what}: ${(cause as Error).message}`, { cause });
    }
  }

  context(logicalId: string, resourceType: string): ResourceContext {
    const { stackName, stackId } = this;
    return resourceContext(this.#into, { stackName, stackId, logicalId, resourceType });
  }

  /** The stack that has come of it, now in the account. */
  finish(status: Stack['status'], createdAt = this.#into.account.now()): DeployedStack {
    const { stackName, template } = this.#wanted;
    const outputs = outputsOf(this.#scope);
    const { Description: description } = template;
    const resources = [...this.resources].map(([logicalId, { ref, resourceType, changedAt }]) => ({
      logicalId,
      physicalId: ref,
      type: resourceType,
      changedAt,
    }));
    const stack: Stack = {
      stackName,
      stackId: this.stackId,
      description,
      createdAt,
      status,
      resources,
      templateBody: JSON.stringify(template),
      outputs,
    };
    this.#into.account.stacks.set(stackName, stack);
    return { stack, resources: this.resources };
  }
}

/**
 * Creates all resources of a stack, in CloudFormation's order, and adds the stack to the account.
 *
 * The first failure ends it, with an error that names stack, logical id and type; what was created until
 * then stays, for the caller to close.
 */
export async function deployStack(wanted: Wanted, into: Surroundings): Promise<Stack> {
  const deployment = new Deployment(wanted, into);
  await createAll(deployment);
  return deployment.finish('CREATE_COMPLETE').stack;
}

export async function createAll(deployment: Deployment): Promise<void> {
  for (const logicalId of deployment.logicalIds) {
    await deployment.apply(logicalId, (type, properties, context) => type.create(properties, context));
  }
}

function newStackId(stackName: string, { region, accountId }: Surroundings['account']): string {
  return `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${randomUUID()}`;
}

function refuseUnknownSections(stackName: string, template: Template): void {
  const unknown = Object.keys(template).filter((section) => !sections.has(section));
  if (unknown.length > 0) {
    throw new Error(`${stackName}: the sandbox does not know the template section ${unknown.join(', ')}`);
  }
}

function parameterValues(
  { Parameters = {} }: Template,
  given: Readonly<Record<string, string>>,
): Map<string, string> {
  const unknown = Object.keys(given).filter((name) => !(name in Parameters));
  if (unknown.length > 0) {
    throw new Error(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  }
  return new Map(
    Object.entries(Parameters).map(([name, parameter]) => [
      name,
      parameterValue(name, parameter, given[name] ?? parameter.Default),
    ]),
  );
}

function parameterValue(name: string, { Type, AllowedPattern }: TemplateParameter, value: unknown): string {
  if (value === undefined) throw new Error(`Parameters: [${name}] must have values`);
  const text = String(value);
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(text)) {
    throw new Error(`Parameter ${name} failed to satisfy constraint: must match pattern ${AllowedPattern}`);
  }
  if (!Type.startsWith('AWS::SSM::Parameter::Value<')) return text;
  const stored = ssmParameters[text];
  if (stored === undefined) {
    throw new Error(`Parameters: the sandbox has no SSM parameter ${text} (${name})`);
  }
  return stored;
}

function checkRules(stackName: string, scope: Scope): void {
  for (const [name, rule] of Object.entries(scope.template.Rules ?? {})) {
    if (rule.RuleCondition !== undefined && !evaluateCondition(rule.RuleCondition, scope)) continue;
    const failed = rule.Assertions.find(({ Assert }) => !evaluateCondition(Assert, scope));
    if (failed)
      throw new Error(`${stackName}: rule ${name} fails: ${failed.AssertDescription ?? 'no description'}`);
  }
}

function exportsOf(stacks: readonly Stack[]): Map<string, string> {
  const outputs = stacks.flatMap((stack) => stack.outputs);
  return new Map(outputs.flatMap(({ exportName, value }) => (exportName ? [[exportName, value]] : [])));
}

function outputsOf(scope: Scope): Stack['outputs'] {
  return Object.entries(scope.template.Outputs ?? {})
    .filter(([, { Condition }]) => Condition === undefined || conditionHolds(Condition, scope))
    .map(([key, { Value, Description, Export }]) => ({
      key,
      value: String(resolve(Value, scope)),
      ...(Description !== undefined && { description: Description }),
      ...(Export && { exportName: String(resolve(Export.Name, scope)) }),
    }));
}

function resourceContext(
  into: Surroundings,
  named: Pick<ResourceContext, 'stackName' | 'stackId' | 'logicalId' | 'resourceType'>,
): ResourceContext {
  const { stackName, stackId, logicalId, resourceType } = named;
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest();
  const suffix = characters(digest, 12).toUpperCase();
  return {
    ...into,
    stackName,
    stackId,
    logicalId,
    resourceType,
    physicalName: (maxLength = 255) => {
      const room = maxLength - suffix.length - 2;
      const tooLong = stackName.length + logicalId.length > room;
      const names = [stackName, logicalId].map((name) => (tooLong ? name.slice(0, room / 2) : name));
      return [...names, suffix].join('-');
    },
    shortId: () => characters(digest, 10),
    uuid: () => digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
  };
}

function characters(bytes: Uint8Array, length: number): string {
  return Array.from(bytes.subarray(0, length), (byte) => (byte % 36).toString(36)).join('');
}
