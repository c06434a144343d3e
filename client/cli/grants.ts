// `isb grants`: what a token's user may reach in S3.
import { allGrants, type CallerGrant, problemOfScope } from '../library/grants.ts';
import { askedBroker, brokerOptions, brokerUsage } from './asked-broker.ts';
import { type Command, WrongUsage } from './command.ts';
import { parseWords } from './options.ts';
import { type Column, tableOf } from './shown-table.ts';
import { escaped } from './shown-text.ts';
import { requiredToken, tokenOptions, tokenUsage } from './token-source.ts';

export const grants: Command = {
  usage: `Usage: npx isb grants [--scope S3-URI] [--token-file FILE] [--format table|json]

Lists the grants of S3 Access Grants that the user of a token has by way of the
application: what isb credentials --target can ask for.

  --scope S3-URI         only those whose scope begins so: s3://bucket/prefix
  --format FORMAT        table (default), or json
${tokenUsage}
${brokerUsage}
  --help, -h             prints this

The caller needs execute-api:Invoke on POST/grants, and the registration AccessGrants.

Exit codes: 0 done, whether there are grants or none, 1 failed, 2 wrong usage.
`,

  async run(args, surroundings) {
    const { values, positionals } = parseWords(args, {
      ...brokerOptions,
      ...tokenOptions,
      scope: { type: 'string' },
      format: { type: 'string', default: 'table' },
    });
    const token = requiredToken(values, positionals, surroundings);
    const { format, scope } = values;
    if (format !== 'table' && format !== 'json') throw new WrongUsage('--format must be table or json');
    const problem = scope === undefined ? undefined : problemOfScope(scope);
    if (problem !== undefined) throw new WrongUsage(`--scope ${problem}`);
    const broker = await askedBroker(values, surroundings);
    const found = await allGrants((call) => broker.call(call), await token(), { grantScope: scope });
    const lines = format === 'json' ? renderJson(found) : renderTable(found);
    surroundings.stdout.write(`${lines.join('\n')}\n`);
  },
};

const columns: readonly Column<CallerGrant>[] = [
  { heading: 'scope', of: ({ grantScope }) => grantScope },
  { heading: 'permission', of: ({ permission }) => permission },
  { heading: 'application', of: ({ applicationArn }) => applicationArn },
];

function renderTable(found: readonly CallerGrant[]): string[] {
  return found.length > 0 ? tableOf(found, columns) : ['there are no grants'];
}

/** As the broker names the fields. */
function renderJson(found: readonly CallerGrant[]): string[] {
  const Grants = found.map(({ grantScope, permission, applicationArn }) => ({
    GrantScope: grantScope,
    Permission: permission,
    ...(applicationArn !== undefined && { ApplicationArn: applicationArn }),
  }));
  return JSON.stringify({ Grants }, null, 2).split('\n').map(escaped);
}
