// `isb end-sessions`: its options, the clients that it works with, and what it tells.
import { setTimeout as delay } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findPortal, requiredOutput } from '../account/stacks.ts';
import { requiredRegion } from './broker-location.ts';
import { type Command, CommandFailure, type Surroundings, WrongUsage } from './command.ts';
import { renderEnded, renderHeld } from './end-sessions-report.ts';
import { EndedUser, roleArn } from './ended-user.ts';
import { parseOptions } from './options.ts';
import { ownCredentials } from './own-credentials.ts';
import { PortalUserTable } from './portal-user-table.ts';
import { RoleDenials } from './role-denials.ts';
import { stsTime } from './sts-time.ts';

/** Above it nobody has signed in: it is a key of DynamoDB. */
const LONGEST_USER_ID = 2_048;

interface Options {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly profiles: readonly string[];
  readonly isDryRun: boolean;
  readonly environment: string | undefined;
  readonly region: string;
}

export const endSessions: Command = {
  usage: `Usage: npx isb end-sessions --user ID [--role ARN]... [--profile NAME]... [--dry-run]

Signs a user out of the portal, and denies everything to the sessions of AWS that it has
handed out to them. Takes some 12 seconds.

  --user ID           as the identity provider sends it, letter case and all
  --role ARN          one more role, which the user may have assumed with such a session
  --profile NAME      an AWS profile for the roles of its account; more than once: of several
  --dry-run           tells what would be done, and changes nothing
  --environment NAME  whose portal, where several are deployed
  --region NAME       default: that of the AWS configuration
  --help, -h          prints this

Roles of accounts without a profile are denied by a command that is printed for each.
Exit codes: 0 done, 1 failed, or there are such roles; 2 wrong usage.
The permissions that it takes: docs/portal.md.
`,

  async run(args, surroundings) {
    const { userId, roles, isDryRun, ...place } = await readOptions(args, surroundings.env);
    const user = await find(place, surroundings.env);
    const tell = (lines: readonly string[]) => surroundings.stdout.write(`${lines.join('\n')}\n`);
    tell(renderHeld(await user.held(userId, roles)));
    if (isDryRun) {
      tell(['dry run     nothing was changed']);
      return;
    }
    const ended = await user.end(userId, roles);
    tell(renderEnded(ended));
    const { length } = ended.elsewhere;
    if (length > 0)
      throw new CommandFailure(
        `${length} of the roles are of other accounts, and not denied yet: see --profile`,
      );
  },
};

/** @throws WrongUsage */
async function readOptions(args: readonly string[], env: Surroundings['env']): Promise<Options> {
  const {
    user,
    role: roles,
    profile: profiles,
    environment,
    region,
    'dry-run': isDryRun,
  } = parseOptions(args, {
    user: { type: 'string' },
    role: { type: 'string', multiple: true, default: [] },
    profile: { type: 'string', multiple: true, default: [] },
    environment: { type: 'string' },
    region: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
  });
  if (!user) throw new WrongUsage('--user says whose sessions');
  if (Buffer.byteLength(user) > LONGEST_USER_ID)
    throw new WrongUsage(`--user has ${LONGEST_USER_ID} bytes at most`);
  if (!roles.every((role) => roleArn.test(role)))
    throw new WrongUsage('--role must be the ARN of an IAM role');
  return {
    userId: user,
    roles,
    profiles,
    isDryRun,
    environment,
    region: await requiredRegion({ region }, env),
  };
}

/** @throws NotDeployed, CommandFailure */
async function find(
  { region, environment, profiles }: Pick<Options, 'region' | 'environment' | 'profiles'>,
  env: Surroundings['env'],
): Promise<EndedUser> {
  const config = { region };
  const portal = await findPortal(new CloudFormationClient(config), environment);
  const sts = new STSClient(config);
  // All are asked before anything is changed; of one account a profile comes before the environment.
  const reached = new Map(
    await Promise.all([undefined, ...profiles].map((each) => denialsOf(each, region, env))),
  );
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  return new EndedUser({
    users: new PortalUserTable(documents, requiredOutput(portal, 'UsersTableName')),
    denialsIn: (accountId) => reached.get(accountId),
    stsTime: () => stsTime(sts),
    wait: (ms) => delay(ms),
  });
}

/** Of the account whose credentials the profile has; without one, those of the environment. @throws CommandFailure */
async function denialsOf(
  profile: string | undefined,
  region: string,
  env: Surroundings['env'],
): Promise<[accountId: string, RoleDenials]> {
  const config = { region, credentials: ownCredentials({ profile, region, env }) };
  const { Account = '' } = await new STSClient(config).send(new GetCallerIdentityCommand({}));
  return [Account, new RoleDenials(new IAMClient(config))];
}
