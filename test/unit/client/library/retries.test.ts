// Retries: after what the broker says, within a budget, and never of a denial.
import { describe, expect, it } from 'vitest';
import { inTurn, LibraryBroker, refusal, type ScriptedAnswer } from '../../../support/library-broker.ts';

const gateway = (status: number): ScriptedAnswer => ({ status, body: { message: 'said by the gateway' } });
const failure = (code: string) => ({ failure: Object.assign(new Error('failed'), { code }) });

describe('a call', () => {
  it.each<[string, ScriptedAnswer, number]>([
    ['429', refusal(429, 'TooManyRequests', 2), 2_000],
    ['503', refusal(503, 'StsUnavailable', 1), 1_000],
    ['TokenKeyNotFound with Retry-After', refusal(403, 'TokenKeyNotFound', 4), 4_000],
    ['a 503 that says not how long', refusal(503, 'StsUnavailable'), 250],
    ['the throttle of the route', gateway(429), 250],
    ['a gateway that cannot invoke the broker', gateway(500), 250],
    ['a connection that is cut', failure('ECONNRESET'), 250],
  ])('is repeated after %s', async (_, answer, waitMs) => {
    const fake = new LibraryBroker();
    fake.script = inTurn(answer, () => fake.credentials());
    await fake.client().credentials('jwt');
    expect(fake.waits).toEqual([waitMs]);
    expect(fake.requests).toHaveLength(2);
  });

  it('waits longer every time where nothing says how long, up to its budget', async () => {
    const fake = new LibraryBroker();
    fake.script = () => gateway(429);
    await expect(fake.client().credentials('jwt')).rejects.toMatchObject({ code: 'GatewayThrottled' });
    expect(fake.waits).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    expect(fake.requests).toHaveLength(8);
  });

  it('counts what the answers take against its budget', async () => {
    const fake = new LibraryBroker();
    fake.answersAfterMs = 8_000;
    fake.script = () => refusal(503, 'DeadlineExceeded', 1);
    await expect(fake.client().credentials('jwt')).rejects.toMatchObject({ code: 'DeadlineExceeded' });
    expect(fake.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([10_000, 10_000, 2_000]);
  });

  it('is given up at once where Retry-After goes beyond its budget, and says how long it would be', async () => {
    const fake = new LibraryBroker();
    fake.script = () => refusal(429, 'TooManyRequests', 30);
    await expect(fake.client().credentials('jwt')).rejects.toMatchObject({ retryAfterSeconds: 30 });
    expect(fake.requests).toHaveLength(1);
  });

  it.each([
    refusal(400, 'InvalidRequest'),
    refusal(403, 'TokenExpired'),
    refusal(403, 'TokenExpired', 1),
    refusal(403, 'TokenKeyNotFound'),
    refusal(404, 'ApplicationNotFound'),
    refusal(409, 'RegistrationChanged'),
    refusal(500, 'InternalError'),
    gateway(403),
    gateway(404),
    { status: 302, headers: { location: 'https://elsewhere.example.com/' } },
    { body: 'no JSON' },
    { body: { AccessKeyId: 'without the rest' } },
  ])('is not repeated after $status $body', async (answer) => {
    const fake = new LibraryBroker();
    fake.script = () => answer;
    await expect(fake.client().credentials('jwt')).rejects.toThrow();
    expect(fake.requests).toHaveLength(1);
  });
});

describe('a registration', () => {
  it('is repeated too: the broker takes the identical one twice', async () => {
    const fake = new LibraryBroker();
    fake.script = inTurn(refusal(503, 'DeadlineExceeded', 1), {
      status: 200,
      body: { ApplicationName: 'App' },
    });
    const registration = { AccessRoleName: 'AppAccess', SessionTagKey: 'TenantID' };
    expect(await fake.client().register(registration)).toEqual({ ApplicationName: 'App' });
    expect(fake.requests.map(({ method, body }) => [method, body])).toEqual(
      Array(2).fill(['POST', JSON.stringify(registration)]),
    );
  });

  it('that a lost answer deregistered is gone, and no error', async () => {
    const fake = new LibraryBroker();
    fake.script = inTurn(refusal(503, 'DeadlineExceeded', 1), refusal(404, 'ApplicationNotFound'));
    expect(await fake.client().deregister()).toBeUndefined();
  });

  it('of another application is named in the query, and signed with it', async () => {
    const fake = new LibraryBroker();
    fake.script = () => ({ body: { ApplicationName: 'Other' } });
    await fake.client().show({ applicationName: 'Other' });
    expect(fake.requests[0]).toMatchObject({
      method: 'GET',
      url: 'https://broker.example.com/applications?applicationName=Other',
    });
  });
});
