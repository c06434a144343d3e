// Step: what the gateway lets the caller do: ask for credentials, and write registrations, which it should not.
import { SessionBrokerError } from '../../library/errors.ts';
import { describeRefusal } from '../refusal.ts';
import type { Checkup, Step } from './checkup.ts';
import { type Finding, fails, ok, warning } from './finding.ts';

/** Of whoever answers before the broker does. */
const gatewayCodes = ['NoAnswer', 'GatewayRefused', 'GatewayThrottled', 'GatewayFailed', 'UnexpectedAnswer'];

export const permission: Step = {
  name: 'permission',
  needs: ['location', 'credentials'],
  async check(checkup) {
    const credentials = await mayAsk(checkup);
    if (checkup.facts.refusal === undefined) return [credentials];
    return [credentials, await mayRegister(checkup)];
  },
};

export function isOfBroker({ code }: SessionBrokerError): boolean {
  return !gatewayCodes.includes(code);
}

/** Asks with a token that is none: what refuses that is the broker, if the gateway has let it through. */
async function mayAsk(checkup: Checkup): Promise<Finding> {
  const answer = await checkup.ask({ method: 'POST', path: 'credentials', body: { JWT: 'none' } });
  if (!(answer instanceof SessionBrokerError)) {
    return fails(
      'what answers gives credentials for a token that is none',
      'check --endpoint: it is no broker',
    );
  }
  if (isOfBroker(answer)) {
    checkup.facts.refusal = answer;
    return ok('the caller may ask for credentials');
  }
  const { region, accountId = '<account>' } = checkup.facts;
  const resource = `arn:aws:execute-api:${region}:${accountId}:<api id>/$default/POST/credentials`;
  return answer.code === 'GatewayRefused'
    ? fails(
        `the gateway refuses the caller: ${answer.statusCode}`,
        `allow execute-api:Invoke on ${resource}; and check that the API is in ${region}`,
      )
    : fails(describeRefusal(answer));
}

/** Asks for a registration of nothing, which is never written. */
async function mayRegister(checkup: Checkup): Promise<Finding> {
  const answer = await checkup.ask({ method: 'POST', path: 'applications', body: {} });
  if (answer instanceof SessionBrokerError && !isOfBroker(answer)) {
    return answer.code === 'GatewayRefused'
      ? ok('the caller may write no registrations')
      : warning(`whether the caller may write registrations: ${describeRefusal(answer)}`);
  }
  if (answer instanceof SessionBrokerError && answer.code === 'NotARegistrar') {
    return ok('registrations are the registrars’: the caller may write none');
  }
  return warning(
    'the caller may write registrations: whoever gets its credentials can register keys of his own',
    'take execute-api:Invoke on */applications away once it is registered; a registrar needs it',
  );
}
