// AWS::Lambda::Function
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { authorizeService } from '../authorization/authorization.ts';
import type { Role } from '../identities/identities.ts';
import { reservedVariables } from '../lambda/environment-variables.ts';
import { withSandboxJwksHost } from '../lambda/jwks-hosts.ts';
import { withSandboxPortal } from '../lambda/portal-variables.ts';
import type { CreatedResource } from '../templates/intrinsic-functions.ts';
import { ignored, number, type ResourceContext, resourceType } from './resource-type.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html */
const MAX_INLINE_BYTES = 4 * 1_024 * 1_024;

const properties = z.strictObject({
  FunctionName: z.string().optional(),
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs/, 'the sandbox runs Node.js functions only'),
  Code: z.union([
    z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
    z.strictObject({ ZipFile: z.string().max(MAX_INLINE_BYTES) }),
  ]),
  Role: z.string(),
  MemorySize: number.default(128),
  Timeout: number.default(3),
  Environment: z
    .strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  LoggingConfig: z
    .strictObject({
      LogGroup: z.string().optional(),
      LogFormat: z.literal('Text', 'the sandbox logs as text only').optional(),
    })
    .default({}),
  Architectures: ignored("the machine's own architecture runs it"),
  Description: ignored('says nothing to the function'),
  EphemeralStorage: ignored("the machine's own disk is what there is"),
  ReservedConcurrentExecutions: number.optional(),
  Tags: ignored('no policy of the sandbox looks at them'),
  TracingConfig: ignored('there is no X-Ray: the trace header says Sampled=0'),
});

type Given = z.infer<typeof properties>;

export const lambdaFunction = resourceType(properties, create, {
  // Made anew under its name: the code and the variables of a function that runs do not change here.
  async update(given, { ref, properties: previous }, context) {
    if (given.FunctionName !== previous.FunctionName) return create(given, context);
    await context.functions.delete(ref);
    return create(given, context);
  },
  delete: ({ ref }, { functions }) => functions.delete(ref),
});

function create(given: Given, context: ResourceContext): CreatedResource {
  const functionName = given.FunctionName ?? context.physicalName(64);
  const logGroup = given.LoggingConfig.LogGroup ?? `/aws/lambda/${functionName}`;
  context.logGroups.ensure(logGroup);
  const created = context.functions.create({
    functionName,
    logGroup,
    runtime: given.Runtime,
    handler: given.Handler,
    taskRoot: codeDirectory(given, context),
    memoryMb: given.MemorySize,
    timeoutSeconds: given.Timeout,
    reservedConcurrency: given.ReservedConcurrentExecutions,
    role: executionRole(given.Role, context),
    variables: withSandboxPortal(
      withSandboxJwksHost(withoutReserved(given.Environment.Variables), context.account.issuerBaseUrl),
      context.portal,
    ),
  });
  return { ref: functionName, attributes: { Arn: created.arn } };
}

function codeDirectory({ Code }: Given, context: ResourceContext): string {
  return 'ZipFile' in Code ? inlineCode(Code.ZipFile, context) : assetDirectory(Code.S3Key, context);
}

/** Node.js code of a template is `index.js`: CommonJS, whatever lies around it. */
function inlineCode(text: string, context: ResourceContext): string {
  const directory = mkdtempSync(join(context.codeDirectory, 'inline-'));
  writeFileSync(join(directory, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(join(directory, 'index.js'), text);
  return directory;
}

/** The deployment tool uploads an asset under its hash. */
function assetDirectory(objectKey: string, { assets }: ResourceContext): string {
  const directory = assets.get(objectKey.replace(/\.zip$/, ''));
  if (!directory) throw new Error(`the cloud assembly has no asset for ${objectKey}`);
  return directory;
}

function executionRole(roleArn: string, { account }: ResourceContext): Role {
  const role = account.identities.findRole(roleArn);
  const request = { action: 'sts:AssumeRole', resource: roleArn };
  const trusted = role && authorizeService(account, 'lambda.amazonaws.com', role.trustPolicy, request);
  if (!trusted?.allowed) {
    throw new Error(`The role defined for the function cannot be assumed by Lambda (${roleArn})`);
  }
  return role as Role;
}

function withoutReserved(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const reserved = Object.keys(variables).filter((name) => reservedVariables.has(name));
  if (reserved.length === 0) return variables;
  throw new Error(
    'Lambda was unable to configure your environment variables because the environment variables you have ' +
      'provided contains reserved keys that are currently not supported for modification. ' +
      `Reserved keys used in this request: ${reserved.join(', ')}`,
  );
}
