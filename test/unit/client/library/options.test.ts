// What the library is told: where the broker is, whose credentials sign, and which registration it is.
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  fromSessionBroker,
  type RegistrationFields,
  SessionBroker,
  type SessionBrokerOptions,
} from '../../../../client/library/index.ts';
import { serviceDomainName } from '../../../../lib/settings/service-domain-name.ts';
import type { RegistrationDocument } from '../../../../service/registrations/registration.ts';
import { LibraryBroker } from '../../../support/library-broker.ts';

const region = 'eu-west-1';
const domain = { environment: 'production', product: 'shop', topLevelDomain: 'example.com' };
const urlAskedBy = async (options: Partial<SessionBrokerOptions>) => {
  const fake = new LibraryBroker();
  await fake.client(options).credentials('jwt');
  return fake.requests[0]?.url;
};

afterEach(() => vi.unstubAllEnvs());

describe('the endpoint', () => {
  it.each([
    ['https://abc.execute-api.eu-west-1.amazonaws.com/', 'https://abc.execute-api.eu-west-1.amazonaws.com'],
    ['https://broker.example.com', 'https://broker.example.com'],
    ['https://broker.example.com//', 'https://broker.example.com'],
    ['http://127.0.0.1:4567/api/', 'http://127.0.0.1:4567/api'],
    ['http://[::1]:4567', 'http://[::1]:4567'],
    ['https://user:word@broker.example.com/?a=b#c', 'https://broker.example.com'],
  ])('%s has one slash before what is asked for', async (endpoint, base) => {
    expect(await urlAskedBy({ endpoint })).toBe(`${base}/credentials`);
  });

  it('is built from the DNS convention, as the deployment builds it', async () => {
    const host = serviceDomainName({ region, ...domain });
    expect(await urlAskedBy({ endpoint: undefined, domain } as object)).toBe(`https://${host}/credentials`);
  });

  it.each<[object, string]>([
    [
      { endpoint: 'http://broker.example.com/' },
      'endpoint: must be an https URL; http is for loopback alone',
    ],
    [{ endpoint: 'http://127.0.0.1.example.com/' }, 'endpoint: must be an https URL'],
    [{ endpoint: 'broker.example.com' }, 'endpoint: must be an https URL'],
    [{}, 'endpoint, domain: give one of the two'],
    [{ endpoint: 'https://a.example.com', domain }, 'endpoint, domain: give one of the two'],
    [{ domain: { ...domain, product: 'a/b' } }, 'domain.product: must be a lower-case DNS name'],
    [{ domain: { ...domain, environment: undefined } }, 'domain.environment: must be'],
    [{ endpoint: 'https://a.example.com', region: '' }, 'region: must be a region’s code'],
    [{ endpoint: 'https://a.example.com', maxTokens: 0 }, 'maxTokens: must be a whole number above 0'],
    [{ endpoint: 'https://a.example.com', budgetMs: Number.NaN }, 'budgetMs: must be a whole number'],
  ])('%j is refused', (options, message) => {
    expect(() => new SessionBroker({ region, ...options } as SessionBrokerOptions)).toThrow(message);
  });
});

describe('the application’s own credentials', () => {
  it('are those that SDK clients find, where none are given', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAFROMENVIRONMENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const fake = new LibraryBroker();
    await fake.client({ credentials: undefined }).credentials('jwt');
    expect(fake.requests[0]?.headers['authorization']).toContain('Credential=AKIAFROMENVIRONMENT/');
  });

  it('are asked of their provider for every request', async () => {
    const fake = new LibraryBroker();
    let asked = 0;
    const credentials = async () => ({ accessKeyId: `AKIA${++asked}`, secretAccessKey: 'secret' });
    const broker = fake.client({ credentials });
    await broker.credentials('a');
    await broker.credentials('b');
    expect(
      fake.requests.map(({ headers }) => /Credential=(\w+)/.exec(headers['authorization'] ?? '')?.[1]),
    ).toEqual(['AKIA1', 'AKIA2']);
  });
});

describe('fromSessionBroker', () => {
  it('asks its token’s function every time, and the broker once a token', async () => {
    const fake = new LibraryBroker();
    let calls = 0;
    const provider = fromSessionBroker(
      {
        endpoint: 'https://broker.example.com',
        region,
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
        token: async () => {
          calls += 1;
          return calls < 3 ? 'first' : 'second';
        },
      },
      fake,
    );
    const keys = [await provider(), await provider(), await provider()].map(({ accessKeyId }) => accessKeyId);
    expect(keys).toEqual(['key-1', 'key-1', 'key-2']);
  });

  it('passes on what its token’s function throws, and asks nobody', async () => {
    const fake = new LibraryBroker();
    const failing = () => Promise.reject(new Error('signed out'));
    await expect(fake.client().forToken(failing)()).rejects.toThrow('signed out');
    expect(fake.requests).toEqual([]);
  });
});

describe('a registration', () => {
  it('has the fields that the broker has', () => {
    expectTypeOf<keyof RegistrationFields>().toEqualTypeOf<keyof RegistrationDocument>();
  });
});
