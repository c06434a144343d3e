// Step: the credentials themselves, by the broker's own word.
import { SessionBrokerError } from '../../library/errors.ts';
import { CommandFailure } from '../command.ts';
import { answeredCredentials } from '../credentials-format.ts';
import { describeRefusal } from '../refusal.ts';
import { warningsOf } from '../registration-report.ts';
import { shownMessage } from '../shown-text.ts';
import type { Step } from './checkup.ts';
import { fails, ok, warning } from './finding.ts';

export const tenantCredentials: Step = {
  name: 'credentials',
  needs: ['refusal', 'token'],
  async check(checkup) {
    const JWT = checkup.fact('token');
    const answer = await checkup.ask({ method: 'POST', path: 'credentials', body: { JWT }, token: JWT });
    if (answer instanceof SessionBrokerError) return [fails(describeRefusal(answer), remedyOf(answer))];
    try {
      const { Tags, Expiration } = answeredCredentials(answer);
      const tags = Object.entries(Tags).map(([key, value]) => `${key}=${value}`);
      const whose = tags.length > 0 ? `, of ${shownMessage(tags.join(', '))}` : '';
      const warnings = warningsOf(answer).map(({ code, message }) => warning(`${code}: ${message}`));
      return [ok(`obtained${whose}, until ${Expiration}`), ...warnings];
    } catch (error) {
      if (error instanceof CommandFailure) return [fails(error.message)];
      throw error;
    }
  },
};

function remedyOf({ code }: SessionBrokerError): string {
  if (code === 'AccessRoleNotAssumable')
    return 'let the broker in by the access role’s trust policy, for both of its actions';
  return `see ${code} in docs/errors.md of the broker`;
}
