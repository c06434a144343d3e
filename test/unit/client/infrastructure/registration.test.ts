// The registration's function without a network: what it waits for, and how long; delivered twice; what it tells and what not.
import { describe, expect, it } from 'vitest';
import {
  assumed,
  FIVE_MINUTES,
  forbidden,
  functionWith,
  notFound,
  properties,
  registered,
  requestOf,
  SECRETS,
  stsError,
} from '../../../support/registration-function.ts';

describe('a creation', () => {
  it('registers, and tells what CloudFormation is to know: warnings too, and no secret', async () => {
    const { run, told, logged, requests } = functionWith();
    await run(requestOf('Create'));
    const Warnings = 'TrustNotPinned: require sts:ExternalId';
    expect(told).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'App',
        StackId: 'stack',
        RequestId: 'request-1',
        LogicalResourceId: 'Registration',
        Data: {
          ApplicationName: 'App',
          ApplicationRoleId: 'AROAAPP',
          ExternalId: 'App',
          AccessRoleId: 'AROAACCESS',
          WarningCodes: 'TrustNotPinned',
          Warnings,
        },
      },
    ]);
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'WARN', Warnings, application: 'App' },
    ]);
    expect(requests[0]?.body).toContain('RoleSessionName=IAMSessionBrokerRegistration');
    for (const secret of [...SECRETS, 'canary-signature'])
      expect(JSON.stringify([told, logged])).not.toContain(secret);
  });

  it('replaces a different registration, and leaves it when it is rolled back', async () => {
    const conflict = { status: 409, body: { code: 'ApplicationAlreadyRegistered', message: 'differently' } };
    const { run, told, asked } = functionWith({
      'GET applications': () => ({ body: registered }),
      'POST applications': () => conflict,
    });
    await run(requestOf('Create'));
    expect(told[0]).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'App/adopted' });
    expect(asked).toContain('PUT applications');
    await run(requestOf('Delete', { RequestId: 'request-2', PhysicalResourceId: 'App/adopted' }));
    expect(told[1]).toMatchObject({ Status: 'SUCCESS' });
    expect(asked).not.toContain('DELETE applications');
  });

  it('that is delivered twice is done once, and answered alike', async () => {
    const { run, told, asked } = functionWith();
    await Promise.all([run(requestOf('Create')), run(requestOf('Create'))]);
    expect(asked.filter((each) => each === 'POST applications')).toHaveLength(1);
    expect(told[1]).toEqual(told[0]);
  });

  it('waits for IAM: the trust, the permission, the access role’s trust', async () => {
    const notYet = { status: 403, body: { code: 'AccessRoleNotAssumable', message: 'AccessDenied' } };
    const { run, told, asked } = functionWith({
      STS: (times) => (times < 4 ? { status: 403, body: stsError('AccessDenied') } : { body: assumed }),
      'GET applications': (times) => (times < 3 ? forbidden : notFound),
      'POST applications': (times) => (times < 3 ? notYet : { status: 201, body: registered }),
    });
    await run(requestOf('Create'));
    expect(told).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'App' }]);
    expect(asked.filter((each) => each === 'STS')).toHaveLength(4);
  });

  it('waits no longer than it was told, and says what was refused', async () => {
    const { run, told, waitedMs } = functionWith({ 'GET applications': () => forbidden }, 30);
    await run(requestOf('Create'));
    expect(told).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'App/unknown' }]);
    expect(told[0]?.['Reason']).toMatch(/^GatewayRefused: 403 \(Forbidden\)/);
    expect(waitedMs()).toBeGreaterThan(20_000);
    expect(waitedMs()).toBeLessThan(35_000);
  });

  it('is asked again while the broker throttles or fails, and answered in time all the same', async () => {
    const throttled = {
      status: 429,
      body: { code: 'TooManyRequests', message: 'wait' },
      headers: { 'retry-after': '7' },
    };
    const { run, told } = functionWith({
      'POST applications': (times) => (times < 4 ? throttled : { status: 201, body: registered }),
    });
    await run(requestOf('Create'));
    expect(told).toMatchObject([{ Status: 'SUCCESS' }]);

    const failing = functionWith({
      'POST applications': () => ({ status: 503, body: { code: 'StsUnavailable' } }),
    });
    await failing.run(requestOf('Create'));
    // Nothing was registered before: what may have been written is the stack's to delete.
    expect(failing.told).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'App' }]);
    expect(failing.waitedMs()).toBeLessThan(FIVE_MINUTES - 10_000);
  });

  it.each([
    ['Registration', '{"a":', 'Registration: must be a JSON object'],
    ['Endpoint', 'http://broker.example.com/', 'endpoint: must be an https URL; http is for loopback alone'],
    ['ApplicationName', '', 'ApplicationName: must be a text that is not empty'],
  ])(
    'with a wrong %s fails at once, in a line, and touches nothing when it is rolled back',
    async (name, value, Reason) => {
      const { run, told, asked, waitedMs } = functionWith();
      const ResourceProperties = { ...properties, [name]: value };
      await run(requestOf('Create', { ResourceProperties }));
      expect(told).toMatchObject([{ Status: 'FAILED', Reason }]);
      expect(waitedMs()).toBe(0);
      const { PhysicalResourceId } = told[0] as Record<string, unknown>;
      await run(requestOf('Delete', { RequestId: 'request-2', PhysicalResourceId, ResourceProperties }));
      expect(told[1]).toMatchObject({ Status: 'SUCCESS' });
      expect(asked.filter((each) => /POST|DELETE/.test(each))).toEqual([]);
    },
  );

  it.each([
    ['a warning', { Warnings: [{ Code: 'TrustNotPinned', Message: '“\u0007"'.repeat(2_000) }] }],
    ['all that is answered', { ExternalId: '\u0007'.repeat(5_000), Warnings: [] }],
  ])('says no more than CloudFormation takes, 4,096 bytes, however long %s is', async (_, more) => {
    const { run, requests, told } = functionWith({
      'POST applications': () => ({ status: 201, body: { ...registered, ...more } }),
    });
    const StackId = `arn:aws:cloudformation:eu-west-1:111122223333:stack/${'s'.repeat(128)}/${'i'.repeat(36)}`;
    await run(requestOf('Create', { StackId, LogicalResourceId: 'l'.repeat(255) }));
    expect(told).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(Buffer.byteLength(requests.at(-1)?.body ?? '')).toBeLessThanOrEqual(4_096);
  });

  it('that is neither creation, change nor deletion is refused, and touches nothing', async () => {
    const { run, told, asked } = functionWith();
    const event = { ...requestOf('Create'), RequestType: 'Refresh', PhysicalResourceId: 'App' };
    await run({ ...event, OldResourceProperties: properties });
    expect(told).toMatchObject([{ Status: 'FAILED', Reason: 'RequestType: is none of this resource' }]);
    expect(asked).toEqual(['answer']);
  });

  it('sends nothing to an address in the clear', async () => {
    const { run, told } = functionWith();
    const ResponseURL = 'http://answers.example.com/one';
    await expect(run(requestOf('Create', { ResponseURL }))).rejects.toThrow('ResponseURL: must be https');
    expect(told).toEqual([]);
  });

  it('repeats its answer until it is taken', async () => {
    const { run, asked } = functionWith({ answer: (times) => ({ status: times < 3 ? 500 : 200 }) });
    await run(requestOf('Create'));
    expect(asked.filter((each) => each === 'answer')).toHaveLength(3);
  });
});

