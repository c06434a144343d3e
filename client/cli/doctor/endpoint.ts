// Step: where the broker is, and whether a gateway with its routes answers there.
import { NotDeployed } from '../../account/not-deployed.ts';
import { TooLong } from '../../input.ts';
import type { HttpAnswer } from '../../library/https.ts';
import { NoAnswer } from '../../no-answer.ts';
import { sendTo } from '../asked-broker.ts';
import { describeAwsFailure } from '../aws-failure.ts';
import { type BrokerLocation, locate } from '../broker-location.ts';
import { WrongUsage } from '../command.ts';
import { shownName } from '../shown-text.ts';
import type { Checkup, Step } from './checkup.ts';
import { type Finding, fails, ok } from './finding.ts';

const TIMEOUT_MS = 10_000;

export const endpoint: Step = {
  name: 'endpoint',
  needs: ['region'],
  async check(checkup) {
    let location: BrokerLocation;
    try {
      location = await locate(checkup.values, checkup.fact('region'), checkup.surroundings.env);
    } catch (error) {
      const remedy = 'give --endpoint URL, or set ISB_API_ENDPOINT';
      if (error instanceof WrongUsage) return [fails(error.message)];
      if (error instanceof NotDeployed) return [fails(error.message, remedy)];
      return [fails(`its stack cannot be asked for: ${describeAwsFailure(error)}`, remedy)];
    }
    return [...differentRegion(location), await reach(location, checkup)];
  },
};

/** Of a default endpoint, and of a name by the convention, the region is known. */
function differentRegion({ endpoint: { hostname }, region }: BrokerLocation): Finding[] {
  const [, ofApi] = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(hostname) ?? [];
  const [, ofName] = /^iam-session-broker\.([a-z0-9-]+)\./.exec(hostname) ?? [];
  const actual = ofApi ?? ofName;
  if (actual === undefined || actual === region) return [];
  return [fails(`is in ${actual}, and requests are signed for ${region}`, `give --region ${actual}`)];
}

/** Unsigned, a broker's gateway refuses: that it does so, and how, shows that it is there. */
async function reach(location: BrokerLocation, checkup: Checkup): Promise<Finding> {
  const url = new URL('applications', location.endpoint);
  const request = { url: url.href, method: 'GET', headers: { host: url.host }, timeoutMs: TIMEOUT_MS };
  const shown = shownName(location.endpoint.href);
  try {
    const sentAt = checkup.now();
    const answer = await sendTo(location.resolve)(request);
    const date = Date.parse(String(answer.headers['date']));
    const problem = problemOf(answer);
    if (problem) return fails(`${shown} ${problem}`, 'check --endpoint, or ISB_API_ENDPOINT');
    checkup.facts.location = location;
    // A Date is of the second that has begun.
    if (!Number.isNaN(date)) checkup.facts.offsetMs = date + 500 - (sentAt + checkup.now()) / 2;
    return ok(`${shown} answers`);
  } catch (error) {
    return fails(`${shown} ${connectionProblem(error)}`, 'check --endpoint, or ISB_API_ENDPOINT');
  }
}

/** `undefined` where it is what the broker's gateway answers. */
function problemOf({ status, headers, text }: HttpAnswer): string | undefined {
  if (status >= 500) return `fails: ${status}`;
  const message = messageIn(text);
  if (message === undefined)
    return `is no broker: it answers ${status} ${mediaTypeOf(headers['content-type'])}`;
  if (status === 429 || (status === 403 && message === 'Forbidden')) return undefined;
  if (status === 404) return 'is another API: it has no route /applications';
  return `is no broker: it answers ${status} to a request without a signature`;
}

function messageIn(text: string): string | undefined {
  try {
    const { message } = Object(JSON.parse(text)) as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

function mediaTypeOf(header: unknown): string {
  const [type = ''] = String(header ?? '').split(';');
  return /^[\w.+/-]{1,60}$/.test(type) ? type : 'with no JSON';
}

/** What failed is the cause of its error; one that has none ran out of time. */
function connectionProblem(error: unknown): string {
  const { cause } = Object(error) as { cause?: unknown };
  if (error instanceof NoAnswer && cause === undefined) return 'does not answer in time';
  if (cause instanceof TooLong) return 'is no broker: its answer is too long';
  const { code = '' } = Object(cause ?? error) as { code?: string };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'does not resolve: no DNS server knows the name';
  if (code === 'ECONNREFUSED') return 'refuses connections: nothing listens there';
  if (code === 'ETIMEDOUT') return 'does not answer in time';
  if (/CERT|TLS|SSL|SIGNATURE|ERR_TLS/.test(code))
    return `has no TLS certificate that is trusted here: ${code}`;
  if (code === 'EPROTO') return 'does not speak TLS';
  return `cannot be reached: ${/^[A-Z_0-9]{1,40}$/.test(code) ? code : 'the connection failed'}`;
}
