// The API: which route an event takes, and the one place where a refusal becomes an HTTP response.
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Audit, Decision, Operation } from '../audit/audit.ts';
import { withinBudget } from '../deadline.ts';
import { BrokerError } from '../errors.ts';
import { rateLimitHeaders, TooManyRequests } from '../usage-plans/too-many-requests.ts';
import { type BrokerRequest, readRequest } from './request.ts';

export type Answer = APIGatewayProxyStructuredResultV2 & {
  readonly statusCode: number;
  readonly body: string;
};

/** What a route does. */
export interface Route {
  readonly operation: Operation;
  readonly run: (request: BrokerRequest, decision: Decision) => Promise<Answer>;
}

/** By method and path, as API Gateway names its routes: `GET /credentials`. */
export type Routes = ReadonlyMap<string, Route>;

export class Api {
  constructor(
    private readonly routes: Routes,
    private readonly audit: Audit,
    private readonly options: { readonly requestBudgetMs: number },
  ) {}

  /** Answers every event, whatever it is; never rejects. */
  async handle(event: unknown, context: Context): Promise<Answer> {
    let request: BrokerRequest;
    try {
      request = readRequest(event);
    } catch (error) {
      return answerError(error as BrokerError, context.awsRequestId);
    }
    const route = this.routes.get(`${request.method} ${request.path}`);
    if (route) return this.#decide(route, request);
    return answerError(new BrokerError('RouteNotFound', 'there is no such route'), request.requestId);
  }

  /** Runs one operation and records its decision, whichever it is. */
  async #decide({ operation, run }: Route, request: BrokerRequest): Promise<Answer> {
    const decision = this.audit.begin(operation, request.requestId);
    const running = run(request, decision);
    try {
      const result = await withinBudget(this.options.requestBudgetMs, running);
      this.audit.allowed(decision);
      return result;
    } catch (error) {
      const refusal = this.audit.refused(decision, error);
      if (refusal.code === 'DeadlineExceeded') this.#followUp(running, decision);
      return answerError(refusal, request.requestId);
    }
  }

  /** Work goes on behind the answer: what it came to is recorded where it was carried out, or changed something at least. */
  #followUp(running: Promise<Answer>, decision: Decision): void {
    const counted = decision.change;
    const record = () => this.audit.carriedOutLate(decision, counted);
    running.then(record, () => {
      if (decision.change && decision.change !== counted) record();
    });
  }
}

export function answer(statusCode: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

function answerError(error: BrokerError, requestId: string): Answer {
  const { code, statusCode, message, retryAfterSeconds } = error;
  return answer(
    statusCode,
    { code, message, requestId },
    {
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...(error instanceof TooManyRequests && rateLimitHeaders(error)),
    },
  );
}
