// The place of a story: a sandbox of its own, what its clients need, and what was refused there.
import type { ClientConfig } from '../../client/account/clients.ts';
import type { TrailEvent } from '../../sandbox/account/trail.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** How the stacks' names of an environment of cdk.json end: `Production`. */
export function environmentNameOf(environment: string): string {
  return environment.charAt(0).toUpperCase() + environment.slice(1).toLowerCase();
}

/** @throws Error for a variable that the sandbox does not export */
export function variable({ environment }: Pick<Sandbox, 'environment'>, name: string): string {
  const value = environment[name];
  if (value === undefined) throw new Error(`the sandbox exports no ${name}`);
  return value;
}

/** Of the sandbox's administrator. */
export function clientConfigOf(sandbox: Pick<Sandbox, 'environment'>): ClientConfig {
  return {
    region: variable(sandbox, 'AWS_REGION'),
    endpoint: variable(sandbox, 'AWS_ENDPOINT_URL'),
    credentials: {
      accessKeyId: variable(sandbox, 'AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable(sandbox, 'AWS_SECRET_ACCESS_KEY'),
    },
    forcePathStyle: true,
  };
}

/**
 * Calls that were refused or failed since the last time this was asked, newest last.
 * @param meant those that tell something; default: all
 */
export function refusalsSince(
  { account }: Pick<Sandbox, 'account'>,
  meant: (events: readonly TrailEvent[]) => readonly TrailEvent[] = (events) => events,
): () => string[] {
  let seen = 0;
  return () => {
    const { events } = account.trail;
    const fresh = events.slice(Math.min(seen, events.length));
    seen = events.length;
    return meant(fresh).flatMap(({ service, operation, errorCode, errorMessage }) =>
      // An answer of the function's own is no error of the gateway's, and the story has it already.
      errorCode ? [`${service} ${operation}: ${errorCode} ${errorMessage ?? ''}`.trimEnd()] : [],
    );
  };
}
