// Takeover: what keeps one application from brokering itself into another's access role.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { BrokerAnswer } from '../../client/broker-client.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { setVariables } from './support/amendments.ts';
import { Broker, OperatorTable } from './support/broker.ts';

let sandbox: Sandbox;
let broker: Broker;

beforeAll(async () => {
  sandbox = await startSandbox({ assemblyDirectory: inject('assemblyDirectory'), maxEnvironments: 1 });
  broker = await Broker.of(sandbox);
});
afterAll(() => sandbox?.stop());

const warningsOf = ({ body }: BrokerAnswer) =>
  (body['Warnings'] as { Code: string }[]).map(({ Code }) => Code);
const pinnedTo = (...names: string[]) => ({ trustCondition: { StringEquals: { 'sts:ExternalId': names } } });

describe('the trust probe', () => {
  it('warns of a trust policy that lets the broker in with any external id', async () => {
    const app = broker.createApplication('Unpinned');
    const answer = await app.call('POST', 'applications', app.registration());
    expect(warningsOf(answer)).toContain('ExternalIdNotRequired');
    expect(warningsOf(await app.call('GET', 'applications'))).toContain('ExternalIdNotRequired');
  });

  it('is content with a trust policy that requires the application’s', async () => {
    const app = broker.createApplication('WellPinned', pinnedTo('WellPinned'));
    const codes = warningsOf(await app.call('POST', 'applications', app.registration()));
    expect(codes).not.toContain('ExternalIdNotRequired');
  });

  it('refuses a role that does not let the broker in, and leaves no claim on it', async () => {
    const app = broker.createApplication('Untrusting', pinnedTo('SomebodyElse'));
    expect(await app.call('POST', 'applications', app.registration())).toMatchObject({
      status: 403,
      body: { code: 'AccessRoleNotAssumable' },
    });
    expect(await app.call('GET', 'applications')).toMatchObject({ status: 404 });
    expect(await new OperatorTable(sandbox).item('AccessRole#untrustingaccess')).toBeUndefined();
  });

  it('keeps nobody from a role that is created later', async () => {
    const squatter = broker.createApplication('Squatter');
    const AccessRoleName = 'LatecomerAccess';
    expect(
      await squatter.call('POST', 'applications', { ...squatter.registration(), AccessRoleName }),
    ).toMatchObject({
      status: 403,
      body: { code: 'AccessRoleNotAssumable' },
    });
    const owner = broker.createApplication('Latecomer', pinnedTo('Latecomer'));
    expect(await owner.call('POST', 'applications', owner.registration())).toMatchObject({ status: 201 });
    expect(await squatter.credentials('Yellow')).toMatchObject({ status: 404 });
  });

  it('tells of another application’s role nothing but whose it is', async () => {
    const owner = broker.createApplication('Discreet');
    await owner.call('POST', 'applications', owner.registration());
    const curious = broker.createApplication('Curious');
    const body = { ...curious.registration(), AccessRoleName: owner.accessRoleName };
    const open = await curious.call('POST', 'applications', body);
    broker.setTrustPolicy(owner.accessRoleName, {
      Condition: { StringEquals: { 'sts:ExternalId': 'Discreet' } },
    });
    const closed = await curious.call('POST', 'applications', body);
    expect(open).toMatchObject({ status: 409, body: { code: 'AccessRoleClaimed' } });
    expect({ ...closed.body, requestId: '' }).toEqual({ ...open.body, requestId: '' });
  });

  it('is not deceived by a pattern that the application’s own name fits', async () => {
    const app = broker.createApplication('Patterned', {
      trustCondition: { StringLike: { 'sts:ExternalId': 'Patterned*' } },
    });
    expect(warningsOf(await app.call('POST', 'applications', app.registration()))).toContain(
      'ExternalIdNotRequired',
    );
  });

  it('follows the trust policy when the registration is put again', async () => {
    const app = broker.createApplication('Mended');
    await app.call('POST', 'applications', app.registration());
    broker.setTrustPolicy(app.accessRoleName, {
      Condition: { StringEquals: { 'sts:ExternalId': app.roleName } },
    });
    expect(warningsOf(await app.call('PUT', 'applications', app.registration()))).not.toContain(
      'ExternalIdNotRequired',
    );
  });

  it('sees a tag of the access role’s own under the session tag’s key', async () => {
    const app = broker.createApplication('Tagged', { accessRoleTags: { TenantID: 'Yellow' } });
    expect(warningsOf(await app.call('POST', 'applications', app.registration()))).toContain(
      'AccessRoleHasSessionTag',
    );
    const plain = broker.createApplication('OtherwiseTagged', { accessRoleTags: { Team: 'Yellow' } });
    expect(warningsOf(await plain.call('POST', 'applications', plain.registration()))).not.toContain(
      'AccessRoleHasSessionTag',
    );
  });
});

