// The integration of a route: whether API Gateway may invoke the function, and what comes of it.
import type { Account } from '../account/account.ts';
import { authorizeService } from '../authorization/authorization.ts';
import { FunctionError } from '../lambda/execution-environment.ts';
import { TooManyRequests } from '../lambda/lambda-function.ts';
import { type EventOrigin, proxyEvent } from './event.ts';
import { type Exchange, GatewayError, type HttpAnswer } from './exchange.ts';
import { answerOf } from './result.ts';
import type { Route } from './route-table.ts';

/** A function takes 6 MB at most, and gives as much. */
const maxFunctionPayloadBytes = 6 * 1_024 * 1_024;

const apiGateway = 'apigateway.amazonaws.com';

/**
 * Invokes the route's function and resolves to its answer. Throws the answer that API Gateway gives when it
 * may not invoke it (500), it fails (500), answers something malformed (500), or is late (503); the reason
 * goes to the exchange.
 */
export async function invokeIntegration(
  account: Account,
  origin: EventOrigin,
  exchange: Exchange,
  route: Route,
): Promise<HttpAnswer> {
  const { lambdaFunction, qualifier, timeoutMs } = route.integration;
  const fail = (reason: string): GatewayError => {
    exchange.integrationError = reason;
    return new GatewayError(500, 'Internal Server Error', 'INTEGRATION_FAILURE');
  };
  requirePermission(account, origin, { route, method: exchange.request.method }, fail);

  const event = proxyEvent(exchange, origin);
  if (Buffer.byteLength(JSON.stringify(event)) > maxFunctionPayloadBytes) {
    throw new GatewayError(413, 'Request Entity Too Large', 'REQUEST_TOO_LARGE');
  }
  const startedMs = performance.now();
  const late = AbortSignal.timeout(timeoutMs);
  const invocation = lambdaFunction.invoke(event, {
    qualifier,
    rootTraceId: exchange.rootTraceId,
    signal: late,
  });
  try {
    const payload = await Promise.race([invocation, rejectedBy(late)]);
    if (Buffer.byteLength(payload) > maxFunctionPayloadBytes) throw fail('the response exceeds 6 MB');
    const answer = answerOf(payload);
    if (!answer) throw fail('the Lambda function returned a malformed response');
    return answer;
  } catch (error) {
    if (late.aborted && error === late.reason) {
      exchange.integrationError = `the Lambda function did not answer in ${timeoutMs} ms`;
      throw new GatewayError(503, 'Service Unavailable', 'INTEGRATION_TIMEOUT');
    }
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    if (error instanceof TooManyRequests) {
      exchange.integrationError = 'the reserved concurrency of the Lambda function is used up';
      throw new GatewayError(503, 'Service Unavailable', 'INTEGRATION_FAILURE');
    }
    if (error instanceof FunctionError) throw fail(`${error.errorType}: ${error.message}`);
    throw error;
  } finally {
    exchange.integrationLatencyMs = Math.round(performance.now() - startedMs);
  }
}

/** API Gateway asks Lambda in its own name, for the route: what AWS::Lambda::Permission is about. */
function requirePermission(
  account: Account,
  { accountId, apiId }: EventOrigin,
  { route, method }: { readonly route: Route; readonly method: string },
  fail: (reason: string) => GatewayError,
): void {
  const { lambdaFunction, qualifier } = route.integration;
  // Of `$default` the key is all there is; `ANY` is whatever was sent.
  const [, path] = route.routeKey.split(' ');
  const resource = path === undefined ? route.routeKey : `${method}${path}`;
  const sourceArn = `arn:aws:execute-api:${account.region}:${accountId}:${apiId}/$default/${resource}`;
  const decision = authorizeService(account, apiGateway, lambdaFunction.resourcePolicy(qualifier), {
    action: 'lambda:InvokeFunction',
    resource: lambdaFunction.qualifiedArn(qualifier),
    context: { 'aws:SourceArn': sourceArn },
  });
  if (decision.allowed) return;
  account.trail.record({
    time: account.now(),
    service: 'lambda',
    operation: 'Invoke',
    callerArn: apiGateway,
    statusCode: 403,
    errorCode: 'AccessDeniedException',
    errorMessage: `${decision.reason} for ${sourceArn}`,
  });
  throw fail(
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. " +
      'Check the permissions and try again.',
  );
}

/** Never resolves. Its rejection is handled from the start: the race may be over before the time is. */
function rejectedBy(signal: AbortSignal): Promise<never> {
  const rejection = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  rejection.catch(() => {});
  return rejection;
}
