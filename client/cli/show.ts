// `isb show`: what is registered.
import { askedBroker, brokerOptions, brokerUsage } from './asked-broker.ts';
import { type Command, WrongUsage } from './command.ts';
import { ownerQuery, parseOptions } from './options.ts';
import { renderRegistration, requireRegistration } from './registration-report.ts';
import { escaped } from './shown-text.ts';

export const show: Command = {
  usage: `Usage: npx isb show [--application NAME] [--format text|json]

Shows what is registered, with its external id and warnings.

  --application NAME     of a registrar: whose registration. Default: the caller's
  --format FORMAT        text (default), or json: the broker's answer
${brokerUsage}
  --help, -h             prints this

Exit codes: 0 done, 1 failed, or nothing is registered, 2 wrong usage.
`,

  async run(args, surroundings) {
    const { application, format, ...values } = parseOptions(args, {
      ...brokerOptions,
      application: { type: 'string' },
      format: { type: 'string', default: 'text' },
    });
    if (format !== 'text' && format !== 'json') throw new WrongUsage('--format must be text or json');
    const query = ownerQuery(application);
    const broker = await askedBroker(values, surroundings);
    const document = requireRegistration(await broker.call({ method: 'GET', path: 'applications', query }));
    const text =
      format === 'json'
        ? `${JSON.stringify(document, null, 2).split('\n').map(escaped).join('\n')}\n`
        : renderRegistration('registered', document);
    surroundings.stdout.write(text);
  },
};
