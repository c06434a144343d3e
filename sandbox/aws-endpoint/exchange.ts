// One request to one service of the AWS endpoint, from its signature to the line in the trail.
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../account/account.ts';
import type { AuthorizationRequest, HttpRequest, OperationCall } from '../account/operation.ts';
import type { Service } from '../account/service.ts';
import { behalfOf } from '../account/trail.ts';
import { authorize } from '../authorization/authorization.ts';
import { authorizeByResource } from '../authorization/resource-policy.ts';
import { AwsError } from '../aws-error.ts';
import type { Caller } from '../identities/identity.ts';
import type { HttpAnswer, Invocation, Protocol } from '../protocols/protocol.ts';
import { verifySignature } from '../signatures/signature.ts';
import { protocolOf } from './protocol-of.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const SKEW_MS = 15 * 60 * 1000;

/** Verifies, authorizes, meets the faults injected, runs the operation, and records the call in the trail. */
export class Exchange {
  readonly #account: Account;
  readonly #service: Service;
  readonly #request: HttpRequest;
  readonly #protocol: Protocol;
  #operation = 'unknown';
  #caller: Caller | undefined;
  #recorded: Record<string, string> | undefined;

  constructor(account: Account, service: Service, request: HttpRequest) {
    this.#account = account;
    this.#service = service;
    this.#request = request;
    this.#protocol = protocolOf(service);
  }

  /** `undefined` where a fault cuts the connection. */
  async answer(): Promise<HttpAnswer | undefined> {
    try {
      const answer = await this.#run();
      this.#record(answer?.statusCode ?? 0);
      return answer;
    } catch (error) {
      const awsError = this.#awsError(error);
      const answer = this.#protocol.fail(awsError, this.#request);
      this.#record(answer.statusCode, awsError);
      return answer;
    }
  }

  async #run(): Promise<HttpAnswer | undefined> {
    const { name, operations } = this.#service;
    const invocation = this.#protocol.parse(this.#request);
    this.#operation = invocation?.operation ?? `${this.#request.method} ${this.#request.rawPath}`;
    const operation = Object.hasOwn(operations, this.#operation) ? operations[this.#operation] : undefined;
    if (!invocation || !operation) {
      throw new AwsError('NotImplemented', `The sandbox does not have ${name} ${this.#operation}.`, 501);
    }
    if (!operation.unsigned) {
      this.#caller = await verifySignature(this.#request, {
        account: this.#account,
        service: name,
        skewMs: SKEW_MS,
      });
    }
    const call = this.#call(invocation);
    this.#recorded = operation.recorded && pick(call.input, operation.recorded);
    this.#requireService(call.account);
    this.#requireAuthorization(call, [(await operation.authorize?.(call)) ?? []].flat());
    const fault = this.#account.faults.take(name, this.#operation);
    if (fault?.delayMs !== undefined) await delay(fault.delayMs);
    if (fault?.disconnect) return undefined;
    if (fault?.error) throw new AwsError(fault.error.code, fault.error.message, fault.error.statusCode);
    if (fault?.stall) return { statusCode: 200, headers: {}, body: '', stalls: true };
    if (fault?.garbage !== undefined) {
      return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: fault.garbage };
    }
    const late = fault?.effectAfter === undefined ? call : { ...call, effectAfter: fault.effectAfter };
    return this.#protocol.answer(this.#operation, await operation.run(late), this.#request);
  }

  #call({ input }: Invocation): OperationCall {
    return {
      account: this.#account.all.get(this.#caller?.accountId ?? '') ?? this.#account,
      // An unsigned operation does not look at its caller.
      caller: this.#caller as Caller,
      input,
      request: this.#request,
      record: (name, value) => {
        this.#recorded = { ...this.#recorded, [name]: value };
      },
    };
  }

  #requireService({ accountId, isFirst }: Account): void {
    const { name, inEveryAccount = false } = this.#service;
    if (isFirst || inEveryAccount) return;
    throw new AwsError('NotImplemented', `The sandbox has no service ${name} in account ${accountId}.`, 501);
  }

  #requireAuthorization({ account, caller }: OperationCall, requests: readonly AuthorizationRequest[]): void {
    for (const request of requests) {
      const { resourcePolicy } = request;
      const decision = resourcePolicy
        ? authorizeByResource(account, caller, { ...request, resourcePolicy })
        : authorize(account, caller, request);
      if (!decision.allowed) throw new AwsError('AccessDenied', decision.reason, 403);
    }
  }

  /** Anything but an `AwsError` is a bug of the sandbox: told on stderr, and to the caller only that it happened. */
  #awsError(error: unknown): AwsError {
    if (error instanceof AwsError) return error;
    const stack = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`sandbox: ${this.#service.name} ${this.#operation} failed: ${stack}\n`);
    return new AwsError(
      'InternalFailure',
      'The request processing has failed because of an unknown error.',
      500,
    );
  }

  #record(statusCode: number, error?: AwsError): void {
    const { method, rawPath: path } = this.#request;
    const event = {
      time: this.#account.now(),
      service: this.#service.name,
      operation: this.#operation,
      callerArn: this.#caller?.arn,
      ...behalfOf(this.#caller),
      statusCode,
      ...(error && { errorCode: error.code, errorMessage: error.message }),
      ...(error?.reason !== undefined && { reason: error.reason }),
      ...(this.#recorded && { parameters: this.#recorded }),
    };
    this.#account.trail.record(event, { method, path });
  }
}

/** Those of the parameters that the request has. */
function pick(input: Record<string, unknown>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (input[name] === undefined ? [] : [[name, String(input[name])]])),
  );
}
