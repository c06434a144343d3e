// Private certificate authorities against real https servers: for what they are trusted, and for what they are not.
import { get } from 'node:https';
import tls from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { httpsFetcher } from '../../../service/tokens/https-fetcher.ts';
import { trustInAlso } from '../../../service/tokens/trusted-authorities.ts';
import { Authority } from '../../support/authority.ts';
import { type HttpsServer, type ServerCertificate, startHttpsServer } from '../../support/https-server.ts';

/** What stands on loopback here would stand on a public address: then only the certificate is left to tell. */
vi.mock(import('../../../service/tokens/public-address.ts'), () => ({ isPublicAddress: () => true }));

const AMPLE_MS = 240_000;
const NAMED = { isNamed: true };

let authority: Authority;
let stranger: Authority;
const servers: HttpsServer[] = [];

beforeAll(async () => {
  [authority, stranger] = await Promise.all([
    Authority.create({ name: 'Own' }),
    Authority.create({ name: 'Stranger' }),
  ]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** The URL of a JWK set whose server shows this certificate. */
async function publishedBehind(certificate: ServerCertificate | Promise<ServerCertificate>): Promise<string> {
  const server = await startHttpsServer((_, response) => response.end('{"keys":[]}'), await certificate);
  servers.push(server);
  return `${server.origin}/jwks.json`;
}

const trusting = (...authorities: readonly Authority[]) =>
  httpsFetcher({
    timeoutMs: AMPLE_MS,
    trust: trustInAlso(async () =>
      authorities.map(({ certificatePem }) => `${certificatePem.trim()}\n`).join(''),
    ),
  });
const text = async (body: Promise<Uint8Array>) => Buffer.from(await body).toString();

describe('an authority of the deployment', () => {
  it('is trusted for a host that the deployment names', async () => {
    const url = await publishedBehind(authority.issue('localhost'));
    expect(await text(trusting(authority)(url, NAMED))).toBe('{"keys":[]}');
  });

  it('is trusted beside others, whatever their order', async () => {
    const url = await publishedBehind(authority.issue('localhost'));
    for (const fetcher of [trusting(stranger, authority), trusting(authority, stranger)]) {
      expect(await text(fetcher(url, NAMED))).toBe('{"keys":[]}');
    }
  });

  it('is not trusted unless the deployment gives it', async () => {
    const url = await publishedBehind(authority.issue('localhost'));
    const fetcher = httpsFetcher({ timeoutMs: AMPLE_MS });
    await expect(fetcher(url, NAMED)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('does not vouch for what another has signed', async () => {
    const url = await publishedBehind(authority.issue('localhost'));
    await expect(trusting(stranger)(url, NAMED)).rejects.toMatchObject({
      code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    });
  });

  it('does not vouch for what one of its name has signed', async () => {
    const impostor = await Authority.create({ name: 'Own' });
    const url = await publishedBehind(impostor.issue('localhost'));
    await expect(trusting(authority)(url, NAMED)).rejects.toMatchObject({ code: 'CERT_SIGNATURE_FAILURE' });
  });

  it('does not vouch for another name', async () => {
    const url = await publishedBehind(authority.issue('login.example.com'));
    await expect(trusting(authority)(url, NAMED)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('is not trusted for a host that the deployment does not name, and not even read for it', async () => {
    const url = await publishedBehind(authority.issue('localhost'));
    const certificateAuthorities = vi.fn(async () => authority.certificatePem);
    const fetcher = httpsFetcher({ timeoutMs: AMPLE_MS, trust: trustInAlso(certificateAuthorities) });
    await expect(fetcher(url, { isNamed: false })).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    expect(certificateAuthorities).not.toHaveBeenCalled();
  });

  it('is trusted by nothing but the fetcher', async () => {
    const url = await publishedBehind(authority.issue('localhost'));
    await trusting(authority)(url, NAMED);
    const others = new Promise((resolve, reject) =>
      get(url, { agent: false }, resolve).once('error', reject),
    );
    await expect(others).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('may be one below a root that is not given', async () => {
    const below = await Authority.create({ name: 'Below', signedBy: authority });
    const url = await publishedBehind(below.issue('localhost', [below]));
    expect(await text(trusting(below)(url, NAMED))).toBe('{"keys":[]}');
  });
});

describe('the authorities', () => {
  it('come to Node’s own, and do not stand in their place', async () => {
    const create = vi.spyOn(tls, 'createSecureContext');
    const url = await publishedBehind(authority.issue('localhost'));
    create.mockClear();
    await trusting(authority)(url, NAMED);
    const [options] = create.mock.calls[0] ?? [];
    expect(options?.ca).toEqual(expect.arrayContaining([...tls.rootCertificates]));
  });

  it('are read when the first set is fetched, and once', async () => {
    const url = await publishedBehind(authority.issue('localhost'));
    const certificateAuthorities = vi.fn(async () => authority.certificatePem);
    const fetcher = httpsFetcher({ timeoutMs: AMPLE_MS, trust: trustInAlso(certificateAuthorities) });
    expect(certificateAuthorities).not.toHaveBeenCalled();
    await Promise.all([fetcher(url, NAMED), fetcher(url, NAMED)]);
    await fetcher(url, NAMED);
    expect(certificateAuthorities).toHaveBeenCalledTimes(1);
  });

  it('that cannot be read fail the fetch, and are read again with the next', async () => {
    const url = await publishedBehind(authority.issue('localhost'));
    const certificateAuthorities = vi
      .fn(async () => authority.certificatePem)
      .mockRejectedValueOnce(new Error('ENOENT'));
    const fetcher = httpsFetcher({ timeoutMs: AMPLE_MS, trust: trustInAlso(certificateAuthorities) });
    await expect(fetcher(url, NAMED)).rejects.toThrow('ENOENT');
    expect(await text(fetcher(url, NAMED))).toBe('{"keys":[]}');
  });
});
