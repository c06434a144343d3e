// An answer of the API as a finding tells it.
import type { BrokerAnswer } from '../client/broker-client.ts';

/** Status and code; nothing else of a body, which may be anybody's. */
export function told({ status, body: { code, message, AccessKeyId } }: BrokerAnswer): string {
  if (AccessKeyId !== undefined) return `${status} with credentials`;
  if (/^\w{1,64}$/.test(String(code ?? ''))) return `${status} ${code}`;
  return message === 'Forbidden' ? `${status} Forbidden` : String(status);
}
