// What a CloudFormation resource type is to the sandbox: the properties it understands, and what becomes of one.
import { z } from 'zod';
import type { Account } from '../account/account.ts';
import type { CustomResources } from '../custom-resources/custom-resources.ts';
import type { HttpApis } from '../http-api/http-apis.ts';
import type { Functions } from '../lambda/functions.ts';
import type { PortalSurroundings } from '../lambda/portal-variables.ts';
import type { LogGroups } from '../log-groups.ts';
import type { CreatedResource } from '../templates/intrinsic-functions.ts';

/** What resources are created in, and out of. */
export interface Surroundings {
  readonly account: Account;
  readonly functions: Functions;
  readonly httpApis: HttpApis;
  readonly logGroups: LogGroups;
  /** File assets: hash → absolute path. */
  readonly assets: ReadonlyMap<string, string>;
  /** Where code that stands in a template is written. */
  readonly codeDirectory: string;
  readonly customResources: CustomResources;
  /** What a portal's function is told of the sandbox; absent where none is deployed. */
  readonly portal?: PortalSurroundings | undefined;
}

export interface ResourceContext extends Surroundings {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** `AWS::IAM::Role` */
  readonly resourceType: string;
  /** A name as CloudFormation generates them, at most so long; the same at every start. */
  physicalName(maxLength?: number): string;
  /** Ten lower-case letters and digits, as API Gateway's ids are; the same at every start. */
  shortId(): string;
  /** The same at every start. */
  uuid(): string;
}

/** A resource of a stack, with the properties that it was created with, or changed to. */
export interface DeployedResource extends CreatedResource {
  readonly resourceType: string;
  readonly properties: unknown;
  /** When that was: milliseconds since the epoch. */
  readonly changedAt: number;
}

export interface ResourceType {
  /** Validates resolved properties and creates the resource. Throws for a property that it does not know. */
  create(properties: unknown, context: ResourceContext): Promise<CreatedResource>;
  /**
   * Changes it. Another `ref` is another resource: the previous one is deleted when the stack is cleaned up, or this one when it is
   * rolled back. Absent: the sandbox does not change resources of this type.
   */
  update?(
    properties: unknown,
    previous: DeployedResource,
    context: ResourceContext,
  ): Promise<CreatedResource>;
  /** Absent: the sandbox does not delete resources of this type. */
  delete?(deployed: DeployedResource, context: ResourceContext): Promise<void>;
  /** Whether a change that replaced it is rolled back by a change too; otherwise what it replaced is still there. */
  readonly isRevertedByUpdate?: boolean;
}

/** A creation that failed, and what it left all the same: a rollback deletes it. */
export class LeftBehind extends Error {
  constructor(
    message: string,
    readonly left: CreatedResource,
  ) {
    super(message);
  }
}

/** What becomes of a resource later, for types that have it. */
export interface ResourceChanges<Properties> {
  readonly update?: (
    properties: Properties,
    previous: { readonly ref: string; readonly properties: Properties },
    context: ResourceContext,
  ) => CreatedResource | Promise<CreatedResource>;
  readonly delete?: (
    deployed: { readonly ref: string; readonly properties: Properties },
    context: ResourceContext,
  ) => void | Promise<void>;
}

/** A property that changes nothing in the sandbox; the reason says why. */
export function ignored(reason: string): z.ZodOptional<z.ZodUnknown> {
  return z.unknown().describe(`ignored: ${reason}`).optional();
}

/**
 * A resource type whose properties are the schema's and no others: a property that nobody has thought about
 * fails the deployment by its name.
 */
export function resourceType<Properties>(
  schema: z.ZodType<Properties>,
  create: (properties: Properties, context: ResourceContext) => CreatedResource | Promise<CreatedResource>,
  changes: ResourceChanges<Properties> = {},
): ResourceType {
  const parse = (properties: unknown): Properties => {
    const parsed = schema.safeParse(properties);
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    return parsed.data;
  };
  const { update, delete: remove } = changes;
  return {
    create: async (properties, context) => create(parse(properties), context),
    ...(update && {
      update: async (properties, { ref, properties: previous }, context) =>
        update(parse(properties), { ref, properties: parse(previous) }, context),
    }),
    ...(remove && {
      delete: async ({ ref, properties }, context) => remove({ ref, properties: parse(properties) }, context),
    }),
  };
}

/** CloudFormation takes numbers and their text alike. */
export const number = z.coerce.number();

/** `{ Key, Value }` pairs, as most types have them. */
export const tags = z.array(z.strictObject({ Key: z.string(), Value: z.coerce.string() })).default([]);

/** A policy document; what is inside is IAM's to judge. */
export const policyDocument = z.looseObject({ Statement: z.unknown() });
