// `isb deregister`: ends a registration, and says what goes on all the same.
import { SessionBrokerError } from '../library/errors.ts';
import { askedBroker, brokerOptions, brokerUsage } from './asked-broker.ts';
import type { Command } from './command.ts';
import { ownerQuery, parseOptions } from './options.ts';
import { requireRegistration } from './registration-report.ts';
import { escaped } from './shown-text.ts';

export const deregister: Command = {
  usage: `Usage: npx isb deregister [--application NAME]

Ends a registration. Credentials that were handed out stay valid until they expire. To cut
them off, have an operator run isb revoke before. Nothing registered is no error.

  --application NAME     of a registrar: whose registration. Default: the caller's
${brokerUsage}
  --help, -h             prints this

Exit codes: 0 done, 1 failed, 2 wrong usage.
`,

  async run(args, surroundings) {
    const { application, ...values } = parseOptions(args, {
      ...brokerOptions,
      application: { type: 'string' },
    });
    const query = ownerQuery(application);
    const broker = await askedBroker(values, surroundings);
    const deregistered = await broker
      .call({ method: 'DELETE', path: 'applications', query })
      .then(requireRegistration)
      .catch((error: unknown) => {
        // An attempt whose answer was lost may have done it.
        if (error instanceof SessionBrokerError && error.code === 'ApplicationNotFound') return undefined;
        throw error;
      });
    if (!deregistered) {
      surroundings.stdout.write('nothing was registered\n');
      return;
    }
    const name = escaped(String(deregistered['ApplicationName']));
    const role = escaped(String(deregistered['AccessRoleName']));
    surroundings.stdout.write(
      [
        `deregistered  ${name}`,
        'handed out    credentials stay valid until they expire, an hour at most; and for 30 seconds, by',
        '              default, the broker may hand out more',
        `to cut off    an operator denies them on the access role ${role}: docs/operations.md. While an`,
        `              application is registered: npx isb revoke --application ${name}`,
        '',
      ].join('\n'),
    );
  },
};
