// The sandbox's CloudTrail: what was called, by whom, and why it was refused.
import type { Caller } from '../identities/identity.ts';

export interface TrailEvent {
  readonly time: number;
  /** `sts`, `s3`, `execute-api`, `lambda`, … */
  readonly service: string;
  /** `AssumeRole`, `POST /applications`, … */
  readonly operation: string;
  /** `undefined` where no caller could be told. */
  readonly callerArn: string | undefined;
  /** Whom the caller's session acts for, where it was assumed with a context assertion. */
  readonly onBehalfOf?: { readonly userId: string; readonly identityStoreArn: string };
  readonly statusCode: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** Why, where the answer does not say or the code tells too little: AssumeRole never tells what denied it. */
  readonly reason?: string;
  /** What was asked for, as far as the operation has it recorded. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The request that an event is of: its path as it was sent, without the query. */
export interface TrailRequest {
  readonly method: string;
  readonly path: string;
}

/** What the trail shows of a caller: `onBehalfOf`, where there is one, as CloudTrail has it in `userIdentity`. */
export function behalfOf(caller: Caller | undefined): Pick<TrailEvent, 'onBehalfOf'> {
  if (caller?.kind !== 'session' || !caller.identityContext) return {};
  const { userId, identityStoreArn } = caller.identityContext;
  return { onBehalfOf: { userId, identityStoreArn } };
}

type Follower = (event: TrailEvent, request: TrailRequest) => void;

export class Trail {
  readonly #events: TrailEvent[] = [];
  readonly #followers: Follower[] = [];

  /**
   * Keeps the newest 10,000. Never holds a secret, a session token or a JWT.
   * @param request absent for what is part of another request
   */
  record(event: TrailEvent, request?: TrailRequest): void {
    this.#events.push(event);
    if (this.#events.length > 10_000) this.#events.splice(0, 1_000);
    if (request) for (const follow of this.#followers) follow(event, request);
  }

  /** Told of every request from now on. */
  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  get events(): readonly TrailEvent[] {
    return this.#events;
  }
}
