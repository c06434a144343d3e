// Step: what is registered for the caller, and what the broker has to say of it.
import { SessionBrokerError } from '../../library/errors.ts';
import { describeRefusal } from '../refusal.ts';
import { isRegistration, warningsOf } from '../registration-report.ts';
import { shownMessage } from '../shown-text.ts';
import type { Step } from './checkup.ts';
import { type Finding, fails, notTried, ok, warning } from './finding.ts';
import { isOfBroker } from './permission.ts';

const remedies: Readonly<Record<string, string>> = {
  CallerNotAllowed: 'sign with the application’s role',
  ApplicationNotFound: 'isb register FILE, or have a registrar do it',
  ApplicationRoleRecreated: 'the role was made anew: deregister as an operator, and register again',
  TrustNotPinned: 'require the external id in the access role’s trust policy, and register again',
};

export const registration: Step = {
  name: 'registration',
  needs: ['refusal'],
  async check(checkup) {
    const refusal = checkup.fact('refusal');
    // Said on the way to the token, and so of the registration.
    const unusable = Object.hasOwn(remedies, refusal.code) ? [refused(refusal)] : [];
    const answer = await checkup.ask({ method: 'GET', path: 'applications' });
    if (answer instanceof SessionBrokerError) {
      if (unusable.length > 0) return unusable;
      return [isOfBroker(answer) ? refused(answer) : unread(answer, refusal)];
    }
    if (!isRegistration(answer))
      return [fails('the answer holds no registration', 'check --endpoint: it is no broker')];
    checkup.facts.registration = answer;
    const { ApplicationName, AccessRoleName } = answer;
    const names = `${shownMessage(String(ApplicationName))}, with the access role ${shownMessage(String(AccessRoleName))}`;
    const warnings = warningsOf(answer).map(({ code, message }) => warning(`${code}: ${message}`));
    return [...(unusable.length > 0 ? unusable : [ok(names)]), ...warnings];
  },
};

function refused(refusal: SessionBrokerError): Finding {
  const { code } = refusal;
  return fails(describeRefusal(refusal), Object.hasOwn(remedies, code) ? remedies[code] : undefined);
}

/** A token is refused for itself only where there is a registration to verify it by. */
function unread(answer: SessionBrokerError, { code }: SessionBrokerError): Finding {
  if (answer.code !== 'GatewayRefused') return notTried(describeRefusal(answer));
  return notTried(
    code.startsWith('Token')
      ? 'there is one, which the caller may not read'
      : 'whether there is one, the caller may not read',
    'allow execute-api:Invoke on GET/applications to have it checked',
  );
}
