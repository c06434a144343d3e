// The addresses of a host that keys are fetched from: found within a time, and public unless the deployment names the host.
import type { LookupAddress } from 'node:dns';
import type { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { UnfitJwkSet } from './jwks-problem.ts';
import { isPublicAddress } from './public-address.ts';

/** What a look-up needs of a resolver. */
export type NameResolver = Pick<Resolver, 'resolve4' | 'resolve6' | 'cancel'>;

/**
 * A resolver that asks once more where no answer comes, and is done within its budget: c-ares waits for the second answer
 * twice as long as for the first. The system's look-up has no time-out, and holds a thread for as long as it waits.
 */
export async function newNameResolver(budgetMs: number): Promise<NameResolver> {
  const { Resolver } = await import('node:dns/promises');
  return new Resolver({ timeout: Math.floor(budgetMs / 3), tries: 2 });
}

/** In the place of the system's look-up, which `connect` would ask. */
export function lookupBy(resolver: NameResolver, mayBePrivate: boolean): LookupFunction {
  return (hostname, { all }, callback) => {
    addressesOf(hostname, resolver).then(
      (found) => {
        const addresses = mayBePrivate ? found : found.filter(({ address }) => isPublicAddress(address));
        const [first] = addresses;
        // The same whether there are none or none that count: which private names there are is nobody's business.
        if (!first) callback(new UnfitJwkSet('NoPublicAddress'), '');
        else if (all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** Of `localhost`, which no name server is asked for (RFC 6761, section 6.3), the loopback addresses. */
async function addressesOf(hostname: string, resolver: NameResolver): Promise<LookupAddress[]> {
  if (hostname === 'localhost') {
    return [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ];
  }
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = answers.flatMap((answer, index) =>
    answer.status === 'fulfilled'
      ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 }))
      : [],
  );
  const failed = answers.find((answer) => answer.status === 'rejected' && !isAbsence(answer.reason));
  if (found.length === 0 && failed?.status === 'rejected') throw failed.reason;
  return found;
}

/** The answer that there is no such name, or none with an address of that family. */
function isAbsence({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOTFOUND' || code === 'ENODATA';
}
