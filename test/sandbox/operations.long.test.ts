// docs/operations.md: its commands, as a real bash runs them against a sandbox with the broker in it.
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, isTriedElsewhere } from '../support/shell-blocks.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { project } from './support/start-process.ts';

useBroker();

/** Blocks that ask for what the sandbox does not have; the others are each run below. */
const notTried: Readonly<Record<string, string>> = {
  'Let a recreated role back in, 1': 'the sandbox has no CloudTrail',
  'When one application floods, 3': 'the sandbox has no Service Quotas',
};
const tried = [
  'Before the first command, 1',
  'Before the first command, 2',
  'Revoke sessions, 1',
  'Revoke sessions, 2',
  'Revoke sessions, 3',
  'Let a recreated role back in, 2',
  'Let a recreated role back in, 3',
  'When an access role was recreated, 1',
  'Give an access role to another application, 1',
  'Give an access role to another application, 2',
  'When the service role was recreated, 1',
  'When the service role was recreated, 2',
  'When the service role was recreated, 3',
  'When one application floods, 1',
  'When one application floods, 2',
] as const;

const blocks = blocksOf('docs/operations.md');
const block = (name: (typeof tried)[number]) => {
  const found = blocks.get(name);
  if (found === undefined) throw new Error(`docs/operations.md has no block ${name}`);
  return found;
};

describe('docs/operations.md', () => {
  it('has blocks that are run here, and those that are not tried, and no other', () => {
    const names = [...blocks.keys()].filter((name) => !isTriedElsewhere(name));
    expect(names.sort()).toEqual([...tried, ...Object.keys(notTried)].sort());
  });

  it.skip.each(Object.entries(notTried))('%s: not tried, for %s', () => {});
});

