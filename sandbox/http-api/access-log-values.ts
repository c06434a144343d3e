// What a stage's access log can say of a request once it is answered.
import type { Account } from '../account/account.ts';
import type { AccessLogValues } from './access-log.ts';
import { commonLogTime, type Exchange, type GatewayError, type HttpAnswer } from './exchange.ts';
import type { HttpApi } from './http-api.ts';

export interface Outcome {
  readonly answer: HttpAnswer;
  readonly gatewayError: GatewayError | undefined;
  readonly responseLatencyMs: number;
}

export function accessLogValues(
  account: Account,
  { apiId }: HttpApi,
  exchange: Exchange,
  { answer, gatewayError, responseLatencyMs }: Outcome,
): AccessLogValues {
  const { request, route, caller, integrationError, integrationLatencyMs } = exchange;
  const domainName = (request.headers.host ?? '').replace(/:\d+$/, '');
  const reached = integrationLatencyMs !== undefined;
  return {
    requestId: request.requestId,
    extendedRequestId: request.requestId,
    requestTime: commonLogTime(exchange.startedAt),
    requestTimeEpoch: exchange.startedAt,
    apiId,
    accountId: account.accountId,
    stage: '$default',
    domainName,
    domainPrefix: domainName.split('.')[0] ?? '',
    httpMethod: request.method,
    path: exchange.path,
    protocol: exchange.protocol,
    status: answer.statusCode,
    responseLength: answer.body.length,
    responseLatency: responseLatencyMs,
    'identity.sourceIp': exchange.sourceIp,
    'identity.userAgent': request.headers['user-agent'] ?? '',
    ...(route && { routeKey: route.routeKey }),
    ...(caller && {
      'identity.accountId': caller.accountId,
      'identity.caller': caller.userId,
      'identity.user': caller.userId,
      'identity.userArn': caller.arn,
    }),
    ...(exchange.denialReason !== undefined && { 'authorizer.error': exchange.denialReason }),
    ...(gatewayError && {
      'error.message': gatewayError.message,
      'error.responseType': gatewayError.responseType,
    }),
    ...(integrationError !== undefined && {
      integrationErrorMessage: integrationError,
      'integration.error': integrationError,
    }),
    ...(reached && {
      integrationLatency: integrationLatencyMs,
      'integration.latency': integrationLatencyMs,
      ...(!gatewayError && { integrationStatus: 200, 'integration.status': 200 }),
    }),
  };
}
