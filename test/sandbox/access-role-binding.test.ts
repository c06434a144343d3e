// An access role is its unique id: what a role that was deleted and created anew under its name does to registrations.
import { beforeAll, describe, expect, it } from 'vitest';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { OperatorTable } from './support/operator-table.ts';

let table: OperatorTable;

useBroker();
beforeAll(() => {
  table = new OperatorTable(sandbox);
});

const pinnedTo = (...names: string[]) => ({ trustCondition: { StringEquals: { 'sts:ExternalId': names } } });
const recreated = { status: 403, body: { code: 'AccessRoleRecreated' } };
const claimed = { status: 409, body: { code: 'AccessRoleClaimed' } };

/** Registers another's access role. */
const register = (app: BrokerApplication, AccessRoleName: string, method: 'POST' | 'PUT' = 'POST') =>
  app.call(method, 'applications', { ...app.registration(), AccessRoleName });

describe('an access role that was deleted and created anew', () => {
  it('is not the squatter’s who registered the earlier one, and is its owner’s for the asking', async () => {
    const squatter = broker.createApplication('Squat');
    const billing = broker.createApplication('Billing');
    const before = broker.recreateAccessRole('BillingAccess', pinnedTo('Squat'));
    expect(await register(squatter, 'BillingAccess')).toMatchObject({
      status: 201,
      body: { AccessRoleId: before.roleId },
    });

    const after = broker.recreateAccessRole('BillingAccess');
    expect(await squatter.credentials('Yellow')).toMatchObject(recreated);
    expect(await register(billing, 'BillingAccess')).toMatchObject({
      status: 201,
      body: { AccessRoleId: after.roleId },
    });
    expect(await billing.credentials('Yellow')).toMatchObject({ status: 200 });

    const { status, body } = await squatter.credentials('Blue');
    expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'AccessRoleRecreated' });
    expect(body['message']).toContain('PUT the registration again');
    expect(await register(squatter, 'BillingAccess', 'PUT')).toMatchObject(claimed);
    expect(await squatter.call('DELETE', 'applications')).toMatchObject({ status: 200 });
    // What the squatter left behind was no claim any more.
    expect(await table.item('AccessRole#billingaccess')).toMatchObject({ Owner: 'Billing' });

    expect(broker.recordsOf('Billing')).toContainEqual(
      expect.objectContaining({
        outcome: 'allowed',
        operation: 'RegisterApplication',
        claimTakenFrom: 'Squat',
      }),
    );
    expect(broker.recordsOf('Squat')).toContainEqual(
      expect.objectContaining({
        outcome: 'denied',
        code: 'AccessRoleRecreated',
        accessRole: 'BillingAccess',
      }),
    );
  });

  it('is taken over too where the earlier one’s holder is not even let in any more', async () => {
    const holder = broker.createApplication('Holder');
    const heir = broker.createApplication('Heir');
    broker.recreateAccessRole('HeirAccess', pinnedTo('Holder'));
    expect(await register(holder, 'HeirAccess')).toMatchObject({ status: 201 });

    broker.recreateAccessRole('HeirAccess', pinnedTo('Heir'));
    expect(await register(heir, 'HeirAccess')).toMatchObject({ status: 201 });
    expect(await holder.credentials('Yellow')).toMatchObject({
      status: 403,
      body: { code: 'AccessRoleNotAssumable' },
    });
  });

  it('is its holder’s again by a PUT', async () => {
    const app = broker.createApplication('Steady', pinnedTo('Steady'));
    expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
    const { roleId } = broker.recreateAccessRole(app.accessRoleName, pinnedTo('Steady'));
    expect(await app.credentials('Yellow')).toMatchObject(recreated);
    expect(await app.call('PUT', 'applications', app.registration())).toMatchObject({
      status: 200,
      body: { AccessRoleId: roleId },
    });
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
  });

  it('takes nobody’s claim by being asked for alone: the same role stays its holder’s', async () => {
    const owner = broker.createApplication('Lasting');
    const other = broker.createApplication('Wanting');
    expect(await owner.call('POST', 'applications', owner.registration())).toMatchObject({ status: 201 });
    expect(await register(other, owner.accessRoleName)).toMatchObject(claimed);
    expect(await owner.credentials('Yellow')).toMatchObject({ status: 200 });
  });

  it('leaves sessions that were issued before what they were: of the deleted role, and dead', async () => {
    const app = broker.createApplication('Sleeper', pinnedTo('Sleeper'));
    await app.call('POST', 'applications', app.registration());
    const { body } = await app.credentials('Yellow');
    broker.recreateAccessRole(app.accessRoleName, pinnedTo('Sleeper'));
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200, body });
    expect(() => broker.sessionOf(body)).toThrow('no session has this access key id');
    // A new session is one of the new role, and is not handed out.
    expect(await app.credentials('Blue')).toMatchObject(recreated);
  });
});

describe('a registration from before access roles were told apart by id', () => {
  it('is served as it was, and says that it should be PUT again', async () => {
    const app = broker.createApplication('Elder', pinnedTo('Elder'));
    await app.call('POST', 'applications', app.registration());
    await table.amend('Elder', {}, ['AccessRoleId']);
    await table.amend('AccessRole#elderaccess', {}, ['AccessRoleId']);
    broker.recreateAccessRole(app.accessRoleName, pinnedTo('Elder'));
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
    const codes = (body: Record<string, unknown>) =>
      (body['Warnings'] as { Code: string }[]).map(({ Code }) => Code);
    expect(codes((await app.call('GET', 'applications')).body)).toContain('AccessRoleNotBound');
    const put = await app.call('PUT', 'applications', app.registration());
    expect(codes(put.body)).not.toContain('AccessRoleNotBound');
  });
});