const hasAwsCli = (() => {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One shell, as it is when nobody has set anything in it but these variables. */
async function bash(variables: Readonly<Record<string, string>>, ...commands: string[]): Promise<Ran> {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
  const script = ['set -o pipefail', ...assignments, ...commands].join('\n');
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    ...sandbox.environment,
    PATH,
    HOME,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const running = promisify(execFile)('bash', ['--noprofile', '--norc', '-c', script], { cwd: project, env });
  return running.then(
    ({ stdout, stderr }) => ({ exitCode: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ exitCode: code, stdout, stderr }),
  );
}

async function registered(name: string) {
  const application = broker.createApplication(name);
  expect(await application.call('POST', 'applications', application.registration())).toMatchObject({
    status: 201,
  });
  return application;
}

describe.skipIf(!hasAwsCli)('the commands of docs/operations.md, with the AWS CLI', () => {
  /** What the first block sets. */
  let found: Record<string, string>;
  const run = (variables: Record<string, string>, ...names: (typeof tried)[number][]) =>
    bash({ ...found, ...variables }, ...names.map(block));

  beforeAll(async () => {
    const first = await bash(
      { _stack: 'IAMSessionBroker-Service-Sandbox' },
      block('Before the first command, 1'),
      'for _name in _registrations _service_role _account; do printf "%s %s\\n" "$_name" "${!_name}"; done',
    );
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    found = Object.fromEntries(
      first.stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')),
    );
  });

  it('begin with the outputs of the stack', () => {
    expect(found).toEqual({
      _registrations: sandbox.functions.all[0]?.configuration.variables['ACCESS_METADATA_TABLE_NAME'],
      _service_role: 'IAMSessionBroker',
      _account: sandbox.account.accountId,
    });
  });

  it.each(
    tried.filter(
      (name) => !['Before the first command, 1', 'When the service role was recreated, 1'].includes(name),
    ),
  )('change nothing while it is not said of what: %s', async (name) => {
    const requests = sandbox.account.trail.events.length;
    const { stderr } = await run({}, name);
    expect(stderr).toMatch(/set it to the name of|see the step before|parameter null or not set/);
    const asked = sandbox.account.trail.events.slice(requests);
    expect(asked.filter(({ operation }) => !/^(Get|List|Describe)/.test(operation))).toEqual([]);
  });

  it('show what an application has registered', async () => {
    const { accessRoleName } = await registered('Shown');
    const { stdout } = await run({ _application: 'Shown' }, 'Before the first command, 2');
    expect(JSON.parse(stdout)).toMatchObject({ AccessRoleName: { S: accessRoleName } });
  });

  it('revoke the sessions of one tenant, and then all', async () => {
    const application = await registered('Revoked');
    await application.credentials('Yellow');
    const denials = () => [
      ...sandbox.account.identities.role(application.accessRoleName).inlinePolicies.keys(),
    ];
    const variables = { _application: 'Revoked', _tenant: 'Yellow' };

    const dryRun = await run(variables, 'Revoke sessions, 1');
    expect(dryRun).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing was changed') });
    expect(denials()).toEqual([]);

    expect(await run(variables, 'Revoke sessions, 2')).toMatchObject({ exitCode: 0 });
    expect(denials()).toHaveLength(1);
    expect(await run(variables, 'Revoke sessions, 3')).toMatchObject({ exitCode: 0 });
    expect(denials()).toHaveLength(2);
  });

  it('let a recreated role back in', async () => {
    broker.deleteApplication(await registered('Reborn'));
    const young = broker.createApplication('Reborn');
    expect(await young.call('GET', 'applications')).toMatchObject({
      status: 403,
      body: { code: 'ApplicationRoleRecreated' },
    });
    const { exitCode, stdout } = await run(
      { _application: 'Reborn' },
      'Let a recreated role back in, 2',
      'Let a recreated role back in, 3',
    );
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^AROA\w+ is registered, and the role is AROA/),
    });
    expect(await young.call('PUT', 'applications', young.registration())).toMatchObject({ status: 200 });
  });

  it('show the trust policy of an access role that was recreated', async () => {
    const { accessRoleName } = await registered('Renewed');
    const { roleId } = broker.recreateAccessRole(accessRoleName);
    const { stdout } = await run({ _access_role: accessRoleName }, 'When an access role was recreated, 1');
    expect(JSON.parse(stdout)).toEqual([
      roleId,
      expect.any(String),
      expect.objectContaining({ Statement: expect.any(Array) }),
    ]);
  });

  it('give an access role to another application', async () => {
    const { accessRoleName: _access_role } = await registered('Gone');
    const heir = broker.createApplication('Heir');
    const variables = { _access_role, _owner: 'Gone', _new_owner: 'Heir' };
    const other = await run(
      { ...variables, _access_role: 'HeirAccess' },
      'Give an access role to another application, 2',
    );
    expect(other.stderr).toContain('ConditionalCheckFailedException');

    const given = await run(
      variables,
      'Give an access role to another application, 1',
      'Give an access role to another application, 2',
    );
    expect(given).toMatchObject({ exitCode: 0, stderr: '' });
    const trust = sandbox.account.identities.shownTrustPolicy(sandbox.account.identities.role(_access_role));
    expect(JSON.stringify(trust)).toContain('{"sts:ExternalId":"Heir"}');
    // The claim can be taken over once it is a minute old; until then it is told apart from one whose registration is on its way.
    expect(
      await heir.call('POST', 'applications', { ...heir.registration(), AccessRoleName: _access_role }),
    ).toMatchObject({
      body: { code: expect.stringMatching(/AccessRoleClaimed|RegistrationInProgress/) },
    });
  });

  it('deny an application the gateway, and let it in again', async () => {
    const application = await registered('Flooding');
    const variables = { _application: 'Flooding' };
    expect(await run(variables, 'When one application floods, 1')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await application.credentials('Yellow')).toMatchObject({ status: 403 });
    expect(await run(variables, 'When one application floods, 2')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await application.credentials('Yellow')).toMatchObject({ status: 200 });
  });

  // The last: the broker's own role is another afterwards.
  it('name the service role anew in trust policies, once it was recreated', async () => {
    const { accessRoleName: _access_role } = await registered('CutOff');
    const { identities } = sandbox.account;
    const old = identities.role('IAMSessionBroker');
    const shown = () => JSON.stringify(identities.shownTrustPolicy(identities.role(_access_role)));
    const trustPolicy = identities.shownTrustPolicy(old);
    for (const policy of old.inlinePolicies.keys()) identities.deleteRolePolicy('IAMSessionBroker', policy);
    identities.deleteRole('IAMSessionBroker');
    const { arn } = identities.createRole({ roleName: 'IAMSessionBroker', trustPolicy });
    expect(shown()).toContain(old.roleId);

    const listed = await run({}, 'When the service role was recreated, 1');
    expect(listed.stdout).toMatch(new RegExp(`^${_access_role} \\{.*"${old.roleId}"`, 'm'));
    const mended = await run(
      { _access_role },
      'When the service role was recreated, 2',
      'When the service role was recreated, 3',
    );
    expect(mended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(shown()).toContain(arn);
    expect(shown()).not.toContain(old.roleId);
  });
});
