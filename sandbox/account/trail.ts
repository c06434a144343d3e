// The sandbox's CloudTrail: what was called, by whom, and why it was refused.
export interface TrailEvent {
  readonly time: number;
  /** `sts`, `s3`, `execute-api`, `lambda`, … */
  readonly service: string;
  /** `AssumeRole`, `POST /applications`, … */
  readonly operation: string;
  /** `undefined` where no caller could be told. */
  readonly callerArn: string | undefined;
  readonly statusCode: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** Why, where the answer does not say: AssumeRole never tells what denied it. */
  readonly reason?: string;
  /** What was asked for, as far as the operation has it recorded. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export class Trail {
  readonly #events: TrailEvent[] = [];

  /** Keeps the newest 10,000. Never holds a secret, a session token or a JWT. */
  record(event: TrailEvent): void {
    this.#events.push(event);
    if (this.#events.length > 10_000) this.#events.splice(0, 1_000);
  }

  get events(): readonly TrailEvent[] {
    return this.#events;
  }
}
