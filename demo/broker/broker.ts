// The broker as the story calls it: every answer is held against what it should be.
import {
  type Api,
  type BrokerAnswer,
  type BrokerCall,
  type Credentials,
  callBroker,
} from '../../client/broker-client.ts';
import type { Target } from './target.ts';

export interface Expected {
  readonly status: number;
  /** Fields of the body and their values, such as `code`. */
  readonly fields?: Readonly<Record<string, string>>;
}

export class Broker {
  constructor(
    private readonly api: Api,
    private readonly target: Target,
  ) {}

  call(call: BrokerCall, credentials: Credentials | undefined): Promise<BrokerAnswer> {
    return callBroker(this.api, call, credentials);
  }

  /** Rejects, with the reason where the target knows it, when the broker answers otherwise. */
  async expect(
    { status, fields = {} }: Expected,
    call: BrokerCall,
    credentials: Credentials | undefined,
  ): Promise<BrokerAnswer> {
    this.target.refusals();
    const answer = await this.call(call, credentials);
    const asExpected =
      answer.status === status &&
      Object.entries(fields).every(([name, value]) => answer.body[name] === value);
    if (asExpected) return answer;
    const wanted = [status, ...Object.values(fields)].join(' ');
    throw new Error(
      [
        `${call.method} /${call.path} should be ${wanted}, and was ${answer.status} ${answer.body['code'] ?? ''}`.trimEnd(),
        ...(typeof answer.body['message'] === 'string' ? [answer.body['message']] : []),
        ...this.target.refusals(),
      ].join('\n'),
    );
  }
}

/** An answer in a line. */
export function told({ status, body }: BrokerAnswer, call = 'GET /credentials?jwt=…'): string {
  const { code, message } = body as { code?: string; message?: string };
  return `${call} → ${[status, code].filter(Boolean).join(' ')}${message ? `: ${message}` : ''}`;
}
