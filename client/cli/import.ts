// `isb import`: its options, the clients that it works with, and how it ends.
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { type Api, callBroker } from '../broker-client.ts';
import { deployedEndpoint, givenEndpoint, requiredRegion } from './broker-location.ts';
import { type Command, CommandFailure, type Surroundings, WrongUsage } from './command.ts';
import { findRole } from './iam-roles.ts';
import { candidatesOf } from './import-candidates.ts';
import { renderOutcome, renderTotal } from './import-report.ts';
import { parseOptions } from './options.ts';
import type { ReferenceItem } from './reference-item.ts';
import { examined, type Outcome, Registering } from './registering.ts';
import { applicationSigner, registrarSigner } from './signers.ts';

interface Options {
  readonly table: string;
  readonly isApplied: boolean;
  readonly registrarRole: string | undefined;
  readonly endpoint: string | undefined;
  readonly environment: string | undefined;
  readonly region: string;
}

export const importReference: Command = {
  usage: `Usage: npx isb import --table NAME [--apply] [--registrar-role ARN]

Reads the table of the reference implementation, and tells of every application whether
it can be registered here, what is in the way, and the document to POST.

  --table NAME           the reference's table
  --apply                registers what is ready. Default: changes nothing
  --dry-run              changes nothing, which is the default
  --registrar-role ARN   the registrar that registers them. Default: each application
                         for itself, with its own role, which is assumed
  --endpoint URL         of the broker's API; default ISB_API_ENDPOINT, found where
                         ISB_RESOLVE, NAME:PORT:ADDRESS, says if it is set; without
                         it, or with --environment, the output of the stack
  --environment NAME     whose broker, where several are deployed
  --region NAME          of table and broker; default: that of the AWS configuration
  --help, -h             prints this

Exit codes: 0 all are ready, or registered; 1 failed, or some need attention; 2 wrong usage.
What it goes by, and the permissions that it takes: docs/coming-from-the-reference.md.
`,

  async run(args, { env, stdout }) {
    const options = await readOptions(args, env);
    const { region } = options;
    const tell = (lines: readonly string[]) => stdout.write(`${lines.join('\n')}\n`);
    const dynamoDb = new DynamoDBClient({ region });
    const registering = options.isApplied ? await registeringWith(options, env) : undefined;

    const iam = new IAMClient({ region });
    const candidates = await candidatesOf(itemsOf(dynamoDb, options.table), (name) => findRole(iam, name));
    const outcomes: Outcome[] = [];
    for (const candidate of candidates) {
      const outcome = registering ? await registering.register(candidate) : examined(candidate);
      tell(renderOutcome(outcome));
      outcomes.push(outcome);
    }
    tell([renderTotal(outcomes), ...(registering ? [] : ['dry run: nothing was changed'])]);
    const left = outcomes.filter(({ status }) => status === 'needs attention').length;
    if (left > 0) throw new CommandFailure(`${left} of ${outcomes.length} applications need attention`);
  },
};

/** All of them, page by page. Raw, for a number may be larger than JavaScript's. @throws CommandFailure */
async function* itemsOf(client: DynamoDBClient, TableName: string): AsyncGenerator<ReferenceItem> {
  try {
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
      yield* Items;
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    throw new CommandFailure(`there is no table ${TableName} in ${await client.config.region()}`);
  }
}

/** @throws WrongUsage, NotDeployed */
async function registeringWith(
  { endpoint, environment, region, registrarRole }: Options,
  env: Surroundings['env'],
): Promise<Registering> {
  const found = endpoint ?? (await deployedEndpoint(region, { environment }));
  const api: Api = {
    endpoint: found.endsWith('/') ? found : `${found}/`,
    region,
    resolve: env['ISB_RESOLVE'],
  };
  const sts = new STSClient({ region });
  return new Registering({
    call: (call, credentials) => callBroker(api, call, credentials),
    signer: registrarRole === undefined ? applicationSigner(sts) : await registrarSigner(sts, registrarRole),
    wait: (ms) => delay(ms),
  });
}

/** @throws WrongUsage */
async function readOptions(args: readonly string[], env: Surroundings['env']): Promise<Options> {
  const {
    table,
    apply,
    'dry-run': isDryRun,
    'registrar-role': registrarRole,
    ...location
  } = parseOptions(args, {
    table: { type: 'string' },
    apply: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    'registrar-role': { type: 'string' },
    endpoint: { type: 'string' },
    environment: { type: 'string' },
    region: { type: 'string' },
  });
  if (table === undefined) throw new WrongUsage('--table says where the reference has its applications');
  if (!/^[\w.-]{3,255}$/.test(table)) throw new WrongUsage('--table must be the name of a DynamoDB table');
  if (apply && isDryRun) throw new WrongUsage('--apply and --dry-run contradict each other');
  if (registrarRole !== undefined && !/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(registrarRole))
    throw new WrongUsage('--registrar-role must be the ARN of an IAM role');
  return {
    table,
    isApplied: apply,
    registrarRole,
    endpoint: givenEndpoint(location, env),
    environment: location.environment,
    region: await requiredRegion(location, env),
  };
}
