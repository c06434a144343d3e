// `isb who`: its options, the clients that it works with, and what it tells.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { findStacks, requiredOutput } from '../account/stacks.ts';
import { problemOfTarget } from '../library/data-access.ts';
import { AuditLog } from './audit-log.ts';
import { requiredRegion } from './broker-location.ts';
import { type Command, type Surroundings, WrongUsage } from './command.ts';
import { parseOptions } from './options.ts';
import { type TimeWindow, timeWindow } from './time-window.ts';
import type { Wanted, WantedTag } from './wanted-decisions.ts';
import { renderJson, renderTable } from './who-report.ts';

interface Options {
  readonly wanted: Wanted;
  readonly window: TimeWindow;
  readonly limit: number;
  readonly render: typeof renderTable;
  readonly environment: string | undefined;
  readonly region: string;
}

const MOST = 10_000;
/** FilterLogEvents has few requests a second, which an account shares. */
const MAX_ATTEMPTS = 8;

export const who: Command = {
  usage: `Usage: npx isb who [--tag KEY=VALUE]... [--since SPAN|TIME] [OPTIONS]

Tells which sessions the broker has handed out, the newest first: to which application,
for whom, and by which request.

  --tag KEY=VALUE        with this session tag, letter case and all: TenantID=Yellow.
                         More than once: with all of them
  --application NAME     to this application
  --subject VALUE        for this user: the token's sub, or sha256:… as the audit has it
  --issuer URL           whose token this issuer has issued
  --target S3-URI        for data in S3, with credentials that reach something of this:
                         s3://bucket/prefix/* or s3://bucket/key. Quote the asterisk
  --directory-user ID    for this user of the directory of IAM Identity Center
  --grantee ID|ARN       by a grant to this user or group of the directory, or this role
  --refused              what was refused, or failed, instead. A token that was not
                         verified has no known tags, subject or issuer
  --since SPAN|TIME      30m, 24h, 7d, or 2030-04-01T12:00:00Z. Default: 24h
  --until SPAN|TIME      likewise. Default: now
  --limit COUNT          at most so many, 1 to ${MOST}. Default: 100
  --format table|json    default: table
  --environment NAME     whose broker, where several are deployed
  --region NAME          default: that of the AWS configuration
  --help, -h             prints this

Exit codes: 0 done, 1 failed, 2 wrong usage.
The permissions that it takes: docs/operations.md.
`,

  async run(args, { env, stdout }) {
    const { wanted, window, limit, render, environment, region } = await readOptions(args, env);
    const config = { region };
    const { service } = await findStacks(new CloudFormationClient(config), environment);
    const client = new CloudWatchLogsClient({ ...config, maxAttempts: MAX_ATTEMPTS });
    const auditLog = new AuditLog(client, requiredOutput(service, 'FunctionLogGroupName'));
    const found = await auditLog.newest(wanted, window, limit);
    stdout.write(`${render(found, window).join('\n')}\n`);
  },
};

/** @throws WrongUsage */
async function readOptions(args: readonly string[], env: Surroundings['env']): Promise<Options> {
  const {
    tag = [],
    application,
    subject,
    issuer,
    target,
    grantee,
    'directory-user': directoryUser,
    refused,
    since,
    until,
    limit,
    format,
    ...others
  } = parse(args);
  const named = { application, subject, issuer, grantee, 'directory-user': directoryUser };
  for (const [name, value] of Object.entries(named)) {
    if (value === '') throw new WrongUsage(`--${name} must not be empty`);
  }
  const problem = target === undefined ? undefined : problemOfTarget(target);
  if (problem !== undefined) throw new WrongUsage(`--target ${problem}`);
  if (!/^[1-9]\d{0,4}$/.test(limit) || Number(limit) > MOST)
    throw new WrongUsage(`--limit must be a whole number from 1 to ${MOST}`);
  if (format !== 'table' && format !== 'json') throw new WrongUsage('--format must be table or json');
  return {
    wanted: {
      ...{ tags: tag.map(readTag), application, subject, issuer },
      ...{ target, grantee, directoryUser, isRefused: refused },
    },
    window: timeWindow(Date.now(), since, until),
    limit: Number(limit),
    render: format === 'json' ? renderJson : renderTable,
    environment: others.environment,
    region: await requiredRegion(others, env),
  };
}

/** A key has no `=` of its own here, which a value may have. */
function readTag(text: string): WantedTag {
  const [, key, value] = /^([^=]+)=([\s\S]+)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new WrongUsage('--tag must be KEY=VALUE, as TenantID=Yellow');
  return { key, value };
}

function parse(args: readonly string[]) {
  return parseOptions(args, {
    tag: { type: 'string', multiple: true },
    application: { type: 'string' },
    subject: { type: 'string' },
    issuer: { type: 'string' },
    target: { type: 'string' },
    grantee: { type: 'string' },
    'directory-user': { type: 'string' },
    refused: { type: 'boolean', default: false },
    since: { type: 'string', default: '24h' },
    until: { type: 'string' },
    limit: { type: 'string', default: '100' },
    format: { type: 'string', default: 'table' },
    environment: { type: 'string' },
    region: { type: 'string' },
  });
}
