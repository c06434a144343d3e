// `isb register`: registers an application as a file says, and tells what it should still do.
import { askedBroker, brokerOptions, brokerUsage } from './asked-broker.ts';
import { type Command, WrongUsage } from './command.ts';
import { applicationName, parseWords } from './options.ts';
import { readRegistration } from './registration-file.ts';
import { renderRegistration, requireRegistration } from './registration-report.ts';

export const register: Command = {
  usage: `Usage: npx isb register FILE [--replace]

Registers an application, and prints what is registered, its external id and warnings.
The same registration again is no error.

  FILE                   the registration as JSON, the body of POST /applications:
                         docs/api.md of the broker; - is standard input
  --replace              takes the place of what is registered
  --application NAME     of a registrar: whom it registers, if FILE does not say it
${brokerUsage}
  --help, -h             prints this

Exit codes: 0 done, 1 failed, 2 wrong usage.
`,

  async run(args, surroundings) {
    const { values, positionals } = parseWords(args, {
      ...brokerOptions,
      application: { type: 'string' },
      replace: { type: 'boolean', default: false },
    });
    const [path, ...others] = positionals;
    if (path === undefined || path === '')
      throw new WrongUsage('FILE says what to register; - is standard input');
    if (others.length > 0) throw new WrongUsage('one FILE is one registration: give no more');
    const application = values.application === undefined ? undefined : applicationName(values.application);
    const body = await readRegistration(path, application, surroundings);
    const broker = await askedBroker(values, surroundings);
    const method = values.replace ? 'PUT' : 'POST';
    const registered = requireRegistration(await broker.call({ method, path: 'applications', body }));
    surroundings.stdout.write(renderRegistration(values.replace ? 'replaced' : 'registered', registered));
  },
};
