// `isb doctor`: what is wrong between here and credentials.
import { brokerOptions, brokerUsage } from '../asked-broker.ts';
import { type Command, CommandFailure, WrongUsage } from '../command.ts';
import { parseWords } from '../options.ts';
import { tokenOptions, tokenSource, tokenUsage } from '../token-source.ts';
import { Checkup } from './checkup.ts';
import { renderFinding, renderJson } from './report.ts';
import { examine, type StepFinding } from './steps.ts';

export const doctor: Command = {
  usage: `Usage: npx isb doctor [--token-file FILE]

Tells, step by step, what is wrong between here and credentials: Node.js, region, identity,
endpoint, clock, permission, registration, settings, token, credentials. Writes nothing;
the broker's audit log has its refused requests.

${tokenUsage}
  --format FORMAT        text (default): ok, warning, fails or not tried, and what to do;
                         or json
${brokerUsage}
  --help, -h             prints this

Exit codes: 0 nothing fails, 1 something does, 2 wrong usage.
`,

  async run(args, surroundings) {
    const { values, positionals } = parseWords(args, {
      ...brokerOptions,
      ...tokenOptions,
      format: { type: 'string', default: 'text' },
    });
    const source = tokenSource(values, positionals, surroundings);
    const { format } = values;
    if (format !== 'text' && format !== 'json') throw new WrongUsage('--format must be text or json');
    const findings: StepFinding[] = [];
    for await (const finding of examine(new Checkup(values, surroundings, source))) {
      findings.push(finding);
      if (format === 'text') surroundings.stdout.write(renderFinding(finding));
    }
    if (format === 'json') surroundings.stdout.write(renderJson(findings));
    const failing = findings.filter(({ status }) => status === 'fails').length;
    if (failing > 0)
      throw new CommandFailure(failing === 1 ? 'one thing is wrong' : `${failing} things are wrong`);
  },
};
