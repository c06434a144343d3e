// `isb applications`: its options, the clients that it works with, and what it tells.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findStacks, requiredOutput } from '../account/stacks.ts';
import { renderJson, renderTable } from './applications-report.ts';
import { requiredRegion } from './broker-location.ts';
import { type Command, WrongUsage } from './command.ts';
import { parseOptions } from './options.ts';
import { Registrations } from './registrations.ts';

export const applications: Command = {
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
    const { format, environment, region } = parseOptions(args, {
      format: { type: 'string', default: 'table' },
      environment: { type: 'string' },
      region: { type: 'string' },
    });
    if (format !== 'table' && format !== 'json') throw new WrongUsage('--format must be table or json');
    const config = { region: await requiredRegion({ region }, env) };
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
