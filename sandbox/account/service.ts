// What an AWS service is to the sandbox: its name, its wire protocol and its operations.
import type { HttpRequest, Operation } from './operation.ts';

interface ServiceBase {
  /** As in the credential scope of a signature: `sts`, `s3`, `cognito-idp`, … */
  readonly name: string;
  /** Whether accounts beside the first have it too. Default false: there it is answered 501 by name. */
  readonly inEveryAccount?: boolean;
  /** By their names in the API reference. */
  readonly operations: Readonly<Record<string, Operation>>;
}

/**
 * Form-encoded requests with `Action`, XML answers. Lists arrive as arrays (`Tags.member.1.Key` is
 * `Tags[0].Key`), every scalar as a string; arrays of the output are written as `member` elements.
 */
export interface QueryService extends ServiceBase {
  readonly protocol: 'query';
  readonly xmlNamespace: string;
}

/** The operation in `X-Amz-Target`, JSON in and out. */
export interface JsonService extends ServiceBase {
  readonly protocol: 'json';
  /** What precedes the dot of `X-Amz-Target`: `DynamoDB_20120810`. */
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
}

/** The operation in method, path and query (S3). Its operations return a `RestXmlOutput`. */
export interface RestXmlService extends ServiceBase {
  readonly protocol: 'rest-xml';
  readonly xmlNamespace: string;
  /** Whether the request is for this service, of several that are signed by one name. Default: every request is. */
  readonly isMeant?: (request: HttpRequest) => boolean;
  /** Whether an error stands in an `ErrorResponse`. Default false, as S3 has it. */
  readonly wrapsErrors?: boolean;
  /** The operation that a request means, with its input by the API reference's names; `undefined` for one that is not known. */
  readonly route: (
    request: HttpRequest,
  ) => { readonly operation: string; readonly input: Record<string, unknown> } | undefined;
}

/** The operation in method, path and query, JSON in and out. */
export interface RestJsonService extends ServiceBase {
  readonly protocol: 'rest-json';
  /** The operation that a request means, by its method, its path and its query; `undefined` for one that is not known. */
  readonly operationOf: (request: HttpRequest) => string | undefined;
}

/** A service is a noun of `services/<service>/service.ts`; what it leaves out is answered 501 by name. */
export type Service = QueryService | JsonService | RestJsonService | RestXmlService;

/** A service that is loaded when it is first asked for: most sandboxes never are, and its many files would slow every start. */
export interface LateService {
  readonly name: string;
  readonly protocol: Service['protocol'];
  /** Of a `JsonService`. */
  readonly targetPrefix?: string;
  readonly load: () => Promise<Service>;
}

/** What an operation of a `RestXmlService` returns; a `body` and `xml` exclude each other. */
export interface RestXmlOutput {
  /** Default 200. */
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** One root element; arrays are repeated elements: `{ ListBucketResult: { Contents: [{ Key: 'a' }] } }`. */
  readonly xml?: Readonly<Record<string, unknown>>;
}
