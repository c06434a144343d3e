// Registrars: who may register is not who runs, where the deployment says so.
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { BrokerAnswer } from '../../client/broker-client.ts';
import { setVariables } from './support/amendments.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, startBroker, useBroker } from './support/broker-sandbox.ts';

/** All that a registrar does here, it does at once. */
const ample = { rateLimit: 100, burstLimit: 1_000 };

let deployer: BrokerApplication;

useBroker({
  amendTemplate: (_, template) =>
    setVariables(template, () => ({
      REGISTRARS: 'Deployer Auditor,Two',
      USAGE_PLANS: JSON.stringify({ default: ample, registration: ample, applications: {} }),
    })),
});
beforeAll(() => {
  deployer = broker.createApplication('Deployer');
});

const roleIdOf = ({ roleName }: BrokerApplication) => sandbox.account.identities.role(roleName).roleId;
const named = (app: BrokerApplication) => ({
  ...app.registration(),
  ApplicationName: app.roleName,
  ApplicationRoleId: roleIdOf(app),
});
const about = ({ roleName }: BrokerApplication) => ({ query: { applicationName: roleName } });
const notARegistrar = { status: 403, body: { code: 'NotARegistrar' } };
const invalid = { status: 400, body: { code: 'InvalidRequest' } };

describe('a registrar', () => {
  it('registers, shows, replaces and deregisters an application, which gets the credentials', async () => {
    const app = broker.createApplication('Shop');
    expect(await deployer.call('POST', 'applications', named(app))).toMatchObject({
      status: 201,
      body: { ApplicationName: 'Shop', ApplicationRoleId: roleIdOf(app), ExternalId: 'Shop' },
    });
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
    expect(await app.call('GET', 'applications')).toMatchObject({
      status: 200,
      body: { ApplicationName: 'Shop' },
    });
    expect(await deployer.call('GET', 'applications', undefined, about(app))).toMatchObject({
      status: 200,
      body: { ApplicationName: 'Shop' },
    });
    expect(
      await deployer.call('PUT', 'applications', { ...named(app), SessionDurationSeconds: 900 }),
    ).toMatchObject({ status: 200, body: { SessionDurationSeconds: 900 } });
    expect(await deployer.call('DELETE', 'applications', undefined, about(app))).toMatchObject({
      status: 200,
    });
    expect(await app.credentials('Yellow')).toMatchObject({ status: 404 });

    expect(broker.recordsOf('Shop')).toContainEqual(
      expect.objectContaining({
        operation: 'ReplaceApplication',
        application: 'Shop',
        registrar: 'Deployer',
        registrarRoleId: roleIdOf(deployer),
        changes: { SessionDurationSeconds: { before: 3600, after: 900 } },
      }),
    );
  });

  it('lets a recreated application back in by naming its new role’s id', async () => {
    const old = broker.createApplication('Phoenix');
    expect(await deployer.call('POST', 'applications', named(old))).toMatchObject({ status: 201 });
    const before = roleIdOf(old);
    broker.deleteApplication(old);
    const young = broker.createApplication('Phoenix');
    expect(await young.credentials('Yellow')).toMatchObject({
      status: 403,
      body: { code: 'ApplicationRoleRecreated' },
    });
    expect(await deployer.call('PUT', 'applications', named(young))).toMatchObject({ status: 200 });
    expect(await young.credentials('Yellow')).toMatchObject({ status: 200 });
    expect(broker.recordsOf('Phoenix').at(-2)).toMatchObject({
      changes: { ApplicationRoleId: { before, after: roleIdOf(young) } },
    });
  });

  it('gets no credentials for the application that it registers', async () => {
    const app = broker.createApplication('Served');
    expect(await deployer.call('POST', 'applications', named(app))).toMatchObject({ status: 201 });
    expect(await deployer.credentials('Yellow')).toMatchObject({
      status: 404,
      body: { code: 'ApplicationNotFound' },
    });
  });

  it('must name the application, and its role’s id, where it writes', async () => {
    const app = broker.createApplication('Nameless');
    const { ApplicationName, ApplicationRoleId, ...rest } = named(app);
    for (const body of [
      rest,
      { ...rest, ApplicationName },
      { ...rest, ApplicationRoleId },
      { ...rest, ApplicationName, ApplicationRoleId: 'Nameless' },
      { ...rest, ApplicationName: 'a/b', ApplicationRoleId },
      { ...rest, ApplicationName: 7, ApplicationRoleId },
    ]) {
      expect(await deployer.call('POST', 'applications', body)).toMatchObject(invalid);
      expect(await deployer.call('PUT', 'applications', body)).toMatchObject(invalid);
    }
    expect(await deployer.call('DELETE', 'applications')).toMatchObject(invalid);
  });
});

describe('an application, where there are registrars,', () => {
  it('writes no registration, its own neither', async () => {
    const app = broker.createApplication('Hopeful');
    expect(await app.call('POST', 'applications', app.registration())).toMatchObject(notARegistrar);
    expect(await app.call('POST', 'applications', named(app))).toMatchObject(notARegistrar);
    expect(await deployer.call('POST', 'applications', named(app))).toMatchObject({ status: 201 });
    expect(await app.call('PUT', 'applications', app.registration())).toMatchObject(notARegistrar);
    expect(await app.call('DELETE', 'applications')).toMatchObject(notARegistrar);
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
  });

  it('sees no other’s registration', async () => {
    const [app, other] = ['Nosy', 'Private'].map((name) => broker.createApplication(name)) as [
      BrokerApplication,
      BrokerApplication,
    ];
    expect(await deployer.call('POST', 'applications', named(other))).toMatchObject({ status: 201 });
    expect(await app.call('GET', 'applications', undefined, about(other))).toMatchObject(notARegistrar);
  });
});

describe('an application, where there are no registrars,', () => {
  it('may name itself, and nobody else', async () => {
    const own = await startBroker();
    onTestFinished(() => own.sandbox.stop());
    const [app, other] = ['Self', 'Else'].map((name) => own.createApplication(name)) as [
      BrokerApplication,
      BrokerApplication,
    ];
    const { roleId } = own.sandbox.account.identities.role('Self');
    const write = (body: object): Promise<BrokerAnswer> =>
      app.call('PUT', 'applications', { ...app.registration(), ...body });
    const itself = { ...app.registration(), ApplicationName: 'Self', ApplicationRoleId: roleId };
    expect(await app.call('POST', 'applications', itself)).toMatchObject({ status: 201 });
    expect(await write({ ApplicationName: 'Else' })).toMatchObject(notARegistrar);
    expect(await write({ ApplicationRoleId: 'AROAELSEELSEELSEELSEX' })).toMatchObject(notARegistrar);
    expect(await app.call('GET', 'applications', undefined, about(app))).toMatchObject({ status: 200 });
    expect(await app.call('GET', 'applications', undefined, about(other))).toMatchObject(notARegistrar);
    expect(await app.call('DELETE', 'applications', undefined, about(other))).toMatchObject(notARegistrar);
  });
});
