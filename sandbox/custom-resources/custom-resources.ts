// Custom resources as CloudFormation asks for them: a function is invoked, and answers with a PUT to a signed address.
import { randomUUID } from 'node:crypto';
import type { Account } from '../account/account.ts';
import { authorize } from '../authorization/authorization.ts';
import type { Caller } from '../identities/identity.ts';
import type { Functions } from '../lambda/functions.ts';
import { type CustomResourceAnswer, ResponseAddresses } from './response-addresses.ts';

export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** `Status` FAILED, or no answer that could be one; what the answer says of the resource all the same. */
export class CustomResourceFailure extends Error {
  constructor(
    message: string,
    readonly physicalId: string | undefined,
  ) {
    super(message);
  }
}

export interface CustomResourceHost {
  readonly account: Account;
  readonly functions: Functions;
  /** Who deploys: CloudFormation invokes the function as he may. Default: the administrator. */
  readonly deployer?: Caller;
}

export class CustomResources {
  readonly #host: CustomResourceHost;
  #addresses: Promise<ResponseAddresses> | undefined;

  constructor(host: CustomResourceHost) {
    this.#host = host;
  }

  /**
   * Every scalar of the properties is sent as text, as CloudFormation does.
   * @throws CustomResourceFailure; Error where the function cannot be invoked
   */
  async send(request: CustomResourceRequest): Promise<CustomResourceAnswer> {
    const { lambdaFunction, qualifier } = this.#functionOf(request);
    this.#addresses ??= ResponseAddresses.open();
    const address = (await this.#addresses).issue();
    const event = { ...asText(request), RequestId: randomUUID(), ResponseURL: address.url };
    const failure = await lambdaFunction.invoke(event, { qualifier }).then(
      () => undefined,
      (error: Error) => error,
    );
    const answer = address.take();
    if (!answer) {
      // CloudFormation would wait for its answer until ServiceTimeout.
      const how = failure ? `failed: ${failure.message}` : 'ended without an answer';
      throw new CustomResourceFailure(`the function of the custom resource ${how}`, undefined);
    }
    return checked(answer, event, request);
  }

  async close(): Promise<void> {
    await (await this.#addresses)?.close();
  }

  #functionOf({ ResourceProperties: { ServiceToken } }: CustomResourceRequest) {
    const { account, functions, deployer } = this.#host;
    const token = String(ServiceToken);
    if (
      !/^arn:[^:]+:lambda:[^:]+:\d{12}:function:/.test(token) ||
      token.split(':')[4] !== account.accountId
    ) {
      throw new Error(`the ServiceToken must be a Lambda function of the account, not ${token}`);
    }
    const found = functions.find(token);
    const caller = deployer ?? administratorOf(account);
    const decision = authorize(account, caller, { action: 'lambda:InvokeFunction', resource: token });
    if (!decision.allowed) throw new Error(decision.reason);
    return found;
  }
}

function administratorOf({ identities }: Account): Caller {
  const found = identities.findAccessKey(identities.administrator.accessKeyId);
  return (found as { caller: Caller }).caller;
}

/** @throws CustomResourceFailure in CloudFormation's words */
function checked(
  answer: CustomResourceAnswer,
  event: { readonly RequestId: string },
  request: CustomResourceRequest,
): CustomResourceAnswer {
  const { Status, Reason, PhysicalResourceId, problem } = answer;
  const fail = (message: string) => new CustomResourceFailure(message, PhysicalResourceId);
  const expected = { ...request, ...event } as Readonly<Record<string, unknown>>;
  const given = answer as unknown as Readonly<Record<string, unknown>>;
  if (problem !== undefined) throw fail(problem);
  for (const field of ['StackId', 'RequestId', 'LogicalResourceId']) {
    if (given[field] !== expected[field])
      throw fail(`Invalid ${field} in the response of the custom resource`);
  }
  if (typeof PhysicalResourceId !== 'string' || PhysicalResourceId === '') {
    throw new CustomResourceFailure('Invalid PhysicalResourceId', undefined);
  }
  if (Status === 'SUCCESS') return answer;
  if (Status !== 'FAILED' || !Reason)
    throw fail('Vendor response doesn’t contain Status, or Reason where it FAILED');
  throw fail(
    `Received response status [FAILED] from custom resource. Message returned: ${Reason} (RequestId: ${event.RequestId})`,
  );
}

function asText<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'number' || typeof inner === 'boolean' ? String(inner) : inner,
    ),
  ) as T;
}
