// The form that a browser posts for the identity provider: one response, in base64. RelayState is not read: the way back is the portal's own.
import { SignInError } from '../sign-in/sign-in-error.ts';

/** Of the base64: an answer with a thousand groups has a third of it. */
const MAX_LENGTH = 262_144;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The text of the one response.
 *
 * @throws SignInError ResponseTooLarge, ResponseMalformed
 */
export function responseTextOf(form: URLSearchParams): string {
  const [response = '', ...others] = form.getAll('SAMLResponse');
  if (response === '') throw malformed('the form has no SAMLResponse');
  if (others.length > 0) throw malformed('the form has more than one SAMLResponse');
  if (response.length > MAX_LENGTH) {
    throw new SignInError('ResponseTooLarge', `the response is longer than ${MAX_LENGTH} characters`);
  }
  const compact = response.replace(/[\r\n]/g, '');
  // The last check: some bits of the last character may be anything to a decoder.
  if (!base64.test(compact) || Buffer.from(compact, 'base64').toString('base64') !== compact) {
    throw malformed('the response is not base64');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw malformed('the response is not UTF-8');
  }
}

function malformed(message: string): SignInError {
  return new SignInError('ResponseMalformed', message);
}
