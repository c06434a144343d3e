// The API: routes, answers and the one place where a refusal becomes an HTTP response.
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Audit, Decision, Operation } from '../audit/audit.ts';
import { withinBudget } from '../deadline.ts';
import { BrokerError } from '../errors.ts';
import { renderRegistration } from '../registrations/registration.ts';
import type { StoredRegistration } from '../registrations/stored-registration.ts';
import { warningsOf } from '../registrations/warnings.ts';
import { rateLimitHeaders, TooManyRequests } from '../usage-plans/too-many-requests.ts';
import type { CredentialsManager, IssuedCredentials } from './credentials-manager.ts';
import { type BrokerRequest, readRequest } from './request.ts';

type Answer = APIGatewayProxyStructuredResultV2 & { readonly statusCode: number; readonly body: string };

/** What a route does: one of five operations, on six routes. */
interface Route {
  readonly operation: Operation;
  readonly run: (request: BrokerRequest, decision: Decision) => Promise<Answer>;
}

export class Api {
  /** By method and path, as API Gateway names its routes. */
  readonly #routes: ReadonlyMap<string, Route>;

  constructor(
    private readonly manager: CredentialsManager,
    private readonly audit: Audit,
    private readonly options: { readonly requestBudgetMs: number },
  ) {
    this.#routes = this.#createRoutes();
  }

  /** Answers every event, whatever it is; never rejects. */
  async handle(event: unknown, context: Context): Promise<Answer> {
    let request: BrokerRequest;
    try {
      request = readRequest(event);
    } catch (error) {
      return answerError(error as BrokerError, context.awsRequestId);
    }
    const route = this.#routes.get(`${request.method} ${request.path}`);
    if (route) return this.#decide(route, request);
    return answerError(new BrokerError('RouteNotFound', 'there is no such route'), request.requestId);
  }

  #createRoutes(): ReadonlyMap<string, Route> {
    const { manager } = this;
    const getCredentials: Route = {
      operation: 'GetCredentials',
      run: async (request, decision) =>
        answer(200, renderCredentials(await manager.issueCredentials(request, decision))),
    };
    return new Map<string, Route>([
      ['GET /credentials', getCredentials],
      ['POST /credentials', getCredentials],
      [
        'POST /applications',
        {
          operation: 'RegisterApplication',
          run: async (request, decision) => {
            const { stored, created } = await manager.register(request, decision);
            return answer(created ? 201 : 200, renderStored(stored));
          },
        },
      ],
      [
        'PUT /applications',
        {
          operation: 'ReplaceApplication',
          run: async (request, decision) =>
            answer(200, renderStored(await manager.replace(request, decision))),
        },
      ],
      [
        'GET /applications',
        {
          operation: 'ShowApplication',
          run: async (request, decision) => answer(200, renderStored(await manager.show(request, decision))),
        },
      ],
      [
        'DELETE /applications',
        {
          operation: 'DeregisterApplication',
          run: async (request, decision) =>
            answer(200, renderStored(await manager.deregister(request, decision))),
        },
      ],
    ]);
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

function answer(statusCode: number, body: unknown, headers: Record<string, string> = {}): Answer {
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

/** What a `credential_process` prints, and the session's tags: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
function renderCredentials({ credentials, tags }: IssuedCredentials) {
  return {
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiresAt).toISOString(),
    Tags: tags,
  };
}

function renderStored(stored: StoredRegistration) {
  return {
    ApplicationName: stored.applicationName,
    ApplicationRoleId: stored.applicationRoleId,
    ...renderRegistration(stored),
    ExternalId: stored.applicationName,
    ...(stored.accessRoleId !== undefined && { AccessRoleId: stored.accessRoleId }),
    ...(stored.sharedBy !== undefined && { SharedBy: stored.sharedBy }),
    ...(stored.revokedAt !== undefined && { RevokedAt: stored.revokedAt }),
    RegisteredAt: stored.registeredAt,
    Warnings: warningsOf(stored),
  };
}
