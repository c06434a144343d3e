// The parts that the sandbox uses of packages that have no types.

declare module 'express' {
  import type { IncomingMessage, Server, ServerResponse } from 'node:http';

  export interface Request extends IncomingMessage {
    readonly query: Readonly<Record<string, unknown>>;
    /** Absent where no form was posted. */
    readonly body?: Readonly<Record<string, unknown>>;
    readonly params: Readonly<Record<string, string>>;
  }
  export interface Response extends ServerResponse {
    status(code: number): Response;
    set(headers: Readonly<Record<string, string>>): Response;
    send(body: string): Response;
  }
  export type Handler = (
    request: Request,
    response: Response,
    next: (error?: unknown) => void,
  ) => void | Promise<void>;
  export type ErrorHandler = (
    error: unknown,
    request: Request,
    response: Response,
    next: (error?: unknown) => void,
  ) => void;
  export interface Express {
    disable(setting: string): void;
    get(path: string, ...handlers: Handler[]): void;
    post(path: string, ...handlers: Handler[]): void;
    use(handler: ErrorHandler): void;
    use(path: string, handler: Handler): void;
    listen(port: number, host: string): Server;
  }
  function express(): Express;
  namespace express {
    function urlencoded(options: { extended: boolean }): Handler;
  }
  export = express;
}

declare module 'samlp' {
  import type { Handler, Request } from 'express';

  interface AuthnRequest {
    readonly issuer?: string;
    readonly assertionConsumerServiceURL?: string;
  }
  const samlp: {
    auth(options: Readonly<Record<string, unknown>>): Handler;
    metadata(options: Readonly<Record<string, unknown>>): Handler;
    parseRequest(request: Request, done: (error: unknown, parsed?: AuthnRequest) => void): void;
  };
  export = samlp;
}

declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  import type { Handler } from 'express';

  interface Grant {
    addOIDCScope(scope: string): void;
    addOIDCClaims(claims: readonly string[]): void;
    save(): Promise<string>;
  }
  export interface Interaction {
    /** The one that the browser had before. */
    session?: { readonly uid: string } | undefined;
    /** Seconds since the epoch. */
    readonly exp: number;
    save(seconds: number): Promise<unknown>;
  }
  export interface Context {
    type: string;
    body: string;
    readonly oidc: {
      readonly result?: { readonly login?: object };
      readonly client: { readonly clientId: string };
      readonly session: { readonly accountId: string };
      readonly provider: Provider;
    };
  }
  export class Provider {
    readonly Grant: new (of: {
      clientId: string;
      accountId: string;
    }) => Grant;
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    callback(): Handler;
    readonly Session: { findByUid(uid: string): Promise<{ destroy(): Promise<void> } | undefined> };
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { readonly login: { readonly accountId: string; readonly remember: boolean } },
      options: { readonly mergeWithLastSubmission: boolean },
    ): Promise<void>;
    on(event: 'server_error', listener: (context: unknown, error: Error) => void): void;
  }
  export namespace interactionPolicy {
    class Check {
      static readonly REQUEST_PROMPT: boolean;
      static readonly NO_NEED_TO_PROMPT: boolean;
      constructor(reason: string, description: string, check: (context: Context) => boolean);
    }
    interface Prompt {
      readonly checks: { add(check: Check): void; remove(reason: string): void };
    }
    function base(): { get(name: string): Prompt };
  }
}
