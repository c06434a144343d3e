// Credentials by the digest of what they were asked for with: shared, renewed in time, and served on while the broker fails.
import { createHash } from 'node:crypto';
import type { DataAccess } from './data-access.ts';
import { SessionBrokerError } from './errors.ts';
import type { Issued } from './tenant-credentials.ts';

/** Everything that the answer depends on. */
export interface CredentialRequest {
  readonly token: string;
  /** `undefined`: the tenant's credentials as they are. */
  readonly access: DataAccess | undefined;
}

export interface CredentialStoreParts {
  /** @param canWait whether there is nothing to go on with: then it is worth asking again */
  readonly ask: (request: CredentialRequest, canWait: boolean) => Promise<Issued>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Tokens whose credentials are kept, each counted once for every access; of more, those used least recently are forgotten. */
  readonly maxTokens: number;
}

interface Held {
  readonly issued: Issued;
  /** Not to be renewed before, since a renewal failed: milliseconds since the epoch. */
  askAgainAt: number;
}

/** What expires sooner is of no use to a request that is still to be made. */
const LEAST_LIFE_MS = 10_000;
const PAUSE_AFTER_FAILURE_MS = 10_000;

export class CredentialStore {
  readonly #parts: CredentialStoreParts;
  /** The least recently used first. */
  readonly #held = new Map<string, Held>();
  readonly #asking = new Map<string, Promise<Issued>>();

  constructor(parts: CredentialStoreParts) {
    this.#parts = parts;
  }

  /** Rejects with what the broker refuses; with its failure only where no credentials are left. */
  async get(request: CredentialRequest): Promise<Issued> {
    const key = keyOf(request);
    const held = this.#use(key);
    const now = this.#parts.now();
    if (held && (now < held.issued.renewAt || now < held.askAgainAt)) return held.issued;
    const joined = await this.#asking.get(key);
    // Who was frozen while it waited (in Lambda, for hours) may find that its answer has expired.
    if (joined && this.#isOfUse(joined)) return joined;
    return this.#asking.get(key) ?? this.#ask(key, request, this.#use(key));
  }

  #ask(key: string, request: CredentialRequest, held: Held | undefined): Promise<Issued> {
    const asking = this.#parts
      .ask(request, held === undefined)
      .then(
        (issued) => this.#keep(key, issued),
        (error: unknown) => this.#standIn(key, held, error),
      )
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  /** What is held and of use, now the most recently used. */
  #use(key: string): Held | undefined {
    const held = this.#held.get(key);
    if (!held) return undefined;
    this.#held.delete(key);
    if (!this.#isOfUse(held.issued)) return undefined;
    this.#held.set(key, held);
    return held;
  }

  #keep(key: string, issued: Issued): Issued {
    this.#held.delete(key);
    this.#held.set(key, { issued, askAgainAt: 0 });
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= this.#parts.maxTokens) break;
      this.#held.delete(oldest);
    }
    return issued;
  }

  /** A failure leaves what is held; a denial ends it. */
  #standIn(key: string, held: Held | undefined, error: unknown): Issued {
    const refusal = error instanceof SessionBrokerError ? error : undefined;
    if (refusal?.isDenial) this.#held.delete(key);
    if (!held || refusal?.isDenial || !this.#isOfUse(held.issued)) throw error;
    const askedToWaitMs = (refusal?.retryAfterSeconds ?? 0) * 1_000;
    // A token whose key was not found is kept waiting no longer than it takes to look the key up.
    const pauseMs = refusal?.statusCode === 403 ? 0 : PAUSE_AFTER_FAILURE_MS;
    held.askAgainAt = this.#parts.now() + Math.max(askedToWaitMs, pauseMs);
    return held.issued;
  }

  #isOfUse({ expiresAt }: Issued): boolean {
    return this.#parts.now() < expiresAt - LEAST_LIFE_MS;
  }
}

/** JSON keeps what was asked for apart, whatever its parts are: they are sent as JSON, too. */
export function keyOf({ token, access }: CredentialRequest): string {
  const { target, permission, durationSeconds } = access ?? {};
  const parts = access ? [token, target, permission, durationSeconds ?? null] : [token];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
