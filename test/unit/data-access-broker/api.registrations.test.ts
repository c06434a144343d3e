// The API with data access: what registrations ask for, and what S3 fails with.
import { describe, expect, it } from 'vitest';
import { failed } from '../../support/access-grants.ts';
import { callerNamed } from '../../support/callers.ts';
import {
  identityBody,
  refusalOf,
  target,
  tenantBody,
  useDataAccessBroker,
} from '../../support/data-access-broker.ts';
import { eventOf } from '../../support/events.ts';

const broker = useDataAccessBroker();

describe('a registration', () => {
  it('without AccessGrants asks for no data', async () => {
    await broker.register();
    const token = await broker.tokenFor('Yellow');
    const refused = {
      statusCode: 400,
      code: 'InvalidRequest',
      message: 'the registration has no AccessGrants: the application asks for no data',
    };
    expect(refusalOf(await broker.askFor(token, target('s3://bucket/*')))).toEqual(refused);
    expect(refusalOf(await broker.ask(eventOf('GET /grants', { query: { jwt: token } })))).toEqual(refused);
    expect((await broker.askFor(token)).statusCode).toBe(200);
  });

  it('by identity is refused to an application that the deployment names none for', async () => {
    const caller = callerNamed('Third');
    broker.sts.trust = { externalIds: ['Third'], hasSessionTag: false };
    const answer = await broker.ask(eventOf('POST /applications', { caller, body: identityBody }));
    expect(refusalOf(answer)).toEqual({
      statusCode: 400,
      code: 'InvalidRequest',
      message: 'AccessMode: this deployment names no application of IAM Identity Center for Third',
    });
  });

  it('by identity is served no longer where the deployment names none any more', async () => {
    await broker.register(identityBody);
    const ask = broker.environment({ rules: { dataAccess: { identityCenterApplications: [] } } });
    const answer = await broker.askFor(await broker.userToken('1'), {}, ask);
    expect(refusalOf(answer)).toMatchObject({ statusCode: 403, code: 'RegistrationNotAllowed' });
    expect(broker.sts.callsForAccessRoles()).toEqual([]);
  });

  it.each([undefined, 900, 3_600, 7_200])(
    'with MaxDurationSeconds %s bounds what is asked for',
    async (max) => {
      const AccessGrants = {
        ...tenantBody.AccessGrants,
        ...(max !== undefined && { MaxDurationSeconds: max }),
      };
      await broker.register({ ...tenantBody, AccessGrants });
      const most = max ?? 3_600;
      const token = await broker.tokenFor('Yellow');
      await broker.askFor(token, target('s3://bucket/Yellow/*'));
      await broker.askFor(token, { ...target('s3://bucket/Yellow/*'), DurationSeconds: most });
      const asked = broker.accessGrants.asked().map(({ durationSeconds }) => durationSeconds);
      expect(asked).toEqual([...new Set([String(Math.min(3_600, most)), String(most)])]);

      const query = {
        jwt: token,
        target: 's3://bucket/Yellow/*',
        permission: 'READ',
        durationSeconds: `${most + 1}`,
      };
      const message = `must be at most ${most}, the registration’s MaxDurationSeconds`;
      expect((await broker.ask(eventOf('GET /credentials', { query }))).body['message']).toBe(
        `durationSeconds: ${message}`,
      );
      const longer = { ...target('s3://bucket/Yellow/*'), DurationSeconds: most + 1 };
      expect((await broker.askFor(token, longer)).body['message']).toBe(`DurationSeconds: ${message}`);
    },
  );
});

it('what S3 fails with is answered 503, and audited', async () => {
  await broker.register(tenantBody);
  broker.accessGrants.answer = () => failed(503, 'SlowDown');
  const answer = await broker.askFor(await broker.tokenFor('Yellow'), target('s3://bucket/Yellow/*'));
  expect(refusalOf(answer)).toEqual({
    statusCode: 503,
    code: 'AccessGrantsUnavailable',
    message: 'S3 Access Grants cannot be asked at the moment',
  });
  expect(answer.headers['retry-after']).toBe('1');
  expect(broker.decision()).toMatchObject({ outcome: 'failed', code: 'AccessGrantsUnavailable' });
  // As every other dependency’s throttling is.
  expect(broker.output.metrics()).toContainEqual(
    expect.objectContaining({ Throttled: 1, code: 'AccessGrantsUnavailable' }),
  );
});
