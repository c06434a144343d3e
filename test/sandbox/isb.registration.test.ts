// `isb register`, `show` and `deregister` end to end, by the application itself.
import { describe, expect, it } from 'vitest';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { isb, isbWith } from './support/isb.ts';
import { fileWith, shellOf } from './support/isb-world.ts';

useBroker();

describe('an application', () => {
  it('registers itself, again, and otherwise, sees it, and deregisters', async () => {
    const app = broker.createApplication('CliLifecycle');
    const shell = shellOf(app.own);
    const file = fileWith(JSON.stringify(app.registration(), null, 2), 'registration.json');

    const registered = await isb(shell, 'register', file);
    expect(registered).toMatchObject({ exitCode: 0, stderr: '' });
    expect(registered.stdout).toMatch(/^registered +CliLifecycle\n/);
    expect(registered.stdout).toMatch(/\n {2}AccessRoleName +CliLifecycleAccess\n/);
    expect(registered.stdout).toMatch(/\nexternal id +CliLifecycle \(sts:ExternalId/);
    const { body } = await app.call('GET', 'applications');
    const warnings = body['Warnings'] as { Code: string; Message: string }[];
    expect(warnings.length).toBeGreaterThan(1);
    for (const { Code, Message } of warnings) {
      expect(registered.stdout).toMatch(/\nwarning +/);
      expect(registered.stdout).toContain(`${Code}: ${Message}\n`);
    }
    expect(await isb(shell, 'register', file)).toEqual(registered);
    expect(await isb(shell, 'show')).toEqual(registered);
    expect(JSON.parse((await isb(shell, 'show', '--format', 'json')).stdout)).toEqual(body);

    const other = JSON.stringify({ ...app.registration(), SessionTagKey: 'Tenant' });
    const refused = await isbWith({ stdin: other }, shell, 'register', '-');
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^isb register failed: ApplicationAlreadyRegistered: .+\(request [^)]+\)\n$/,
    );
    const replaced = await isbWith({ stdin: other }, shell, 'register', '-', '--replace');
    expect(replaced.stdout).toMatch(/^replaced +CliLifecycle\n/);
    expect(replaced.stdout).toMatch(/\n {2}SessionTagKey +Tenant\n/);

    const deregistered = await isb(shell, 'deregister');
    expect(deregistered).toMatchObject({ exitCode: 0, stderr: '' });
    expect(deregistered.stdout).toMatch(/^deregistered +CliLifecycle\n[\s\S]*stay valid until they expire/);
    expect(deregistered.stdout).toContain('npx isb revoke --application CliLifecycle');
    expect(await isb(shell, 'deregister')).toEqual({
      exitCode: 0,
      stdout: 'nothing was registered\n',
      stderr: '',
    });
    expect((await isb(shell, 'show')).stderr).toMatch(/^isb show failed: ApplicationNotFound: /);
  });

  it.each([
    [
      'an unknown field',
      '{"AccessRoleName":"A","Canary":1}',
      /^isb register failed: InvalidRequest: .*Canary/,
    ],
    [
      'a field twice',
      '{"AccessRoleName":"A","AccessRoleName":"B"}',
      /^isb register failed: InvalidRequest: .+/,
    ],
    ['a list', '[]', /^isb register failed: standard input is no JSON object\n$/],
    [
      'no JSON',
      '{\n  "A": canary }',
      /^isb register failed: standard input is no JSON(: see line 2, column \d+)?\n$/,
    ],
    ['half a document', '{"A": ', /^isb register failed: standard input is no JSON/],
    ['nothing', '', /^isb register failed: standard input is no JSON: it is empty\n$/],
    [
      'too much',
      `"${'a'.repeat(65_536)}"`,
      /^isb register failed: standard input is too large: 65,536 bytes/,
    ],
  ])('is told in one line of %s in FILE', async (_, stdin, line) => {
    const app = broker.createApplication(`CliFile${++files}`);
    const { exitCode, stdout, stderr } = await isbWith({ stdin }, shellOf(app.own), 'register', '-');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it.each([
    ['that is not there', '/nowhere/r.json', '/nowhere/r.json is not there'],
    ['that is a folder', '/tmp', '/tmp is a folder, and no file'],
  ])('is told in one line of a FILE %s', async (_, path, line) => {
    expect(await isb(shellOf(), 'register', path)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `isb register failed: ${line}\n`,
    });
  });
});
let files = 0;

describe('the broker', () => {
  it('is found by its stack, and in a region of the profile', async () => {
    const app = broker.createApplication('CliFound');
    const { ISB_API_ENDPOINT: _, AWS_REGION: __, AWS_DEFAULT_REGION: ___, ...bare } = shellOf(app.own);
    const config = fileWith(`[default]\nregion = ${sandbox.account.region}\n`, 'config');
    const shell = {
      ...bare,
      ISB_API_ENDPOINT: '',
      AWS_REGION: '',
      AWS_DEFAULT_REGION: '',
      AWS_CONFIG_FILE: config,
    };
    const denied = await isb(shell, 'show', '--environment', 'sandbox');
    expect(denied.stderr).toMatch(/^isb show failed: AccessDenied.*cloudformation:DescribeStacks/);
    const policy = { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: '*' } as const;
    sandbox.account.identities.putRolePolicy('CliFound', 'Find', {
      Version: '2012-10-17',
      Statement: [policy],
    });
    const found = await isb(shell, 'show', '--environment', 'sandbox');
    expect(found.stderr).toMatch(/^isb show failed: ApplicationNotFound/);
  });
});
