// The registration's function: a custom resource of CloudFormation, and an invocation of Terraform's.
import type { AwsCredentialIdentity } from '@smithy/types';

import { SessionBrokerError } from '../../library/errors.ts';
import { type Send, send as sendOverHttps } from '../../library/https.ts';
import { SessionBroker } from '../../library/session-broker.ts';
import { systemTiming, type Timing } from '../../library/timing.ts';
import { PROPAGATION_SECONDS } from '../registration-session.ts';
import { AssumeRoleError, assumeRole, type StsAccess } from './assumed-role.ts';
import {
  type CustomResourceRequest,
  InvalidProperties,
  type Outcome,
  propertiesIn,
  registrationIn,
  shortened,
  type TerraformRequest,
} from './custom-resource.ts';
import { type Patience, whilePropagating } from './propagation.ts';
import { type AskBroker, create, NotRegistered, remove, update } from './registering.ts';
import { respond } from './response.ts';

export interface FunctionParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly send: Send;
  readonly timing: Timing;
  readonly log: (line: string) => void;
}

interface Context {
  getRemainingTimeInMillis(): number;
}

/** Milliseconds kept back for the answer. */
const ANSWER_MS = 20_000;
/** Answers that are remembered: a request that is delivered twice does its work once. */
const REMEMBERED = 20;

const TYPES = ['Create', 'Update', 'Delete'] as const;

interface Work {
  /** Whoever invokes the function may have written another. */
  readonly type: (typeof TYPES)[number];
  readonly physicalId: string;
  readonly properties: Record<string, unknown>;
  readonly oldProperties: Record<string, unknown>;
}

interface Done {
  readonly outcome: Outcome;
  /** Absent where it was done; holds no secret. */
  readonly reason?: string;
}

/** The handler. It never rejects for CloudFormation, which is told of every failure; for Terraform a failure is an error. */
export function createHandler(parts: FunctionParts) {
  const remembered = new Map<string, Promise<Done>>();

  return async (event: CustomResourceRequest | TerraformRequest, context: Context): Promise<unknown> => {
    const budgetMs = Math.max(1_000, context.getRemainingTimeInMillis() - ANSWER_MS);
    if ('tf' in event) {
      const { outcome, reason } = await perform(parts, workOfTerraform(event as TerraformRequest), budgetMs);
      if (reason !== undefined) throw new Error(reason);
      return outcome.data;
    }
    const request = event as CustomResourceRequest;
    const done = remembered.get(request.RequestId) ?? perform(parts, workOf(request), budgetMs);
    remembered.set(request.RequestId, done);
    for (const oldest of remembered.keys()) if (remembered.size > REMEMBERED) remembered.delete(oldest);
    const { outcome, reason } = await done;
    await respond(parts, request, outcome, reason);
    return undefined;
  };
}

function workOf(request: CustomResourceRequest): Work {
  const { RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties = {} } = request;
  return {
    type: RequestType,
    physicalId: PhysicalResourceId ?? '',
    properties: ResourceProperties,
    oldProperties: OldResourceProperties,
  };
}

/** Terraform remembers no id: the application's name is taken for it, of before the change where there was one. */
function workOfTerraform({ tf, ...properties }: TerraformRequest): Work {
  const type = ({ create: 'Create', update: 'Update', delete: 'Delete' } as const)[tf.action];
  const oldProperties = tf.prev_input ?? {};
  const { ApplicationName } = type === 'Update' ? oldProperties : properties;
  return { type, physicalId: String(ApplicationName), properties, oldProperties };
}

async function perform(parts: FunctionParts, work: Work, budgetMs: number): Promise<Done> {
  const ask = brokerAsker(parts, budgetMs);
  try {
    const outcome = await carryOut(ask, work);
    logDone(parts, work, { outcome });
    return { outcome };
  } catch (error) {
    const cause = error instanceof NotRegistered ? error.cause : error;
    const physicalId = error instanceof NotRegistered ? error.physicalId : work.physicalId || '/unknown';
    const done = { outcome: { physicalId, data: {} }, reason: reasonOf(cause) };
    logDone(parts, work, done);
    return done;
  }
}