describe('a registrar', () => {
  it('names the application, and carries no tag', async () => {
    const { run, requests } = functionWith();
    await run(requestOf('Create', { ResourceProperties: { ...properties, ApplicationRoleId: 'AROAAPP' } }));
    const [sts, show, register] = requests;
    expect(sts?.body).not.toContain('Tags');
    expect(show?.url).toContain('?applicationName=App');
    expect(JSON.parse(register?.body ?? '')).toMatchObject({
      ApplicationName: 'App',
      ApplicationRoleId: 'AROAAPP',
      SessionDurationSeconds: 900,
    });
  });
});

describe('a change', () => {
  it('replaces, and registers again what was deregistered meanwhile', async () => {
    const { run, told, asked } = functionWith({ 'PUT applications': () => notFound });
    await run(requestOf('Update', { PhysicalResourceId: 'App', OldResourceProperties: properties }));
    expect(asked).toEqual(['STS', 'PUT applications', 'POST applications', 'answer']);
    expect(told).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'App' }]);
  });

  it('that fails keeps the id', async () => {
    const { run, told } = functionWith({
      'PUT applications': () => ({ status: 400, body: { code: 'InvalidRequest', message: 'x' } }),
    });
    await run(requestOf('Update', { PhysicalResourceId: 'App', OldResourceProperties: properties }));
    expect(told).toMatchObject([
      { Status: 'FAILED', Reason: 'InvalidRequest: x', PhysicalResourceId: 'App' },
    ]);
  });
});

describe('a deletion', () => {
  it.each([
    ['registered', { body: registered }],
    ['gone already', notFound],
  ])('of what is %s succeeds', async (_, answer) => {
    const { run, told, asked } = functionWith({ 'DELETE applications': () => answer });
    await run(requestOf('Delete', { PhysicalResourceId: 'App' }));
    expect(asked).toContain('DELETE applications');
    expect(told).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'App' }]);
  });

  it('that is refused fails: a registration that stays is not passed over', async () => {
    const { run, told } = functionWith({ 'DELETE applications': () => forbidden }, 5);
    await run(requestOf('Delete', { PhysicalResourceId: 'App' }));
    expect(told).toMatchObject([{ Status: 'FAILED' }]);
  });

  it('of what has an id that CloudFormation made up does nothing', async () => {
    const { run, told, asked } = functionWith();
    await run(requestOf('Delete', { PhysicalResourceId: 'Stack-Registration-1A2B' }));
    expect(asked).toEqual(['answer']);
    expect(told).toMatchObject([{ Status: 'SUCCESS' }]);
  });
});

describe('Terraform', () => {
  const { ServiceToken: _, ...input } = properties;

  it('gets what there is to know as the result', async () => {
    const { run, asked } = functionWith();
    expect(await run({ ...input, tf: { action: 'create', prev_input: null } })).toMatchObject({
      ExternalId: 'App',
    });
    expect(await run({ ...input, tf: { action: 'update', prev_input: input } })).toMatchObject({
      ExternalId: 'App',
    });
    expect(await run({ ...input, tf: { action: 'delete', prev_input: input } })).toEqual({});
    expect(asked.filter((each) => each !== 'STS')).toEqual([
      'GET applications',
      'POST applications',
      'PUT applications',
      'DELETE applications',
    ]);
  });

  it('gets a failure as an error, in a line', async () => {
    const { run } = functionWith({ STS: () => ({ status: 403, body: stsError('AccessDenied') }) }, 0);
    await expect(run({ ...input, tf: { action: 'create', prev_input: null } })).rejects.toThrow(
      'AccessDenied: no <way>',
    );
  });
});
