// A wire protocol of AWS: how a request names its operation, and how an answer or an error is written.
import type { HttpRequest } from '../account/operation.ts';
import type { AwsError } from '../aws-error.ts';

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Never ends: the client gets the status and the headers alone. */
  readonly stalls?: boolean;
}

export interface Invocation {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

export interface Protocol {
  /** `undefined` where the request names no operation. @throws AwsError for one that cannot be read */
  parse(request: HttpRequest): Invocation | undefined;
  answer(operation: string, output: unknown, request: HttpRequest): HttpAnswer;
  fail(error: AwsError, request: HttpRequest): HttpAnswer;
}