function carryOut(ask: AskBroker, { type, physicalId, properties, oldProperties }: Work): Promise<Outcome> {
  if (!TYPES.includes(type)) throw new InvalidProperties('RequestType: is none of this resource');
  // What cannot be told to be the application's own is left alone: CloudFormation makes up ids of its own.
  if (type === 'Delete' && physicalId !== properties['ApplicationName']) {
    return Promise.resolve({ physicalId, data: { Left: 'true' } });
  }
  const wanted = propertiesIn(properties);
  if (type !== 'Delete') registrationIn(wanted);
  if (type === 'Create') return create(ask, wanted);
  if (type === 'Delete') return remove(ask, physicalId, wanted);
  return update(ask, physicalId, wanted, propertiesIn(oldProperties));
}

function brokerAsker({ env, send, timing }: FunctionParts, budgetMs: number): AskBroker {
  const startedAt = timing.elapsed();
  const propagationMs = Number(env[PROPAGATION_SECONDS] ?? 0) * 1_000;
  const sessions = new Map<string, AwsCredentialIdentity>();
  return async (properties, ask) => {
    const sts = stsAccess(env, send, timing);
    const isTagged = properties.ApplicationRoleId === undefined;
    const patience = (): Patience => ({
      propagationMs,
      budgetMs: budgetMs - (timing.elapsed() - startedAt),
      timing,
    });
    const { RoleArn } = properties;
    const credentials =
      sessions.get(RoleArn) ??
      (await whilePropagating(() => assumeRole(sts, RoleArn, { isTagged }), patience()));
    sessions.set(RoleArn, credentials);
    return whilePropagating((leftMs) => {
      const { Endpoint: endpoint, Region: region } = properties;
      const budget = { budgetMs: Math.max(1_000, Math.floor(leftMs)) };
      return ask(new SessionBroker({ endpoint, region, credentials, ...budget }, { send, timing }));
    }, patience());
  };
}

function stsAccess(env: FunctionParts['env'], send: Send, timing: Timing): StsAccess {
  const region = env['AWS_REGION'] ?? '';
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    region,
    endpoint: env['AWS_ENDPOINT_URL_STS'] ?? env['AWS_ENDPOINT_URL'] ?? `https://sts.${region}.${suffix}`,
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      ...(env['AWS_SESSION_TOKEN'] !== undefined && { sessionToken: env['AWS_SESSION_TOKEN'] }),
    },
    send,
    now: () => timing.now(),
  };
}

/** Of what is not expected its name alone: a message may quote what it was about. */
function reasonOf(error: unknown): string {
  if (error instanceof SessionBrokerError || error instanceof AssumeRoleError) {
    return shortened(`${error.code}: ${error.message}`);
  }
  if (error instanceof InvalidProperties || error instanceof TypeError) return shortened(error.message);
  return `failed: ${(error as Error | undefined)?.name ?? typeof error}`;
}

function logDone({ log }: FunctionParts, { type, properties }: Work, { outcome, reason }: Done): void {
  const { WarningCodes, Warnings, Left } = outcome.data;
  const { ApplicationName } = properties;
  log(
    JSON.stringify({
      level: reason ? 'ERROR' : Warnings && Warnings !== 'none' ? 'WARN' : 'INFO',
      request: type,
      application: ApplicationName,
      physicalId: outcome.physicalId,
      ...(reason !== undefined && { reason }),
      ...(Warnings !== undefined && { WarningCodes, Warnings }),
      ...(Left !== undefined && {
        left: 'what was registered before the stack, or not by it, stays registered',
      }),
    }),
  );
}

export const handler = createHandler({
  env: process.env,
  send: sendOverHttps,
  timing: systemTiming,
  log: (line) => console.log(line),
});
