// Why a request to the HTTP API was not served, in a word that tells it apart: the client's answer may not.
import type { Exchange, GatewayError, HttpAnswer } from './exchange.ts';

/** `undefined` where it was served, or where nobody says why. */
export function refusalOf(
  { refusal, denialReason, integrationError }: Exchange,
  answer: HttpAnswer,
  gatewayError: GatewayError | undefined,
): string | undefined {
  if (!gatewayError) return answer.statusCode < 400 ? undefined : refusalIn(answer);
  switch (gatewayError.statusCode) {
    case 404:
      return `unknown route: ${denialReason ?? 'the API has no such path, or not with this method'}`;
    case 429:
      return 'throttled by the gateway, not by a usage plan';
    default:
      return refusal ?? denialReason ?? integrationError ?? gatewayError.message;
  }
}

/** What the function says itself, in the shape of the broker's refusals. */
function refusalIn({ body }: HttpAnswer): string | undefined {
  try {
    const { code, message } = JSON.parse(body.toString()) as Record<string, unknown>;
    return typeof code === 'string' && /^\w{1,64}$/.test(code) ? `${code}: ${message}` : undefined;
  } catch {
    return undefined;
  }
}
