// Takeover: what keeps one application from brokering itself into another's access role.

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { BrokerAnswer } from '../../demo/broker-client.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
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
    expect(codes).not.toContain('TrustNotVerified');
  });

  it('says that it knows nothing where the broker is not let in at all', async () => {
    const app = broker.createApplication('Untrusting', pinnedTo('SomebodyElse'));
    expect(warningsOf(await app.call('POST', 'applications', app.registration()))).toContain(
      'TrustNotVerified',
    );
    const { AccessRoleName, ...rest } = broker.createApplication('NoRole').registration();
    const noRole = broker.createApplication('NoRoleYet');
    const answer = await noRole.call('POST', 'applications', {
      ...rest,
      AccessRoleName: `${AccessRoleName}Missing`,
    });
    expect(warningsOf(answer)).toContain('TrustNotVerified');
  });

  it('follows the trust policy when the registration is put again', async () => {
    const app = broker.createApplication('Mended');
    await app.call('POST', 'applications', app.registration());
    const role = sandbox.account.identities.role(app.accessRoleName);
    const trust = structuredClone(sandbox.account.identities.shownTrustPolicy(role)) as {
      Statement: object[];
    };
    trust.Statement = trust.Statement.map((statement) => ({
      ...statement,
      Condition: { StringEquals: { 'sts:ExternalId': app.roleName } },
    }));
    sandbox.account.identities.updateTrustPolicy(app.accessRoleName, trust);
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
  it('is let in again once an operator has deleted the registration, as docs/operations.md says', async () => {
    const old = broker.createApplication('Reborn');
    expect(await old.call('POST', 'applications', old.registration())).toMatchObject({ status: 201 });
    broker.deleteApplication(old);
    const young = broker.createApplication('Reborn');
    expect(await young.call('DELETE', 'applications')).toMatchObject({
      status: 403,
      body: { code: 'ApplicationRoleRecreated' },
    });
    await new OperatorTable(sandbox).delete('Reborn');
    expect(await young.call('POST', 'applications', young.registration())).toMatchObject({ status: 201 });
    expect(await young.credentials('Yellow')).toMatchObject({ status: 200 });
  });
});

describe('requirePinnedTrust', () => {
  it('refuses what it would otherwise warn of', async () => {
    const strict = await startSandbox({
      assemblyDirectory: inject('assemblyDirectory'),
      maxEnvironments: 1,
      amendTemplate: (_, template) => {
        for (const { Type, Properties } of Object.values(template.Resources)) {
          if (Type !== 'AWS::Lambda::Function') continue;
          const { Variables } = (Properties as { Environment: { Variables: Record<string, string> } })
            .Environment;
          Variables['REQUIRE_PINNED_TRUST'] = 'true';
        }
      },
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
