// What a request is refused with while DynamoDB fails: nobody is taken for signed in.
import { PortalError } from '../portal-errors.ts';

export function unavailable(cause: unknown): PortalError {
  return new PortalError('StateUnavailable', 'the portal’s tables cannot be read or written', { cause });
}
