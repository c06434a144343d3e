// The addresses of a host: which of them count, what is said where none does, and when no more is asked.
import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { describe, expect, it, vi } from 'vitest';
import { lookupBy, type NameResolver, newNameResolver } from '../../../service/tokens/host-addresses.ts';
import { httpsFetcher } from '../../../service/tokens/https-fetcher.ts';

const made = vi.hoisted((): unknown[] => []);
vi.mock('node:dns/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:dns/promises')>();
  class Recorded extends original.Resolver {
    constructor(options: ConstructorParameters<typeof original.Resolver>[0]) {
      super(options);
      made.push(options);
    }
  }
  return { ...original, Resolver: Recorded };
});

const failing = (code: string) => Object.assign(new Error(code), { code });
const noPublicAddress = 'is on a host that has no public address';

type Answer = readonly string[] | Error;

function resolverOf(v4: Answer, v6: Answer): NameResolver {
  const answer = (given: Answer) => async () => {
    if (given instanceof Error) throw given;
    return [...given];
  };
  return { resolve4: answer(v4), resolve6: answer(v6), cancel: vi.fn() } as unknown as NameResolver;
}

/** The addresses that would be connected to. */
function lookUp(
  resolver: NameResolver,
  mayBePrivate: boolean,
  hostname = 'idp.example.com',
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    lookupBy(resolver, mayBePrivate)(hostname, { all: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve((addresses as LookupAddress[]).map(({ address }) => address));
    });
  });
}

describe('the addresses of a host', () => {
  it('are its public ones, of both families', async () => {
    const resolver = resolverOf(['10.0.0.1', '93.184.215.14'], ['fd00::1', '2606:2800:21f::1']);
    expect(await lookUp(resolver, false)).toEqual(['93.184.215.14', '2606:2800:21f::1']);
  });

  it('are all that it has where it may be private', async () => {
    expect(await lookUp(resolverOf(['10.0.0.1'], ['fd00::1']), true)).toEqual(['10.0.0.1', 'fd00::1']);
    expect(await lookUp(resolverOf([], []), true, 'localhost')).toEqual(['127.0.0.1', '::1']);
  });

  it('are those of one family where the other has none, or no answer comes for it', async () => {
    for (const code of ['ENODATA', 'ESERVFAIL', 'ETIMEOUT']) {
      expect(await lookUp(resolverOf(['93.184.215.14'], failing(code)), false)).toEqual(['93.184.215.14']);
      expect(await lookUp(resolverOf(failing(code), ['2606:2800:21f::1']), false)).toEqual([
        '2606:2800:21f::1',
      ]);
    }
  });

  it.each<[string, Answer, Answer]>([
    ['it is private', ['10.0.0.1'], failing('ENODATA')],
    ['there is no such name', failing('ENOTFOUND'), failing('ENOTFOUND')],
    ['the name has none', failing('ENODATA'), failing('ENODATA')],
  ])('are none, in the same words, where %s', async (_, v4, v6) => {
    await expect(lookUp(resolverOf(v4, v6), false)).rejects.toMatchObject({
      name: 'UnfitJwkSet',
      message: noPublicAddress,
    });
  });

  it.each<[string, Answer, Answer]>([
    ['of both', failing('ESERVFAIL'), failing('ESERVFAIL')],
    ['of the first', failing('ESERVFAIL'), failing('ENODATA')],
    ['of the second', failing('ENODATA'), failing('ESERVFAIL')],
  ])('are not known where the question fails for the family %s', async (_, v4, v6) => {
    await expect(lookUp(resolverOf(v4, v6), false)).rejects.toMatchObject({ code: 'ESERVFAIL' });
  });
});

describe('the resolver', () => {
  it('is Node’s own, asks twice, and is done in time: it waits twice as long for the second answer', async () => {
    expect(await newNameResolver(2_000)).toBeInstanceOf(Resolver);
    expect(made).toEqual([{ timeout: 666, tries: 2 }]);
  });

  it.each([
    ['once it has answered', resolverOf(['10.0.0.1'], ['fd00::1'])],
    ['once it has failed', resolverOf(failing('ESERVFAIL'), failing('ESERVFAIL'))],
  ])('is let go %s', async (_, resolver) => {
    const fetcher = httpsFetcher({ timeoutMs: 240_000, newResolver: async () => resolver });
    await expect(fetcher('https://idp.example.com/', { isNamed: false })).rejects.toThrow();
    expect(resolver.cancel).toHaveBeenCalledOnce();
  });

  it('asks no more when the time is up', async () => {
    let stop: (error: Error) => void = () => undefined;
    const asked = new Promise<string[]>((_, reject) => {
      stop = reject;
    });
    const cancel = vi.fn(() => stop(failing('ECANCELLED')));
    const resolver = { resolve4: () => asked, resolve6: () => asked, cancel } as unknown as NameResolver;
    const fetcher = httpsFetcher({ timeoutMs: 50, newResolver: async () => resolver });

    await expect(fetcher('https://idp.example.com/', { isNamed: false })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(cancel).toHaveBeenCalledOnce();
    await expect(asked).rejects.toMatchObject({ code: 'ECANCELLED' });
  });
});
