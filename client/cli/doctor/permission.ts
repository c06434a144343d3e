// Step: what the gateway lets the caller do: ask for credentials, and write registrations, which it should not.
import { SessionBrokerError } from '../../library/errors.ts';
import { describeRefusal } from '../refusal.ts';
import type { Checkup, Facts, Step } from './checkup.ts';
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
  if (answer.code !== 'GatewayRefused') return fails(describeRefusal(answer));
  const { region = '' } = checkup.facts;
  return fails(
    `the gateway refuses the caller: ${answer.statusCode}`,
    `allow execute-api:Invoke on ${await credentialsRoute(checkup.facts)}; and check that the API is in ${region}`,
  );
}

/** The route's ARN, as far as it is known here. */
export async function credentialsRoute({
  region = '',
  accountId = '<account>',
}: Partial<Facts>): Promise<string> {
  const { partition } = await import('@aws-sdk/core/client');
  const { name } = partition(region);
  return `arn:${name}:execute-api:${region}:${accountId}:<api id>/$default/POST/credentials`;
}

/** Asks for a registration of nothing, in either way: it is never written. */
async function mayRegister(checkup: Checkup): Promise<Finding> {
  const answers: Awaited<ReturnType<Checkup['ask']>>[] = [];
  for (const method of ['POST', 'PUT'] as const) {
    answers.push(await checkup.ask({ method, path: 'applications', body: {} }));
  }
  const refusals = answers.filter((answer) => answer instanceof SessionBrokerError);
  const isOnly = (code: string) =>
    refusals.length === answers.length && refusals.every((each) => each.code === code);
  if (isOnly('GatewayRefused')) return ok('the caller may neither register nor replace a registration');
  if (isOnly('NotARegistrar')) return ok('registrations are the registrars’: the caller may write none');
  const unknown = refusals.find((refusal) => !isOfBroker(refusal) && refusal.code !== 'GatewayRefused');
  if (unknown) return warning(`whether the caller may write registrations: ${describeRefusal(unknown)}`);
  return warning(
    'the caller may write registrations: whoever gets its credentials can register keys of his own',
    'take execute-api:Invoke on */applications away once it is registered; a registrar needs it',
  );
}
