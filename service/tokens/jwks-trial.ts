// The trial of JWK sets: whether those that are to be registered are there, and good for anything.
import { BrokerError } from '../errors.ts';
import type { JwkSets } from './jwk-sets.ts';
import { UnfitJwkSet } from './jwks-problem.ts';

/** Fetches at once: a registration may have a hundred issuers. */
const MAX_AT_ONCE = 10;
/** After so long no further fetch begins: what goes on behind a request's answer is the next request's time. */
const TRIAL_MS = 5_000;

/**
 * Fetches every set once.
 *
 * @param fields URLs, and in which field of the registration each stands
 * @throws BrokerError JwkSetNotUsable, and JwksUnavailable where asking again may help
 */
export async function tryJwkSets(jwkSets: JwkSets, fields: ReadonlyMap<string, string>): Promise<void> {
  const waiting = [...fields];
  const until = jwkSets.now() + TRIAL_MS;
  const tryNext = async (): Promise<void> => {
    const next = waiting.shift();
    if (!next) return;
    const [url, field] = next;
    await tryBefore(until, jwkSets, url).catch((error: unknown) => {
      // What is wrong with one is enough to know.
      waiting.length = 0;
      throw error instanceof UnfitJwkSet ? refusal(error, field) : error;
    });
    return tryNext();
  };
  await Promise.all(Array.from({ length: MAX_AT_ONCE }, tryNext));
}

async function tryBefore(until: number, jwkSets: JwkSets, url: string): Promise<void> {
  if (jwkSets.now() >= until) throw new UnfitJwkSet('TimedOut');
  await jwkSets.try(url);
}

function refusal(unfit: UnfitJwkSet, field: string): BrokerError {
  const { isLasting, problem, message } = unfit;
  const code = isLasting ? 'JwkSetNotUsable' : 'JwksUnavailable';
  return new BrokerError(code, `${field}: the JWK set ${message}`, { cause: unfit, problem });
}
