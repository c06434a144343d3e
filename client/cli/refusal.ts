// What is told of a request that the broker, or whatever answered in its place, refused.
import type { SessionBrokerError } from '../library/errors.ts';
import { escaped } from './shown-text.ts';

/** Code and sentence of the broker, and what its operators find the request by. */
export function describeRefusal({ code, message, requestId }: SessionBrokerError): string {
  const id = requestId === undefined ? '' : ` (request ${escaped(requestId)})`;
  return `${code}: ${escaped(message)}${id}`;
}
