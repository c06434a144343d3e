// Deploying a stack: from its template to resources of the account, as CloudFormation would.
import { createHash, randomUUID } from 'node:crypto';
import type { Stack } from './account/account.ts';
import { resourceTypes } from './resources/index.ts';
import type { ResourceContext, Surroundings } from './resources/resource-type.ts';
import type { AssembledStack } from './templates/cloud-assembly.ts';
import {
  type CreatedResource,
  conditionHolds,
  evaluateCondition,
  resolve,
  type Scope,
} from './templates/intrinsic-functions.ts';
import { creationOrder, type Template, type TemplateParameter } from './templates/template.ts';

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

/**
 * Creates all resources of a stack, in CloudFormation's order, and adds the stack to the account.
 *
 * The first failure ends it, with an error that names stack, logical id and type; what was created until
 * then stays, for the caller to close.
 */
export async function deployStack(
  { stackName, template }: AssembledStack,
  into: Surroundings,
): Promise<Stack> {
  const { account } = into;
  const stackId = `arn:aws:cloudformation:${account.region}:${account.accountId}:stack/${stackName}/${randomUUID()}`;
  const resources = new Map<string, CreatedResource>();
  const scope: Scope = {
    template,
    pseudoParameters: {
      'AWS::AccountId': account.accountId,
      'AWS::Partition': account.partition,
      'AWS::Region': account.region,
      'AWS::StackId': stackId,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    parameters: parametersOf(template),
    resources,
    exports: exportsOf([...account.stacks.values()]),
  };
  refuseUnknownSections(stackName, template);
  checkRules(stackName, scope);

  for (const logicalId of creationOrder(template)) {
    const resource = template.Resources[logicalId];
    if (!resource || (resource.Condition && !conditionHolds(resource.Condition, scope))) continue;
    const type = resourceTypes[resource.Type];
    try {
      if (!type) throw new Error('the sandbox does not know this resource type');
      const properties = resolve(resource.Properties ?? {}, scope);
      resources.set(logicalId, await type.create(properties, resourceContext(into, stackName, logicalId)));
    } catch (cause) {
      throw new Error(`${stackName}: ${logicalId} (${resource.Type}): ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  const stack: Stack = {
    stackName,
    stackId,
    description: template.Description,
    createdAt: account.now(),
    status: 'CREATE_COMPLETE',
    templateBody: JSON.stringify(template),
    outputs: outputsOf(scope),
  };
  account.stacks.set(stackName, stack);
  return stack;
}

function refuseUnknownSections(stackName: string, template: Template): void {
  const unknown = Object.keys(template).filter((section) => !sections.has(section));
  if (unknown.length > 0) {
    throw new Error(`${stackName}: the sandbox does not know the template section ${unknown.join(', ')}`);
  }
}

function parametersOf({ Parameters = {} }: Template): Map<string, string> {
  return new Map(
    Object.entries(Parameters).map(([name, parameter]) => [name, parameterValue(name, parameter)]),
  );
}

function parameterValue(name: string, { Type, Default }: TemplateParameter): string {
  if (Default === undefined) throw new Error(`Parameters: [${name}] must have values`);
  if (!Type.startsWith('AWS::SSM::Parameter::Value<')) return String(Default);
  const value = ssmParameters[String(Default)];
  if (value === undefined)
    throw new Error(`Parameters: the sandbox has no SSM parameter ${Default} (${name})`);
  return value;
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

function resourceContext(into: Surroundings, stackName: string, logicalId: string): ResourceContext {
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest();
  const suffix = characters(digest, 12).toUpperCase();
  return {
    ...into,
    logicalId,
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
