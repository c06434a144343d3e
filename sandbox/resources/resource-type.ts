// What a CloudFormation resource type is to the sandbox: the properties it understands, and how one is created.
import { z } from 'zod';
import type { Account } from '../account/account.ts';
import type { HttpApis } from '../http-api/http-api.ts';
import type { Functions } from '../lambda/functions.ts';
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
}

export interface ResourceContext extends Surroundings {
  readonly logicalId: string;
  /** A name as CloudFormation generates them, at most so long; the same at every start. */
  physicalName(maxLength?: number): string;
  /** Ten lower-case letters and digits, as API Gateway's ids are; the same at every start. */
  shortId(): string;
  /** The same at every start. */
  uuid(): string;
}

export interface ResourceType {
  /** Validates resolved properties and creates the resource. Throws for a property that it does not know. */
  create(properties: unknown, context: ResourceContext): Promise<CreatedResource>;
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
): ResourceType {
  return {
    async create(properties, context) {
      const parsed = schema.safeParse(properties);
      if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
      return create(parsed.data, context);
    },
  };
}

/** CloudFormation takes numbers and their text alike. */
export const number = z.coerce.number();

/** `{ Key, Value }` pairs, as most types have them. */
export const tags = z.array(z.strictObject({ Key: z.string(), Value: z.coerce.string() })).default([]);

/** A policy document; what is inside is IAM's to judge. */
export const policyDocument = z.looseObject({ Statement: z.unknown() });
