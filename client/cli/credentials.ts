// `isb credentials`: one tenant's credentials for a token, or those for data, on standard output, and nothing else there.
import { credentialsBody } from '../library/data-access.ts';
import { askedBroker, brokerOptions, brokerUsage } from './asked-broker.ts';
import { type Command, WrongUsage } from './command.ts';
import { answeredCredentials, answeredData, type Format, formats, rendered } from './credentials-format.ts';
import { dataAccessOf, dataAccessOptions, dataAccessUsage } from './data-access-options.ts';
import { parseWords } from './options.ts';
import { requireNotNested } from './own-credentials.ts';
import { warningsOf } from './registration-report.ts';
import { requiredToken, tokenOptions, tokenUsage } from './token-source.ts';

export const credentials: Command = {
  usage: `Usage: npx isb credentials [--token-file FILE] [--format json|env|credential-process]
                           [--target S3-URI --permission READ|WRITE|READWRITE]

Prints the credentials of the tenant that a token is of; with a target, those for data of S3
that its user was granted.

${tokenUsage}
${dataAccessUsage}
  --format FORMAT        json (default): with the session's tags, and what was granted
                         env: lines for eval "$(npx isb credentials --format env)"
                         credential-process: for a profile of ~/.aws/config
${brokerUsage}
  --help, -h             prints this

The token is no argument: arguments can be read by whoever is on the machine.

As a credential_process, the command is run again whenever credentials are to be renewed,
and with the environment that the process was started with. So the token comes from a file
that is kept fresh, or from a command; a variable holds the token of that start. It must
not sign with the profile that it is the process of: give the source as --profile.

  [profile tenant]
  credential_process = isb credentials --format credential-process --profile application
                       --token-file /run/token            (all of it on one line)

With --target 's3://bucket/users/*' --permission READ in that line, the profile is for those
data alone.

Exit codes: 0 done, 1 failed, 2 wrong usage.
`,

  async run(args, surroundings) {
    const { values, positionals } = parseWords(args, {
      ...brokerOptions,
      ...tokenOptions,
      ...dataAccessOptions,
      format: { type: 'string', default: 'json' },
    });
    const token = requiredToken(values, positionals, surroundings);
    const format = formatOf(values.format);
    const access = dataAccessOf(values);
    requireNotNested(surroundings.env);
    const broker = await askedBroker(values, surroundings);
    const JWT = await token();
    const body = credentialsBody(JWT, access);
    const answer = await broker.call({ method: 'POST', path: 'credentials', body, token: JWT });
    const answered = { ...answeredCredentials(answer), ...(access && answeredData(answer, access)) };
    surroundings.stdout.write(rendered(answered, format));
    for (const { code, message } of warningsOf(answer)) surroundings.stderr.write(`${code}: ${message}\n`);
    if (format === 'env' && surroundings.env['AWS_PROFILE']) {
      surroundings.stderr.write('AWS_PROFILE is set, and some SDKs go by it first: unset AWS_PROFILE\n');
    }
  },
};

function formatOf(text: string): Format {
  const format = formats.find((each) => each === text);
  if (!format) throw new WrongUsage(`--format must be ${formats.join(', ')}`);
  return format;
}
