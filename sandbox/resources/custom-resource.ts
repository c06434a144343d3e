// AWS::CloudFormation::CustomResource, and Custom::*: what a function of the account makes of it.
import { z } from 'zod';
import { CustomResourceFailure, type CustomResourceRequest } from '../custom-resources/custom-resources.ts';
import type { CustomResourceAnswer } from '../custom-resources/response-addresses.ts';
import type { CreatedResource } from '../templates/intrinsic-functions.ts';
import { LeftBehind, type ResourceContext, type ResourceType } from './resource-type.ts';

/** Whatever else stands there is the function's to judge. */
const properties = z.looseObject({ ServiceToken: z.string(), ServiceTimeout: z.unknown().optional() });

type Properties = z.infer<typeof properties>;

export const customResource: ResourceType = {
  async create(given, context) {
    const ResourceProperties = parse(given);
    try {
      return createdOf(await send(context, { RequestType: 'Create', ResourceProperties }));
    } catch (error) {
      if (!(error instanceof CustomResourceFailure)) throw error;
      // CloudFormation asks for its deletion all the same, by the id that it was told, or one of its own.
      const ref = error.physicalId ?? context.physicalName();
      throw new LeftBehind(error.message, { ref, attributes: {} });
    }
  },

  async update(given, previous, context) {
    const ResourceProperties = parse(given);
    const OldResourceProperties = parse(previous.properties);
    if (ResourceProperties.ServiceToken !== OldResourceProperties.ServiceToken) {
      throw new Error('Modifying service token is not allowed.');
    }
    const PhysicalResourceId = previous.ref;
    const request = {
      RequestType: 'Update',
      PhysicalResourceId,
      ResourceProperties,
      OldResourceProperties,
    } as const;
    return createdOf(await send(context, request));
  },

  async delete({ ref, properties: given }, context) {
    await send(context, {
      RequestType: 'Delete',
      PhysicalResourceId: ref,
      ResourceProperties: parse(given),
    });
  },

  isRevertedByUpdate: true,
};

function parse(given: unknown): Properties {
  const parsed = properties.safeParse(given);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

function send(
  { customResources, logicalId, stackId, resourceType }: ResourceContext,
  request: Omit<CustomResourceRequest, 'StackId' | 'LogicalResourceId' | 'ResourceType'>,
): Promise<CustomResourceAnswer> {
  return customResources.send({
    ...request,
    StackId: stackId,
    LogicalResourceId: logicalId,
    ResourceType: resourceType,
  });
}

function createdOf({ PhysicalResourceId, Data = {} }: CustomResourceAnswer): CreatedResource {
  const attributes = Object.entries(Data).map(([name, value]) => [name, String(value)] as const);
  return { ref: PhysicalResourceId as string, attributes: Object.fromEntries(attributes) };
}
