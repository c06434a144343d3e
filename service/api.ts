// The API: routes, answers and the one place where a refusal becomes an HTTP response.
import { Router } from '@aws-lambda-powertools/event-handler/http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Audit, Decision, Operation } from './audit.ts';
import type { CredentialsManager } from './credentials-manager.ts';
import { withinBudget } from './deadline.ts';
import { BrokerError } from './errors.ts';
import { renderRegistration } from './registration.ts';
import { type BrokerRequest, readRequest } from './request.ts';
import type { StoredRegistration } from './stored-registration.ts';
import type { TemporaryCredentials } from './temporary-credentials.ts';
import { rateLimitHeaders, TooManyRequests } from './too-many-requests.ts';
import { warningsOf } from './warnings.ts';

type Answer = APIGatewayProxyStructuredResultV2 & { readonly statusCode: number; readonly body: string };

/** The event as the router sees it: method and path. Everything else stays in `brokerRequest`. */
type RoutedEvent = APIGatewayProxyEventV2 & { readonly brokerRequest: BrokerRequest };

export class Api {
  readonly #router: Router;

  constructor(
    private readonly manager: CredentialsManager,
    private readonly audit: Audit,
    private readonly options: { readonly requestBudgetMs: number },
  ) {
    this.#router = this.#createRouter();
  }

  /** Answers every event, whatever it is; never rejects. */
  async handle(event: unknown, context: Context): Promise<Answer> {
    let request: BrokerRequest;
    try {
      request = readRequest(event);
    } catch (error) {
      return answerError(error as BrokerError, context.awsRequestId);
    }
    if (!isRoutable(request)) return answerError(noSuchRoute(), request.requestId);
    return (await this.#router.resolve(routedEvent(request), context)) as Answer;
  }

  #createRouter(): Router {
    const { manager } = this;
    const router = new Router();
    const route = (
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      path: `/${string}`,
      operation: Operation,
      run: (request: BrokerRequest, decision: Decision) => Promise<Answer>,
    ) =>
      router.route(({ event }) => this.#decide(operation, (event as RoutedEvent).brokerRequest, run), {
        method,
        path,
      });

    const issue = async (request: BrokerRequest, decision: Decision) =>
      answer(200, renderCredentials(await manager.issueCredentials(request, decision)));
    route('GET', '/credentials', 'GetCredentials', issue);
    route('POST', '/credentials', 'GetCredentials', issue);
    route('POST', '/applications', 'RegisterApplication', async (request, decision) => {
      const { stored, created } = await manager.register(request, decision);
      return answer(created ? 201 : 200, renderStored(stored));
    });
    route('PUT', '/applications', 'ReplaceApplication', async (request, decision) =>
      answer(200, renderStored(await manager.replace(request, decision))),
    );
    route('GET', '/applications', 'ShowApplication', async (request, decision) =>
      answer(200, renderStored(await manager.show(request, decision))),
    );
    route('DELETE', '/applications', 'DeregisterApplication', async (request, decision) =>
      answer(200, renderStored(await manager.deregister(request, decision))),
    );

    const noRoute = async (_: Error, { event }: { event: unknown }) =>
      answerError(noSuchRoute(), (event as RoutedEvent).brokerRequest.requestId);
    router.notFound(noRoute);
    router.methodNotAllowed(noRoute);
    return router;
  }

  /** Runs one operation and records its decision, whichever it is. */
  async #decide(
    operation: Operation,
    request: BrokerRequest,
    run: (request: BrokerRequest, decision: Decision) => Promise<Answer>,
  ): Promise<Answer> {
    const decision = this.audit.begin(operation, request.requestId);
    const running = run(request, decision);
    try {
      const result = await withinBudget(this.options.requestBudgetMs, running);
      this.audit.allowed(decision);
      return result;
    } catch (error) {
      const refusal = this.audit.refused(decision, error);
      if (refusal.code === 'DeadlineExceeded') {
        running.then(
          () => this.audit.carriedOutLate(decision),
          () => undefined,
        );
      }
      return answerError(refusal, request.requestId);
    }
  }
}

/**
 * The router makes a web Request of the event. It is given no header, query or body: no copy of the token
 * is made, and a GET that has a body is no exception.
 */
function routedEvent(request: BrokerRequest): RoutedEvent {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: request.path,
    rawQueryString: '',
    headers: {},
    requestContext: { http: { method: request.method }, domainName: 'broker' },
    isBase64Encoded: false,
    brokerRequest: request,
  } as unknown as RoutedEvent;
}

/** Whether the router's web Request can express it; no route of this API lies beyond. */
function isRoutable({ method, path }: BrokerRequest): boolean {
  return /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) && /^(\/[\w-]+)+$/.test(path);
}

function noSuchRoute(): BrokerError {
  return new BrokerError('RouteNotFound', 'there is no such route');
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

function renderCredentials(credentials: TemporaryCredentials) {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiresAt).toISOString(),
  };
}

function renderStored(stored: StoredRegistration) {
  return {
    ApplicationName: stored.applicationName,
    ...renderRegistration(stored),
    ExternalId: stored.applicationName,
    RegisteredAt: stored.registeredAt,
    Warnings: warningsOf(stored),
  };
}
