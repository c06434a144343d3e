// The identity provider's metadata by its address: bounded, kept, served on while it cannot be had, and refused in words.
import type { RequestListener } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { publishedIdentityProvider } from '../../../service/portal/saml-sign-in.ts';
import { keptMetadata, metadataReader } from '../../../service/sign-in/published-metadata.ts';
import { frozenClock } from '../../support/clock.ts';
import { useOneServer } from '../../support/one-server.ts';
import { IDENTITY_PROVIDER, identityProviderMetadata } from '../../support/saml/metadata.ts';
import { createSigningCertificate } from '../../support/saml/signing-certificate.ts';

const HOUR = 3_600_000;
let metadata: string;
beforeAll(async () => {
  metadata = identityProviderMetadata({ certificates: [await createSigningCertificate()] });
});
const serving = useOneServer();
const loopback = { timeoutMs: 60_000, allowHttpOnLoopback: true, accept: 'application/xml' };

describe('the address', () => {
  it('is https, and http on loopback only where that is allowed', () => {
    const refused = 'the address of the identity provider’s metadata must be https';
    const strict = { ...loopback, allowHttpOnLoopback: false };
    expect(() => metadataReader('http://127.0.0.1:4568/metadata', strict)).toThrow(refused);
    expect(() => metadataReader('http://idp.example.com/metadata', loopback)).toThrow(refused);
    expect(() => metadataReader('https://idp.example.com/metadata', strict)).not.toThrow();
  });

  it('is read whole', async () => {
    const url = await serving((_, response) => response.end(metadata));
    expect(await metadataReader(url, loopback)()).toBe(metadata);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['an error', (_, response) => response.writeHead(503).end('down'), /answered 503/],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
      /fetch failed/,
    ],
    ['more than a megabyte', (_, response) => response.end('x'.repeat(1_000_001)), /more than 1000000 bytes/],
  ])('is refused with %s', async (_, listener, message) => {
    await expect(metadataReader(await serving(listener), loopback)()).rejects.toThrow(message);
  });
});

describe('the identity provider', () => {
  const kept = (read: () => Promise<string>) => {
    const clock = frozenClock();
    return {
      clock,
      identityProvider: keptMetadata({
        read,
        parse: (text) => publishedIdentityProvider(text, clock.now(), false),
        now: clock.now,
      }),
    };
  };

  it('is read once an hour, however many ask', async () => {
    let reads = 0;
    const { clock, identityProvider } = kept(async () => {
      reads += 1;
      return metadata;
    });
    await Promise.all([identityProvider(), identityProvider()]);
    clock.advance(HOUR - 1);
    expect((await identityProvider()).entityId).toBe(IDENTITY_PROVIDER);
    expect(reads).toBe(1);
    clock.advance(1);
    await identityProvider();
    expect(reads).toBe(2);
  });

  it('is what it was while it cannot be had, for a day', async () => {
    let isDown = false;
    const { clock, identityProvider } = kept(async () => {
      if (isDown) throw new Error('canary');
      return metadata;
    });
    await identityProvider();
    isDown = true;
    clock.advance(23 * HOUR);
    expect((await identityProvider()).entityId).toBe(IDENTITY_PROVIDER);
    clock.advance(HOUR);
    await expect(identityProvider()).rejects.toMatchObject({
      code: 'MetadataUnavailable',
      statusCode: 503,
      message: 'the identity provider’s metadata cannot be read',
    });
  });

  it('is refused by what is wrong with it, where it is none', async () => {
    const { identityProvider } = kept(async () => '<a/>');
    await expect(identityProvider()).rejects.toMatchObject({
      code: 'SigningKeysOutdated',
      statusCode: 503,
      message: 'the identity provider’s metadata: it is no EntityDescriptor of SAML 2.0',
    });
  });
});
