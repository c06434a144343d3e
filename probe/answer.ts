// An answer of the API as a finding tells it, and whose it is.
import type { BrokerAnswer } from '../client/broker-client.ts';

export const FORBIDDEN = '403 Forbidden of API Gateway';

/** What API Gateway says by itself, without asking the broker. */
const ofTheGateway: ReadonlySet<unknown> = new Set([
  'Forbidden',
  'Not Found',
  'Too Many Requests',
  'Internal Server Error',
  'Service Unavailable',
]);

/** Status and code, which only the broker has; nothing else of a body, which may be anybody's. */
export function told({ status, body: { code, message, AccessKeyId } }: BrokerAnswer): string {
  if (AccessKeyId !== undefined) return `${status} with credentials`;
  if (/^\w{1,64}$/.test(String(code ?? ''))) return `${status} ${code}`;
  return ofTheGateway.has(message) ? `${status} ${message} of API Gateway` : foreign(status);
}

/** Of a proxy, a firewall or another server under that name. */
export function foreign(status: number): string {
  return `${status} of neither API Gateway nor the broker`;
}
