// `isb applications`: its options, the clients that it works with, and what it tells.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NotDeployed } from '../account/not-deployed.ts';
import { findStacks, requiredOutput } from '../account/stacks.ts';
import { renderJson, renderTable } from './applications-report.ts';
import { describeAwsFailure } from './aws-failure.ts';
import { requiredRegion } from './broker-location.ts';
import { type Command, WrongUsage } from './command.ts';
import { deploymentOf } from './doctor/deployment.ts';
import { parseOptions } from './options.ts';
import { Registrations } from './registrations.ts';

export const applications: Command = {
  usage: `Usage: npx isb applications [--format table|json]

Tells of every registration its access role, session tags, issuers, owner and usage plan,
when the application first registered and its sessions were last revoked, and whether the
trust policy of its access role was found pinned to it. Items of the table that are no
registration it names.

  --format table|json  default: table
  --environment NAME   whose broker, where several are deployed
  --region NAME        default: that of the AWS configuration
  --help, -h           prints this

Exit codes: 0 done, 1 failed, 2 wrong usage.
The permissions that it takes: docs/operations.md.
`,

  async run(args, { env, stdout, stderr }) {
    const { format, environment, region } = parseOptions(args, {
      format: { type: 'string', default: 'table' },
      environment: { type: 'string' },
      region: { type: 'string' },
    });
    if (format !== 'table' && format !== 'json') throw new WrongUsage('--format must be table or json');
    const config = { region: await requiredRegion({ region }, env) };
    const cloudFormation = new CloudFormationClient(config);
    const stacks = await findStacks(cloudFormation, environment);
    // What stands in an item that is no registration may be a number larger than JavaScript's.
    const unmarshallOptions = { wrapNumbers: true };
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(config), { unmarshallOptions });
    const table = requiredOutput(stacks.service, 'AccessMetadataTableName');
    const items = await new Registrations(client, table).all();
    // What is registered is worth being told without them.
    const deployment = await deploymentOf(cloudFormation, stacks).catch((error: unknown) => {
      const reason = error instanceof NotDeployed ? error.message : describeAwsFailure(error);
      stderr.write(`usage plans are not told: ${reason}\n`);
      return undefined;
    });
    const lines = (format === 'json' ? renderJson : renderTable)(items, deployment);
    stdout.write(`${lines.join('\n')}\n`);
  },
};
