// Profiles whose credential_process is `isb credentials`, which would sign with them: it starts itself for ever, unless told.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { broker, useBroker } from './support/broker-sandbox.ts';
import { isb } from './support/isb.ts';
import { processCommand, profile, shellWith } from './support/isb-profiles.ts';
import { fileWith, shellOf } from './support/isb-world.ts';

useBroker();

const run = promisify(execFile);

describe('a profile whose process would sign with itself', () => {
  it('is refused before anything is started', async () => {
    const loop = shellWith(profile('loop', `credential_process = ${processCommand('--token-variable T')}`));
    const { exitCode, stderr } = await isb(
      { ...loop, T: 'token', AWS_PROFILE: 'loop', AWS_ACCESS_KEY_ID: '' },
      'credentials',
      '--token-variable',
      'T',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'isb credentials failed: AWS_PROFILE loop gets its credentials from isb credentials, which would start itself ' +
        'for ever. Give --profile NAME: the profile whose credentials sign\n',
    );
  });

  it('is refused through a profile that it is the source of', async () => {
    const loop = shellWith(
      profile('base', `credential_process = ${processCommand('--token-variable T')}`),
      profile('role', 'role_arn = arn:aws:iam::111122223333:role/Any\nsource_profile = base'),
    );
    const { stderr } = await isb(
      { ...loop, T: 'token' },
      'credentials',
      '--token-variable',
      'T',
      '--profile',
      'role',
    );
    expect(stderr).toMatch(
      /^isb credentials failed: the profile role gets its credentials from isb credentials/,
    );
  });

  it('is stopped by its first repetition, where a script stands between', async () => {
    const count = fileWith('', 'count');
    const script = fileWith(
      `#!/bin/sh\necho started >> '${count}'\nexec ${processCommand('--token-variable T')}\n`,
      'wrapper',
    );
    const loop = shellWith(profile('hidden', `credential_process = ${script}`));
    const ended = run('sh', ['-c', processCommand('--token-variable T')], {
      env: { ...loop, T: 'token', AWS_PROFILE: 'hidden' },
    });
    await expect(ended).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        "isb credentials failed: no AWS credentials to sign with: the profile's credential_process runs isb " +
        'credentials. Give --profile NAME: the profile whose credentials sign\n',
    });
    expect(readFileSync(count, 'utf8')).toBe('started\n');
  });

  it('is stopped where it is the command for the token that goes round', async () => {
    const around = processCommand('--token-variable T');
    // Without a word it would print credentials, which are no token either.
    const app = broker.createApplication('Around');
    expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
    const T = await broker.tokenOf('Yellow');
    const { stderr } = await isb(shellOf(app.own, { T }), 'credentials', '--token-command', around);
    expect(stderr).toBe('isb credentials failed: the token command failed: exit code 1\n');
  });
});