describe('an access role', () => {
  it('can be shared where its trust policy requires an external id and lists both applications', async () => {
    const first = broker.createApplication('First', pinnedTo('First', 'Second'));
    const second = broker.createApplication('Second');
    expect(await first.call('POST', 'applications', first.registration())).toMatchObject({ status: 201 });
    const shared = { ...second.registration(), AccessRoleName: first.accessRoleName };
    expect(await second.call('POST', 'applications', shared)).toMatchObject({ status: 201 });
    expect(await second.credentials('Yellow')).toMatchObject({ status: 200 });
    // The one that shares takes nothing with it when it leaves.
    expect(await second.call('DELETE', 'applications')).toMatchObject({ status: 200 });
    const thief = broker.createApplication('Third');
    const stolen = { ...thief.registration(), AccessRoleName: first.accessRoleName };
    expect(await thief.call('POST', 'applications', stolen)).toMatchObject({ status: 409 });
  });

  it('that pins only its owner stays closed to others', async () => {
    const owner = broker.createApplication('Closed', pinnedTo('Closed'));
    await owner.call('POST', 'applications', owner.registration());
    const thief = broker.createApplication('Burglar');
    const stolen = { ...thief.registration(), AccessRoleName: owner.accessRoleName };
    expect(await thief.call('POST', 'applications', stolen)).toMatchObject({
      status: 409,
      body: { code: 'AccessRoleClaimed' },
    });
  });
});

describe('a recreated role', () => {
  it('is let in again once an operator has rebound the registration, as docs/operations.md says', async () => {
    const old = broker.createApplication('Reborn');
    expect(await old.call('POST', 'applications', old.registration())).toMatchObject({ status: 201 });
    const table = new OperatorTable(sandbox);
    const before = await table.item('Reborn');
    broker.deleteApplication(old);
    const young = broker.createApplication('Reborn');
    expect(await young.call('DELETE', 'applications')).toMatchObject({
      status: 403,
      body: { code: 'ApplicationRoleRecreated' },
    });
    const { roleId } = sandbox.account.identities.role('Reborn');
    await table.rebind('Reborn', String(before?.['ApplicationRoleId']), roleId);
    // The registration is the old one, and the claim on its access role was never given up.
    expect(await young.call('GET', 'applications')).toMatchObject({ status: 200 });
    expect(await young.call('PUT', 'applications', young.registration())).toMatchObject({ status: 200 });
    expect(await young.credentials('Yellow')).toMatchObject({ status: 200 });
  });
});

describe('requirePinnedTrust', () => {
  it('refuses what it would otherwise warn of', async () => {
    const strict = await startSandbox({
      assemblyDirectory: inject('assemblyDirectory'),
      maxEnvironments: 1,
      amendTemplate: (_, template) => setVariables(template, () => ({ REQUIRE_PINNED_TRUST: 'true' })),
    });
    try {
      const strictBroker = await Broker.of(strict);
      const loose = strictBroker.createApplication('Loose');
      expect(await loose.call('POST', 'applications', loose.registration())).toMatchObject({
        status: 403,
        body: { code: 'TrustNotPinned' },
      });
      expect(await loose.call('GET', 'applications')).toMatchObject({ status: 404 });
      const tight = strictBroker.createApplication('Tight', pinnedTo('Tight'));
      expect(await tight.call('POST', 'applications', tight.registration())).toMatchObject({ status: 201 });
    } finally {
      await strict.stop();
    }
  });
});
