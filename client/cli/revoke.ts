// `isb revoke`: its options, the clients that it works with, and what it tells.
import { setTimeout as delay } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findStacks, requiredOutput } from '../account/stacks.ts';
import { requiredRegion } from './broker-location.ts';
import { type Command, type Surroundings, WrongUsage } from './command.ts';
import { applicationName, parseOptions } from './options.ts';
import { Registrations } from './registrations.ts';
import { Revocation } from './revocation.ts';
import { renderPlan, renderRevoked } from './revoke-report.ts';
import { RoleDenials } from './role-denials.ts';
import { stsTime } from './sts-time.ts';

interface Options {
  readonly application: string;
  readonly tenants: readonly string[] | undefined;
  readonly isDryRun: boolean;
  readonly environment: string | undefined;
  readonly region: string;
}

export const revoke: Command = {
  usage: `Usage: npx isb revoke --application NAME [--tenant VALUE]... [--dry-run]

Denies everything to sessions that the broker has handed out, and has it issue new ones.

  --application NAME  the application, by the name of its role
  --tenant VALUE      only sessions whose session tag has this value, letter case and
                      all; more than once: any of them. Default: all sessions
  --dry-run           tells what would be done, and changes nothing
  --environment NAME  whose broker, where several are deployed
  --region NAME       default: that of the AWS configuration
  --help, -h          prints this

Exit codes: 0 done, 1 failed, 2 wrong usage.
The permissions that it takes: docs/operations.md.
`,

  async run(args, surroundings) {
    const options = await readOptions(args, surroundings.env);
    const revocation = await find(options);
    const plan = await revocation.plan(options.application, options.tenants);
    const tell = (lines: readonly string[]) => surroundings.stdout.write(`${lines.join('\n')}\n`);
    tell(renderPlan(plan));
    if (options.isDryRun) tell(['dry run     nothing was changed']);
    else tell(renderRevoked(await revocation.carryOut(plan)));
  },
};

/** @throws WrongUsage */
async function readOptions(args: readonly string[], env: Surroundings['env']): Promise<Options> {
  const {
    application,
    tenant,
    environment,
    region,
    'dry-run': isDryRun,
  } = parseOptions(args, {
    application: { type: 'string' },
    tenant: { type: 'string', multiple: true },
    environment: { type: 'string' },
    region: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  });
  if (application === undefined) throw new WrongUsage('--application says whose sessions');
  // As STS takes it for a tag: what has any other character is nobody's session.
  if (tenant?.some((value) => !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u.test(value))) {
    throw new WrongUsage(
      '--tenant must be the value of a session tag: 1–256 letters, digits, spaces or _.:/=+-@',
    );
  }
  return {
    application: applicationName(application),
    tenants: tenant && [...new Set(tenant)],
    isDryRun,
    environment,
    region: await requiredRegion({ region }, env),
  };
}

/** @throws WrongUsage, NotDeployed */
async function find({ region, environment }: Options): Promise<Revocation> {
  const config = { region };
  const { service } = await findStacks(new CloudFormationClient(config), environment);
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const sts = new STSClient(config);
  return new Revocation({
    registrations: new Registrations(documents, requiredOutput(service, 'AccessMetadataTableName')),
    denials: new RoleDenials(new IAMClient(config)),
    stsTime: () => stsTime(sts),
    wait: (ms) => delay(ms),
  });
}
