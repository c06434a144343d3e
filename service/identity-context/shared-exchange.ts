// The shared exchange: one exchange of a token, however many execution environments ask for it.
import { randomUUID } from 'node:crypto';
import { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import type { ExchangeTable, Lease } from './exchange-table.ts';
import { exchangeIdOf, type IdentityContext, openContext, sealContext } from './sealed-context.ts';
import { alreadyExchanged, type TokenExchange, unavailable } from './token-exchange.ts';

export interface SharedExchangeOptions {
  readonly exchange: Pick<TokenExchange, 'exchange'>;
  readonly table: Pick<ExchangeTable, 'find' | 'lease' | 'complete' | 'refuse' | 'release' | 'forget'>;
  readonly now: Clock;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Longer than an exchange may take. */
  readonly leaseMs: number;
  /** How long one environment waits for another: longer than the lease of one that died. */
  readonly waitMs: number;
  /** Tells of what could not be written down: the exchange itself has succeeded. */
  readonly onFailure: (error: unknown) => void;
}

const PAUSE_MS = 60;
const KNOWN_MS = 60_000;
const REFUSED_MS = 10_000;
/** As long as IAM Identity Center remembers a `jti`, and an hour. */
const REMEMBERED_SECONDS = 25 * 3_600;

export class SharedExchange {
  /** Whoever asks with the same token within a moment has the same answer; a denial is the token's. */
  readonly #known: Cache<IdentityContext>;

  constructor(private readonly options: SharedExchangeOptions) {
    this.#known = new Cache(
      {
        max: 1_000,
        freshUntil: ({ expiresAt }, askedAt) => Math.min(expiresAt, askedAt + KNOWN_MS),
        refusedMs: REFUSED_MS,
        failedMs: 0,
      },
      options.now,
    );
  }

  /**
   * The identity context of the user whose token it is, from the table or from IAM Identity Center.
   *
   * An environment that dies between the exchange and writing it down takes the outcome with it: the token is used up then,
   * and the next one is told so.
   *
   * @throws BrokerError TokenAlreadyExchanged, UserNotInDirectory, IdentityContextRefused, IdentityCenterUnavailable
   */
  async contextOf(token: string, applicationArn: string): Promise<IdentityContext> {
    const exchangeId = exchangeIdOf(token, applicationArn);
    return this.#known.get(exchangeId, () => this.#contextOf(token, applicationArn, exchangeId));
  }

  async #contextOf(token: string, applicationArn: string, exchangeId: string): Promise<IdentityContext> {
    const { now, waitMs, pause } = this.options;
    const waitUntil = now() + waitMs;
    for (;;) {
      const found = await this.#readOrWrite((table) => table.find(exchangeId));
      if (found?.sealed) return this.#opened(found.sealed, token, exchangeId);
      if (found?.refusal) throw new BrokerError(found.refusal.code, found.refusal.message);
      if (found === undefined || found.leaseUntil < now()) {
        const lease = this.#newLease();
        if (await this.#readOrWrite((table) => table.lease(exchangeId, lease)))
          return this.#exchange(token, applicationArn, exchangeId, { lease, isSecond: found !== undefined });
      } else if (now() >= waitUntil) {
        throw unavailable(new Error('another environment has the lease of the exchange, and has not ended'));
      } else {
        await pause(PAUSE_MS);
      }
    }
  }

  #newLease(): Lease {
    const now = this.options.now();
    return {
      holder: randomUUID(),
      leaseUntil: now + this.options.leaseMs,
      now,
      expiresAt: Math.ceil(now / 1_000) + REMEMBERED_SECONDS,
    };
  }

  /** @param begun `isSecond`: whether somebody has begun it before, and left no outcome */
  async #exchange(
    token: string,
    applicationArn: string,
    exchangeId: string,
    { lease, isSecond }: { readonly lease: Lease; readonly isSecond: boolean },
  ): Promise<IdentityContext> {
    const { exchange, table, onFailure } = this.options;
    let context: IdentityContext;
    try {
      context = await exchange.exchange(token, applicationArn);
    } catch (error) {
      const refusal = isSecond ? lostOr(error) : error;
      await this.#note(exchangeId, refusal, lease).catch(onFailure);
      throw refusal;
    }
    await table.complete(exchangeId, sealContext(context, token, exchangeId), lease).catch(onFailure);
    return context;
  }

  /** That a token is used up stays so. What else is denied may be mended; what failed may have used it up. */
  #note(exchangeId: string, refusal: unknown, lease: Lease): Promise<void> {
    const { table } = this.options;
    if (!(refusal instanceof BrokerError) || !refusal.isDenial) return table.release(exchangeId, lease);
    if (refusal.code === 'TokenAlreadyExchanged') return table.refuse(exchangeId, refusal, lease);
    return table.forget(exchangeId, lease);
  }

  #opened(sealed: Uint8Array, token: string, exchangeId: string): IdentityContext {
    let context: IdentityContext;
    try {
      context = openContext(sealed, token, exchangeId);
    } catch {
      throw unavailable(new Error('what the table holds of the exchange is not what was written'));
    }
    if (this.options.now() < context.expiresAt) return context;
    throw new BrokerError('TokenAlreadyExchanged', alreadyExchanged);
  }

  async #readOrWrite<T>(ask: (table: SharedExchangeOptions['table']) => Promise<T>): Promise<T> {
    try {
      return await ask(this.options.table);
    } catch (cause) {
      // Not by itself: it would use up the token for all others.
      throw unavailable(cause);
    }
  }
}

/** What was begun before, had no outcome, and is no grant now, was most likely carried out then: unless there is another reason. */
function lostOr(error: unknown): unknown {
  if (!(error instanceof BrokerError) || error.code !== 'IdentityContextRefused') return error;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  if (code !== 'invalid_grant') return error;
  return new BrokerError('TokenAlreadyExchanged', alreadyExchanged, { cause: error.cause });
}
