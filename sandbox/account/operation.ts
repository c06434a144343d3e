// What an operation of an AWS service is to the sandbox: one file each, services/<service>/<operation>.ts.
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, PolicyDocument } from '../identities/identity.ts';
import type { Account } from './account.ts';

/** A request read whole, its path and query still encoded as they were sent. */
export interface HttpRequest {
  readonly method: string;
  /** Encoded path, with no query. */
  readonly rawPath: string;
  /** Encoded query without `?`; empty where there is none. */
  readonly rawQuery: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
}

export interface OperationCall {
  /** The caller's. */
  readonly account: Account;
  /** `undefined` only for operations that are `unsigned`. */
  readonly caller: Caller;
  /** The request's parameters, by their names in the API reference. */
  readonly input: Record<string, unknown>;
  readonly request: HttpRequest;
  /** Of a fault: how many further requests do not see what the operation changes. Default 0. */
  readonly effectAfter?: number;
  /** Shows in the trail what a parameter alone does not tell; never a secret. */
  record(name: string, value: string): void;
}

/** What IAM is asked before an operation runs. */
export interface AuthorizationRequest {
  /** `s3:GetObject` */
  readonly action: string;
  /** The resource's ARN, or `*` for actions without resource types. */
  readonly resource: string;
  /** Further condition keys of this request, e.g. `s3:prefix`. */
  readonly context?: Record<string, string | string[]>;
  /** Of a resource to which identity policies lead only where its own policy says so (a KMS key), as it is evaluated. */
  readonly resourcePolicy?: PolicyDocument;
}

export interface Operation {
  /** True for operations that AWS offers without a signature (Cognito's InitiateAuth). */
  readonly unsigned?: boolean;
  /** Parameters that the trail shows, by name; none of them a secret. */
  readonly recorded?: readonly string[];
  /** What must be allowed. Absent where AWS asks for no permission (GetCallerIdentity), or where the operation decides by itself (AssumeRole). */
  readonly authorize?: (
    call: OperationCall,
  ) =>
    | AuthorizationRequest
    | readonly AuthorizationRequest[]
    | Promise<AuthorizationRequest | readonly AuthorizationRequest[]>;
  /** The output by its names in the API reference; throws `AwsError`. */
  readonly run: (call: OperationCall) => Promise<unknown> | unknown;
}
