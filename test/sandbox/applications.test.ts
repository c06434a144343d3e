// `isb applications` end to end: what the deployed broker has registered, and what else stands in its table.
import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { isb } from './support/isb.ts';
import { operatorOf } from './support/operator.ts';
import { OperatorTable } from './support/operator-table.ts';

useBroker();

const applications = (...args: readonly string[]) => isb(sandbox.environment, 'applications', ...args);

describe('isb applications', () => {
  it('says where none is registered', async () => {
    expect(await applications()).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: 'no application is registered\n',
    });
  });

  it('tells of every registration, and of items that are none', async () => {
    const table = new OperatorTable(sandbox);
    const trustCondition = { StringEquals: { 'sts:ExternalId': ['Owner', 'Guest'] } };
    const owner = broker.createApplication('Owner', { trustCondition });
    const guest = broker.createApplication('Guest');
    const owned = {
      ...owner.registration(),
      SharedWith: ['Guest'],
      SessionTags: { Role: 'custom:role' },
      Issuer: broker.outputs.jwksUrl.replace('/.well-known/jwks.json', ''),
    };
    expect(await owner.call('POST', 'applications', owned)).toMatchObject({ status: 201 });
    const shared = { ...guest.registration(), AccessRoleName: owner.accessRoleName };
    expect(await guest.call('POST', 'applications', shared)).toMatchObject({ status: 201 });
    await table.amend('Owner', { RevokedAt: '2030-04-01T12:00:00Z' });
    const huge = NumberValue.from('1e100');
    await table.amend('Reference', { ApplicationName: 'Reference', AccessPrincipalRoleName: 'Old', huge });
    const half = 'Half\u001b[2J';
    await table.amend(half, { ApplicationName: half, AccessRoleName: 'Half', SessionTagKey: 7 });

    const { exitCode, stdout, stderr } = await applications('--format', 'json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      applications: [
        {
          application: 'Guest',
          accessRole: 'OwnerAccess',
          tagKeys: ['TenantID'],
          issuers: [broker.outputs.jwksUrl],
          sharedBy: 'Owner',
          sharedWith: [],
          registeredAt: expect.stringMatching(/Z$/),
          version: (await table.item('Guest'))?.['Version'],
          trust: 'Pinned',
          usagePlan: { rateLimit: 100, burstLimit: 200, isDefault: true },
        },
        {
          application: 'Owner',
          accessRole: 'OwnerAccess',
          tagKeys: ['TenantID', 'Role'],
          issuers: [owned.Issuer],
          sharedWith: ['Guest'],
          registeredAt: expect.stringMatching(/Z$/),
          version: (await table.item('Owner'))?.['Version'],
          trust: 'Pinned',
          revokedAt: '2030-04-01T12:00:00Z',
          usagePlan: { rateLimit: 100, burstLimit: 200, isDefault: true },
        },
      ],
      noRegistrations: [half, 'Reference'],
    });

    const { stdout: shown } = await applications();
    const lines = shown.trimEnd().split('\n');
    expect(lines[0]?.split(/ {2,}/)).toEqual([
      ...['application', 'access role', 'tags', 'trust', 'usage plan', 'registered', 'revoked', 'shared by'],
      ...['shared with', 'issuers'],
    ]);
    expect(lines[2]).toMatch(
      /^Owner +OwnerAccess +TenantID Role +Pinned +100\/s, 200 at once +\S+Z +2030-04-01T12:00:00Z +Guest +https:/,
    );
    expect(lines.slice(3)).toEqual([
      'no registration: the item Half\\u001b[2J',
      'no registration: the item Reference',
    ]);
  });

  it('needs the permissions that docs/operations.md names, and each of them', async () => {
    const heading = 'What is registered';
    expect(await isb(operatorOf(sandbox, heading), 'applications')).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    for (const action of ['cloudformation:DescribeStacks', 'dynamodb:Scan']) {
      const { exitCode, stdout, stderr } = await isb(operatorOf(sandbox, heading, action), 'applications');
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(
          `^isb applications failed: AccessDenied\\w*: User: \\S+ is not authorized .* ${action} .*\n$`,
        ),
      );
    }
  });

  it('tells the rest where the usage plans may not be read, and says so', async () => {
    const operator = operatorOf(sandbox, 'What is registered', 'cloudformation:GetTemplate');
    const { exitCode, stdout, stderr } = await isb(operator, 'applications', '--format', 'json');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(
        /^usage plans are not told: AccessDenied: User: \S+ is not authorized .*cloudformation:GetTemplate/,
      ),
    });
    const [guest] = JSON.parse(stdout).applications;
    expect(guest).toMatchObject({ application: 'Guest', trust: 'Pinned' });
    expect(guest).not.toHaveProperty('usagePlan');
  });

  it.each([
    [['--format', 'xml'], '--format must be table or json'],
    [['Owner'], "Unexpected argument 'Owner'"],
  ])('refuses %j, and asks AWS nothing', async (args, reason) => {
    const { exitCode, stdout, stderr } = await isb({}, 'applications', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.startsWith(reason)).toBe(true);
  });
});
