// The exchange of a code for credentials: the program to the portal, without the browser. RFC 6749, section 4.1.3.
import { type HttpAnswer, send } from '../http-client.ts';

export interface Exchanged {
  /** Ends in a slash. */
  readonly portal: URL;
  readonly service: string;
  readonly code: string;
  readonly codeVerifier: string;
}

/** What a portal answered: a document, or why not. */
export type Answered =
  | { readonly document: Readonly<Record<string, unknown>> }
  | {
      readonly refusal: {
        readonly code: string;
        readonly message: string;
        readonly requestId?: string | undefined;
      };
    }
  /** Whatever answered is no portal. */
  | { readonly status: number };

/**
 * Once, and never again: a code counts once.
 *
 * @throws NoAnswer
 */
export async function exchangeCode({ portal, service, code, codeVerifier }: Exchanged): Promise<Answered> {
  const answer = await send({
    url: new URL(`${service}/credentials`, portal).href,
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ code, code_verifier: codeVerifier }).toString(),
  });
  return answeredBy(answer);
}

export function answeredBy({ status, text }: Pick<HttpAnswer, 'status' | 'text'>): Answered {
  const document = parsed(text);
  if (!document) return { status };
  if (status === 200) return { document };
  const { code, message, requestId } = document;
  const isRefusal = typeof code === 'string' && /^[A-Z]\w{1,63}$/.test(code) && typeof message === 'string';
  if (!isRefusal) return { status };
  return { refusal: { code, message, ...(typeof requestId === 'string' && { requestId }) } };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
