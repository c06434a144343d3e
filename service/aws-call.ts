// A call of AWS that the function has no client for: signed by SigV4, answered as text, within its time.

import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpHandlerOptions } from '@smithy/types';
import type { Clock } from './clock.ts';

export interface AwsCall {
  /** The name that it is signed for: `s3`, `sso-oauth`. */
  readonly signingName: string;
  readonly region: string;
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly url: URL;
  /** In lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly credentials: AwsCallCredentials;
}

export interface AwsCallCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface AwsAnswer {
  readonly statusCode: number;
  readonly body: string;
}

/** Rejects where there is no answer, or one that is longer than any that AWS gives. */
export type SendAwsCall = (call: AwsCall) => Promise<AwsAnswer>;

/** What the SDK's clients send by: of `@smithy/node-http-handler`. */
export interface HttpHandler {
  handle(request: HttpRequest, options?: HttpHandlerOptions): Promise<{ response: HttpResponse }>;
}

const MAX_ANSWER_BYTES = 1024 * 1024;

export function awsCallsThrough(handler: HttpHandler, now: Clock): SendAwsCall {
  return async ({ signingName, region, method, url, headers, body, credentials }) => {
    const request = new HttpRequest({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== '' && { port: Number(url.port) }),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, ...headers },
      body,
    });
    const signer = new SignatureV4({
      service: signingName,
      region,
      credentials,
      sha256: Hash.bind(null, 'sha256'),
    });
    const signed = await signer.sign(request, { signingDate: new Date(now()) });
    const { response } = await handler.handle(HttpRequest.clone(signed as HttpRequest));
    return { statusCode: response.statusCode, body: await textOf(response) };
  };
}

async function textOf({ body }: HttpResponse): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES)
      throw new Error(`an answer of AWS is longer than ${MAX_ANSWER_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
