// The region: variables before the profile, and nothing where nobody says.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { findRegion } from '../../../../client/account/region.ts';

const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
let files = 0;

/** A file of its own every time: the SDK reads each but once. */
function configure(config: string): void {
  files += 1;
  const path = join(directory, `config-${files}`);
  writeFileSync(path, config);
  vi.stubEnv('AWS_CONFIG_FILE', path);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', `${path}-credentials`);
}

afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const config = '[default]\nregion = eu-north-1\n[profile other]\nregion = ap-south-1\n[profile bare]\n';

test.each([
  ['AWS_REGION before all', { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-1'],
  ['AWS_DEFAULT_REGION before the profile', { AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-2'],
  [
    'AWS_DEFAULT_REGION where the first is empty',
    { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-2' },
    'eu-west-2',
  ],
  ['that of the default profile', {}, 'eu-north-1'],
  ['that of AWS_PROFILE', { AWS_PROFILE: 'other' }, 'ap-south-1'],
  ['none where the profile has none', { AWS_PROFILE: 'bare' }, undefined],
])('takes %s', async (_, env: Record<string, string>, region) => {
  configure(config);
  expect(await findRegion(env)).toBe(region);
});

test.each([
  [
    'the option before all',
    { region: 'us-east-1', profile: 'other' },
    { AWS_REGION: 'eu-west-1' },
    'us-east-1',
  ],
  [
    'the variables before the profile that is given',
    { profile: 'other' },
    { AWS_REGION: 'eu-west-1' },
    'eu-west-1',
  ],
  [
    'the profile that is given before the inherited',
    { profile: 'other' },
    { AWS_PROFILE: 'bare' },
    'ap-south-1',
  ],
  ['the inherited where the given one has none', { profile: 'bare' }, {}, 'eu-north-1'],
])('takes %s', async (_, options, env, region) => {
  configure(config);
  expect(await findRegion(env as Record<string, string>, options)).toBe(region);
});
