// Registering the candidates of an import through the broker's API: what is there stays as it is.
import type { BrokerAnswer, BrokerCall, Credentials } from '../broker-client.ts';
import { NoAnswer } from '../no-answer.ts';
import { describeAwsFailure } from './aws-failure.ts';
import type { Candidate, ImportDocument } from './import-candidates.ts';
import { shownMessage } from './shown-text.ts';
import type { Signer } from './signers.ts';

export interface Outcome extends Candidate {
  readonly status: 'ready' | 'registered' | 'already registered' | 'needs attention';
  /** Codes of the broker's warnings: what the application should still do. */
  readonly warnings?: readonly string[];
}

export interface RegisteringParts {
  readonly call: (call: BrokerCall, credentials: Credentials) => Promise<BrokerAnswer>;
  readonly signer: Signer;
  readonly wait: (ms: number) => Promise<void>;
}

const ATTEMPTS = 8;
const LONGEST_WAIT_S = 30;

/** What becomes of a candidate that is not registered. */
export function examined(candidate: Candidate): Outcome {
  return { ...candidate, status: candidate.problems.length > 0 ? 'needs attention' : 'ready' };
}

export class Registering {
  constructor(private readonly parts: RegisteringParts) {}

  /**
   * Registers a candidate unless it is registered already, by hand too, or something is in its way. Replaces and deletes
   * nothing; whatever fails is the outcome.
   */
  async register(candidate: Candidate): Promise<Outcome> {
    const { document, applicationRoleArn = '' } = candidate;
    if (!document) return examined(candidate);
    const inTheWay = (problem: string) =>
      examined({ ...candidate, problems: [...candidate.problems, problem] });
    try {
      const credentials = await this.parts.signer(applicationRoleArn);
      const query = { applicationName: document.ApplicationName };
      const shown = await this.#call({ method: 'GET', path: 'applications', query }, credentials);
      if (shown.status === 200) {
        const differences = differencesOf(document, shown.body);
        if (differences.length > 0) return inTheWay(differs(differences));
        return { ...candidate, problems: [], status: 'already registered', warnings: warningsOf(shown) };
      }
      if (shown.status !== 404 || shown.body['code'] !== 'ApplicationNotFound')
        return inTheWay(refusalOf(shown));
      if (candidate.problems.length > 0) return examined(candidate);
      const answer = await this.#call({ method: 'POST', path: 'applications', body: document }, credentials);
      const status = ({ 200: 'already registered', 201: 'registered' } as const)[answer.status];
      return status ? { ...candidate, status, warnings: warningsOf(answer) } : inTheWay(refusalOf(answer));
    } catch (error) {
      return inTheWay(`it was not registered: ${describeFailure(error)}`);
    }
  }

  /** Waits as it is told to, where there are too many requests or a dependency fails: both calls can be repeated. */
  async #call(call: BrokerCall, credentials: Credentials): Promise<BrokerAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.parts.call(call, credentials);
      if ((answer.status !== 429 && answer.status !== 503) || attempt === ATTEMPTS) return answer;
      const asked = Number(answer.headers.get('retry-after'));
      // The gateway's 429 does not say how long.
      const seconds = asked > 0 ? asked : 2 ** (attempt - 1);
      await this.parts.wait(Math.min(seconds, LONGEST_WAIT_S) * 1_000);
    }
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof SyntaxError) return 'what answers is no broker: see --endpoint';
  return shownMessage(error instanceof NoAnswer ? error.message : describeAwsFailure(error));
}

/** Members that the broker has otherwise. What it has besides, an Issuer say, was registered since. */
function differencesOf(document: ImportDocument, body: BrokerAnswer['body']): string[] {
  return Object.entries(document).flatMap(([name, value]) => (body[name] === value ? [] : [name]));
}

function differs(names: readonly string[]): string {
  return `is registered here with another ${names.join(', ')}: nothing was changed. PUT /applications replaces it`;
}

function refusalOf({ status, body }: BrokerAnswer): string {
  const words = [body['code'], body['message']].filter((word) => typeof word === 'string');
  return `the broker answered ${status}${words.length > 0 ? ` ${shownMessage(words.join(': '))}` : ''}`;
}

function warningsOf({ body }: BrokerAnswer): string[] {
  const warnings: unknown[] = Array.isArray(body['Warnings']) ? body['Warnings'] : [];
  return warnings
    .map((warning) => (warning as { Code?: unknown } | null)?.Code)
    .filter((code): code is string => typeof code === 'string' && /^[A-Za-z]{1,64}$/.test(code));
}
