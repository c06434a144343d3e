// `isb applications`: its options, the clients that it works with, and what it tells.
import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findStacks, requiredOutput } from '../account/stacks.ts';
import { renderJson, renderTable } from './applications-report.ts';
import { type Command, WrongUsage } from './command.ts';
import { Registrations } from './registrations.ts';

export const applications: Command = {
  summary: 'tells which applications are registered, and what is known of each',
  usage: `Usage: npx isb applications [--format table|json]

Tells of every registration its access role, session tags, issuers and owner, when the
application first registered and its sessions were last revoked, and whether the trust
policy of its access role was found pinned to it. Items of the table that are no registration it names.

  --format table|json  default: table
  --environment NAME   whose broker, where several are deployed
  --region NAME        default: that of the AWS configuration
  --help, -h           prints this

Exit codes: 0 done, 1 failed, 2 wrong usage.
The permissions that it takes: docs/operations.md.
`,

  async run(args, { env, stdout }) {
    const { format, environment, ...given } = parse(args);
    if (format !== 'table' && format !== 'json') throw new WrongUsage('--format must be table or json');
    const region = given.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
    const config = region === undefined ? {} : { region };
    const { service } = await findStacks(new CloudFormationClient(config), environment);
    // What stands in an item that is no registration may be a number larger than JavaScript's.
    const unmarshallOptions = { wrapNumbers: true };
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(config), { unmarshallOptions });
    const table = requiredOutput(service, 'AccessMetadataTableName');
    const items = await new Registrations(client, table).all();
    const lines = format === 'json' ? renderJson(items) : renderTable(items);
    stdout.write(`${lines.join('\n')}\n`);
  },
};

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        format: { type: 'string', default: 'table' },
        environment: { type: 'string' },
        region: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new WrongUsage((error as Error).message, { cause: error });
  }
}
