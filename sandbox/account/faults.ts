// Failures that a test injects: an operation failing, slow or throttled.

/** Matches calls by service and, where given, operation; the first that matches applies. */
export interface Fault {
  /** `sts`, `dynamodb`, `jwks`, … */
  readonly service: string;
  readonly operation?: string;
  /** Called when a call meets this fault, before anything else happens to the call. */
  readonly onMatch?: () => void;
  /** Waits this long before the answer, or before the failure. */
  readonly delayMs?: number;
  /** Answers with this error and does not run the operation. */
  readonly error?: { code: string; message: string; statusCode: number };
  /** Answers 200 with this text and does not run the operation. */
  readonly garbage?: string;
  /** Answers 200 with its headers and no end of the body, until the client goes away; does not run the operation. */
  readonly stall?: boolean;
  /**
   * The operation runs, and what it changes is seen only after so many further requests that go by it: the propagation of S3 Access
   * Grants, where `CreateAccessGrant` and `DeleteAccessGrant` are seen after so many of `GetDataAccess`. No other operation has it.
   */
  readonly effectAfter?: number;
  /** Cuts the connection without an answer. */
  readonly disconnect?: boolean;
  /** How often it applies; endless where absent. */
  readonly times?: number;
}

export class Faults {
  readonly #active: { fault: Fault; left: number }[] = [];

  /** Injects a fault; the function that comes back ends it. */
  inject(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#active.push(entry);
    return () => {
      const at = this.#active.indexOf(entry);
      if (at >= 0) this.#active.splice(at, 1);
    };
  }

  /** The fault that this call meets, used up by one where it is counted. */
  take(service: string, operation: string): Fault | undefined {
    const entry = this.#active.find(
      ({ fault, left }) =>
        left > 0 &&
        fault.service === service &&
        (fault.operation === undefined || fault.operation === operation),
    );
    if (!entry) return undefined;
    entry.left -= 1;
    entry.fault.onMatch?.();
    return entry.fault;
  }
}
