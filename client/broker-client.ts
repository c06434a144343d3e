// A client of the broker's HTTP API: signs with SigV4, as any application would do it.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { send } from './http-client.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface BrokerAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly elapsedMs: number;
}

export interface BrokerCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without a slash before it: the endpoint ends in one. */
  readonly path: 'applications' | 'credentials' | 'grants' | 'grants';
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Where the API is: `endpoint` ends in a slash. */
export interface Api {
  readonly endpoint: string;
  readonly region: string;
  /** `NAME:PORT:ADDRESS`: where the endpoint's name is, if no resolver knows it. What is signed is the name. */
  readonly resolve?: string | undefined;
  /** Of every call; default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** The answer is no JSON: neither the broker's nor API Gateway's. */
export class ForeignAnswer extends SyntaxError {
  constructor(readonly status: number) {
    super(`the answer ${status} is no JSON`);
    this.name = 'ForeignAnswer';
  }
}

/** Credentials as STS and the broker name them. Throws where there are none. */
export function credentialsOf(body: object): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken } = body as Record<string, string | undefined>;
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('the answer holds no credentials');
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** Whether nothing is registered any more after this answer to a deregistration. */
export function leavesNothingRegistered({ status, body }: BrokerAnswer): boolean {
  return status === 200 || (status === 404 && body['code'] === 'ApplicationNotFound');
}

/** The call as an HTTP request; unsigned where no credentials are given. */
export async function requestFor({ endpoint, region }: Api, call: BrokerCall, credentials?: Credentials) {
  const url = new URL(call.path, endpoint);
  url.search = new URLSearchParams(call.query).toString();
  const request = {
    method: call.method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    path: url.pathname,
    query: { ...call.query },
    headers: { host: url.host, ...(call.body !== undefined && { 'content-type': 'application/json' }) },
    ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
  };
  const signer =
    credentials && new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  const { headers } = signer ? await signer.sign(request) : request;
  return {
    url: url.href,
    method: call.method,
    headers: headers as Record<string, string>,
    ...(request.body !== undefined && { body: request.body }),
  };
}

/**
 * Calls the API.
 * @throws NoAnswer, ForeignAnswer
 */
export async function callBroker(
  api: Api,
  call: BrokerCall,
  credentials?: Credentials,
): Promise<BrokerAnswer> {
  const request = await requestFor(api, call, credentials);
  const startedAt = performance.now();
  const { status, headers, text } = await send(request, api);
  return {
    status,
    headers,
    body: bodyOf(status, text),
    elapsedMs: performance.now() - startedAt,
  };
}

function bodyOf(status: number, text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new ForeignAnswer(status);
  }
}
