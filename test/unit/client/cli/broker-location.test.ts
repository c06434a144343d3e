// Where the broker is: what says it, what comes first, and what would send tokens in the clear.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { locate, requiredRegion } from '../../../../client/cli/broker-location.ts';

afterEach(() => vi.unstubAllEnvs());

function configure(text: string): void {
  const path = join(mkdtempSync(join(tmpdir(), 'config-')), 'config');
  writeFileSync(path, text);
  vi.stubEnv('AWS_CONFIG_FILE', path);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
}

const endpointOf = async (values: object, env: Record<string, string> = {}) =>
  (await locate(values, 'eu-west-1', env)).endpoint.href;

describe('the endpoint', () => {
  it.each([
    ['--endpoint', { endpoint: 'https://a.example.com' }, {}, 'https://a.example.com/'],
    ['with a path', { endpoint: 'https://a.example.com/live//' }, {}, 'https://a.example.com/live/'],
    ['ISB_API_ENDPOINT', {}, { ISB_API_ENDPOINT: 'https://b.example.com/' }, 'https://b.example.com/'],
    [
      '--endpoint before the variable',
      { endpoint: 'https://a.example.com/' },
      { ISB_API_ENDPOINT: 'https://b.example.com/' },
      'https://a.example.com/',
    ],
    [
      'the convention before the variable',
      { domain: 'shop.example.com', environment: 'production' },
      { ISB_API_ENDPOINT: 'https://b.example.com/' },
      'https://iam-session-broker.eu-west-1.production.shop.example.com/',
    ],
    ['loopback', { endpoint: 'http://127.0.0.1:4567/' }, {}, 'http://127.0.0.1:4567/'],
    [
      'a name that ISB_RESOLVE leads to loopback',
      { endpoint: 'http://broker.example.com:4567/' },
      { ISB_RESOLVE: 'broker.example.com:4567:127.0.0.1' },
      'http://broker.example.com:4567/',
    ],
    [
      'the port that is https’s own, in the clear on loopback',
      { endpoint: 'http://broker.example.com:443/' },
      { ISB_RESOLVE: 'broker.example.com:443:127.0.0.1' },
      'http://broker.example.com:443/',
    ],
  ])('is found by %s', async (_, values, env, endpoint) => {
    expect(await endpointOf(values, env as Record<string, string>)).toBe(endpoint);
  });

  it.each([
    ['in the clear', { endpoint: 'http://broker.example.com/' }, {}, 'must be an https URL'],
    [
      'in the clear, led elsewhere',
      { endpoint: 'http://broker.example.com/' },
      { ISB_RESOLVE: 'broker.example.com:80:10.0.0.1' },
      'must be an https URL',
    ],
    [
      'in the clear, with an entry for another port',
      { endpoint: 'http://broker.example.com/' },
      { ISB_RESOLVE: 'broker.example.com:81:127.0.0.1' },
      'must be an https URL',
    ],
    [
      'with an entry that is none',
      { endpoint: 'http://broker.example.com/' },
      { ISB_RESOLVE: 'broker.example.com' },
      'ISB_RESOLVE must be NAME:PORT:ADDRESS',
    ],
    [
      'of two kinds',
      { endpoint: 'https://a/', domain: 'a.b', environment: 'c' },
      {},
      'contradict each other',
    ],
    ['of half a convention', { domain: 'shop.example.com' }, {}, '--domain takes --environment, too'],
    ['of no DNS name', { domain: 'Shop', environment: 'c' }, {}, 'must be lower-case DNS names'],
    ['that is no URL', { endpoint: 'broker' }, {}, 'must be the URL of the broker’s API'],
    ['that is a file', { endpoint: 'file:///etc/passwd' }, {}, 'must be the URL of the broker’s API'],
  ])('is refused %s', async (_, values, env, message) => {
    await expect(endpointOf(values, env as Record<string, string>)).rejects.toThrow(message);
  });
});

describe('the region', () => {
  it('is asked for where it is nowhere, or none', async () => {
    configure('');
    await expect(requiredRegion({}, {})).rejects.toThrow(/^there is no region: .*, or give --region$/);
    await expect(requiredRegion({ region: 'Ireland' }, {})).rejects.toThrow('must be the code of a region');
  });
});
