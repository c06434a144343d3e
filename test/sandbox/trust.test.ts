// Takeover: what keeps one application from brokering itself into another's access role.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BrokerAnswer } from '../../client/broker-client.ts';
import { setVariables } from './support/amendments.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, startBroker, useBroker } from './support/broker-sandbox.ts';
import { OperatorTable } from './support/operator-table.ts';

useBroker();

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

  it.each(['Orders0', 'Orders1'])('takes %s, listed beside the other, for no pattern', async (name) => {
    const app = broker.createApplication(name, pinnedTo('Orders0', 'Orders1'));
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

  it.each<[string, string, object]>([
    ['by its beginning', 'PatternA', { StringLike: { 'sts:ExternalId': 'PatternA*' } }],
    ['by its end', 'PatternB', { StringLike: { 'sts:ExternalId': '*ternB' } }],
    ['by both ends', 'OrdersProd', { StringLike: { 'sts:ExternalId': 'Orders*Prod' } }],
    ['by its middle', 'PatternMid', { StringLike: { 'sts:ExternalId': '*tern*' } }],
    ['by several pieces', 'PatternPieces', { StringLike: { 'sts:ExternalId': 'P*t*n*P?eces' } }],
    ['but for its last character', 'PatternC', { StringLike: { 'sts:ExternalId': 'Pattern?' } }],
    ['whatever its letter case', 'PatternD', { StringEqualsIgnoreCase: { 'sts:ExternalId': 'patternd' } }],
    ['as one that is not forbidden', 'PatternE', { StringNotLike: { 'sts:ExternalId': '*Other*' } }],
  ])(
    'is not deceived by a pattern that the application’s own name fits %s',
    async (_, name, trustCondition) => {
      const app = broker.createApplication(name, { trustCondition });
      const answer = await app.call('POST', 'applications', app.registration());
      expect(answer).toMatchObject({ status: 201 });
      expect(warningsOf(answer)).toContain('ExternalIdNotRequired');
    },
  );

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
  it('is shared by its owner’s word, and by nothing that its trust policy says', async () => {
    const first = broker.createApplication('First', pinnedTo('First', 'Second'));
    const second = broker.createApplication('Second');
    const shared = { ...second.registration(), AccessRoleName: first.accessRoleName };
    expect(await first.call('POST', 'applications', first.registration())).toMatchObject({ status: 201 });
    expect(await second.call('POST', 'applications', shared)).toMatchObject({
      status: 409,
      body: { code: 'AccessRoleClaimed' },
    });

    const sharing = { ...first.registration(), SharedWith: ['Second'] };
    expect(await first.call('PUT', 'applications', sharing)).toMatchObject({
      status: 200,
      body: { SharedWith: ['Second'] },
    });
    expect(await second.call('POST', 'applications', shared)).toMatchObject({
      status: 201,
      body: { SharedBy: 'First' },
    });
    expect(await second.credentials('Yellow')).toMatchObject({ status: 200 });
    // The one that shares takes nothing with it when it leaves.
    expect(await second.call('DELETE', 'applications')).toMatchObject({ status: 200 });
    const thief = broker.createApplication('Third');
    const stolen = { ...thief.registration(), AccessRoleName: first.accessRoleName };
    expect(await thief.call('POST', 'applications', stolen)).toMatchObject({ status: 409 });
  });

  it('is shared only with whom its trust policy lets in as well', async () => {
    const owner = broker.createApplication('Generous', pinnedTo('Generous'));
    const guest = broker.createApplication('Guest');
    const sharing = { ...owner.registration(), SharedWith: ['Guest'] };
    expect(await owner.call('POST', 'applications', sharing)).toMatchObject({ status: 201 });
    expect(
      await guest.call('POST', 'applications', {
        ...guest.registration(),
        AccessRoleName: owner.accessRoleName,
      }),
    ).toMatchObject({ status: 403, body: { code: 'AccessRoleNotAssumable' } });
  });

  it.each<[string, (owner: BrokerApplication) => Promise<BrokerAnswer>]>([
    ['withdraws it', (owner) => owner.call('PUT', 'applications', owner.registration())],
    ['deregisters', (owner) => owner.call('DELETE', 'applications')],
    [
      'moves to another role',
      (owner) =>
        owner.call('PUT', 'applications', { ...owner.registration(), AccessRoleName: 'SpareAccess' }),
    ],
  ])('is shared no longer once its owner %s', async (how, end) => {
    if (how === 'moves to another role') broker.createAccessRole('SpareAccess');
    const name = how.replaceAll(' ', '');
    const owner = broker.createApplication(`Owner${name}`, pinnedTo(`Owner${name}`, `Sharer${name}`));
    const sharer = broker.createApplication(`Sharer${name}`);
    await owner.call('POST', 'applications', { ...owner.registration(), SharedWith: [sharer.roleName] });
    const shared = { ...sharer.registration(), AccessRoleName: owner.accessRoleName };
    expect(await sharer.call('POST', 'applications', shared)).toMatchObject({ status: 201 });
    expect(await sharer.credentials('Yellow')).toMatchObject({ status: 200 });
    expect(await end(owner)).toMatchObject({ status: 200 });
    // Both are in one execution environment, which forgets at once what it changes.
    expect(await sharer.credentials('Yellow')).toMatchObject({
      status: 403,
      body: { code: 'AccessRoleNotShared' },
    });
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
  it('refuses what it would otherwise warn of, registered before or not', async () => {
    const strict = await startBroker({
      amendTemplate: (_, template) => setVariables(template, () => ({ REQUIRE_PINNED_TRUST: 'true' })),
    });
    onTestFinished(() => strict.sandbox.stop());
    const loose = strict.createApplication('Loose');
    expect(await loose.call('POST', 'applications', loose.registration())).toMatchObject({
      status: 403,
      body: { code: 'TrustNotPinned' },
    });
    expect(await loose.call('GET', 'applications')).toMatchObject({ status: 404 });
    const tight = strict.createApplication('Tight', pinnedTo('Tight'));
    expect(await tight.call('POST', 'applications', tight.registration())).toMatchObject({ status: 201 });

    // As it stands where it was registered before the setting was switched on.
    await new OperatorTable(strict.sandbox).amend('Tight', { Trust: 'NotPinned' });
    const { status, body } = await tight.credentials('Yellow');
    expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'TrustNotPinned' });
    expect(body['message']).toContain('PUT the registration again');
    expect(await tight.call('PUT', 'applications', tight.registration())).toMatchObject({ status: 200 });
    expect(await tight.credentials('Yellow')).toMatchObject({ status: 200 });
  });
});
