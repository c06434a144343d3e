// Credentials for data: what is asked for, what of the answer is believed, how long it is kept, and for what alone.
import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type DataAccess,
  type DataCredentials,
  fromSessionBroker,
  type SessionBroker,
  type TenantCredentials,
} from '../../../../client/library/index.ts';
import {
  grantOf,
  inTurn,
  LibraryBroker,
  MINUTE,
  refusal,
  type ScriptedAnswer,
} from '../../../support/library-broker.ts';

const users = { target: 's3://shop/users/*', permission: 'READ' } as const;

/** Grants what is asked for, as `Minimal` does. */
function granting(): { fake: LibraryBroker; broker: SessionBroker } {
  const fake = new LibraryBroker();
  fake.script = ({ body = '' }) => {
    const { Target, Permission } = JSON.parse(body);
    return Target === undefined ? fake.credentials() : fake.credentials(grantOf(Target, Permission));
  };
  return { fake, broker: fake.client() };
}

describe('what is asked for', () => {
  it.each<[DataAccess, object]>([
    [users, { Target: 's3://shop/users/*', Permission: 'READ' }],
    [
      { target: 's3://shop/a,b c/é.csv', permission: 'READWRITE', durationSeconds: 900 },
      { Target: 's3://shop/a,b c/é.csv', Permission: 'READWRITE', DurationSeconds: 900 },
    ],
    [
      { target: 's3://shop/*', permission: 'WRITE', durationSeconds: 43_200 },
      { Target: 's3://shop/*', Permission: 'WRITE', DurationSeconds: 43_200 },
    ],
  ])('stands in the body of a POST: %j', async (access, fields) => {
    const { fake, broker } = granting();
    await broker.credentials('jwt', access);
    expect(fake.requests[0]).toMatchObject({ method: 'POST', url: 'https://broker.example.com/credentials' });
    expect(JSON.parse(fake.requests[0]?.body ?? '')).toEqual({ JWT: 'jwt', ...fields });
  });

  it.each<[string, object | null, string]>([
    ['no object', null, 'access: must be an object'],
    ['no target', { permission: 'READ' }, 'target: is required'],
    ['nothing', {}, 'target: is required'],
    ['a target that is no text', { ...users, target: 7 }, 'target: must be s3://bucket/prefix* or'],
    ['another scheme', { ...users, target: 'https://shop/a' }, 'target: must be s3://bucket/prefix* or'],
    ['a bucket alone', { ...users, target: 's3://shop' }, 'target: must be s3://bucket/prefix* or'],
    ['buckets by their beginning', { ...users, target: 's3://shop*' }, 'target: must be s3://bucket/prefix*'],
    ['no key', { ...users, target: 's3://shop/' }, 'target: must be s3://bucket/prefix*'],
    ['an asterisk within', { ...users, target: 's3://shop/*/a' }, 'target: must be s3://bucket/prefix*'],
    ['two asterisks', { ...users, target: 's3://shop/a**' }, 'target: must be s3://bucket/prefix*'],
    ['a folder', { ...users, target: 's3://shop/users/' }, 'target: must be a prefix with a * at its end'],
    ['a question mark', { ...users, target: 's3://shop/a?' }, 'target: must hold no ?'],
    ['a policy variable', { ...users, target: 's3://shop/${aws:userid}/*' }, 'target: must hold no ?'],
    ['a line feed', { ...users, target: 's3://shop/a\nb' }, 'target: must hold no ?'],
    ['half a character', { ...users, target: 's3://shop/\ud800' }, 'target: must hold no ?'],
    ['2,001 characters', { ...users, target: `s3://shop/${'a'.repeat(1_991)}` }, 'target: may have 2000'],
    ['no permission', { target: users.target }, 'permission: must be READ, WRITE, READWRITE'],
    ['a permission in small letters', { ...users, permission: 'read' }, 'permission: must be READ'],
    ['899 seconds', { ...users, durationSeconds: 899 }, 'durationSeconds: must be a whole number'],
    ['43,201 seconds', { ...users, durationSeconds: 43_201 }, 'durationSeconds: must be a whole number'],
    ['half a second', { ...users, durationSeconds: 900.5 }, 'durationSeconds: must be a whole number'],
    ['a duration as text', { ...users, durationSeconds: '900' }, 'durationSeconds: must be a whole number'],
  ])('is refused before anybody is asked: %s', async (_, access, message) => {
    const { fake, broker } = granting();
    const error = await broker.credentials('jwt', access as DataAccess).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('shop');
    expect(() => broker.forToken('jwt', access as DataAccess)).toThrow(message);
    expect(fake.requests).toEqual([]);
  });

  it('is what it was when it was asked for, whatever becomes of the object', async () => {
    const { fake, broker } = granting();
    const access: { target: string; permission: 'READ' } = { ...users };
    const provider = broker.forToken('jwt', access);
    access.target = 's3://shop/everything/*';
    await provider();
    expect(JSON.parse(fake.requests[0]?.body ?? '')).toMatchObject({ Target: users.target });
  });

  it('fromSessionBroker asks for, and refuses one field without the others', async () => {
    const { fake } = granting();
    const options = {
      endpoint: 'https://broker.example.com/',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'canary-own-secret' },
      token: 'jwt',
    };
    await fromSessionBroker({ ...options, ...users, durationSeconds: 900 }, fake)();
    expect(JSON.parse(fake.requests[0]?.body ?? '')).toEqual({
      JWT: 'jwt',
      Target: users.target,
      Permission: 'READ',
      DurationSeconds: 900,
    });
    for (const some of [{ target: users.target }, { permission: 'READ' }, { durationSeconds: 900 }]) {
      expect(() => fromSessionBroker({ ...options, ...some } as never, fake)).toThrow(
        /^(target|permission): /,
      );
    }
    expect(fake.requests).toHaveLength(1);
  });
});

describe('what was granted', () => {
  it('is told, and is typed only where data were asked for', async () => {
    const { broker } = granting();
    const granted = await broker.credentials('jwt', users);
    expectTypeOf(granted).toEqualTypeOf<DataCredentials>();
    expectTypeOf(broker.credentials('jwt')).resolves.toEqualTypeOf<TenantCredentials>();
    expect(granted).toMatchObject({
      accessKeyId: 'key-1',
      matchedGrantTarget: users.target,
      permission: 'READ',
      grantee: { granteeType: 'DIRECTORY_USER', granteeIdentifier: 'user-1' },
    });
    const shown = inspect(granted) + JSON.stringify(granted);
    expect(shown).toContain('DIRECTORY_USER');
    expect(shown).not.toContain('canary');
    expect(await broker.credentials('jwt')).not.toHaveProperty('matchedGrantTarget');
  });

  it('is every caller’s own copy', async () => {
    const { broker } = granting();
    Object.assign((await broker.credentials('jwt', users)).grantee, { granteeIdentifier: 'mine' });
    expect((await broker.credentials('jwt', users)).grantee.granteeIdentifier).toBe('user-1');
  });

  it.each<[string, DataAccess, object]>([
    ['the whole grant', users, grantOf('s3://shop/*', 'READ')],
    ['the whole grant, with two asterisks', users, grantOf('s3://shop/us**', 'READ')],
    ['every bucket', users, grantOf('s3://*', 'READ')],
    ['the object', { ...users, target: 's3://shop/a' }, grantOf('s3://shop/a', 'READ')],
    [
      'the grant that an object lies in',
      { ...users, target: 's3://shop/a/b' },
      grantOf('s3://shop/a/*', 'READ'),
    ],
    ['a wider permission', users, grantOf(users.target, 'READWRITE')],
  ])('may be %s', async (_, access, fields) => {
    const fake = new LibraryBroker();
    fake.script = () => fake.credentials(fields);
    expect(await fake.client().credentials('jwt', access)).toMatchObject({ accessKeyId: 'key-1' });
  });

  it.each<[string, DataAccess, object]>([
    ['nothing said of data', users, {}],
    ['another tenant’s prefix', users, grantOf('s3://shop/secrets/*', 'READ')],
    ['another bucket', users, grantOf('s3://other/users/*', 'READ')],
    ['less than was asked for', users, grantOf('s3://shop/users/yellow/*', 'READ')],
    ['an object in the place of a prefix', users, grantOf('s3://shop/users/', 'READ')],
    ['another object', { ...users, target: 's3://shop/ab' }, grantOf('s3://shop/a', 'READ')],
    ['another permission', users, grantOf(users.target, 'WRITE')],
    ['half of the permission', { ...users, permission: 'READWRITE' }, grantOf(users.target, 'READ')],
    ['a permission that there is not', users, grantOf(users.target, 'ALL')],
    ['no grantee', users, { ...grantOf(users.target, 'READ'), Grantee: undefined }],
    ['a target that is no text', users, { ...grantOf(users.target, 'READ'), MatchedGrantTarget: ['a'] }],
  ])('is not handed on where it is %s', async (_, access, fields) => {
    const fake = new LibraryBroker();
    fake.script = () => fake.credentials(fields);
    const broker = fake.client();
    await expect(broker.credentials('jwt', access)).rejects.toMatchObject({
      code: 'UnexpectedAnswer',
      isDenial: false,
      isRetryable: false,
    });
    fake.script = () => refusal(503, 'AccessGrantsUnavailable');
    await expect(broker.credentials('jwt', access)).rejects.toMatchObject({
      code: 'AccessGrantsUnavailable',
    });
  });

  it('that reaches little is warned of', async () => {
    const fake = new LibraryBroker();
    const Warnings = [{ Code: 'IdentityContextReachesLittle', Message: 'ask for a target' }, 'none'];
    fake.script = inTurn(
      () => fake.credentials({ Warnings }),
      () => fake.credentials(),
    );
    const broker = fake.client();
    expect(await broker.credentials('a')).toMatchObject({
      warnings: [{ code: 'IdentityContextReachesLittle', message: 'ask for a target' }],
    });
    expect(await broker.credentials('b')).not.toHaveProperty('warnings');
  });
});

describe('credentials for data', () => {
  const others: [string, string, DataAccess | undefined][] = [
    ['another token', 'other', users],
    ['another target', 'jwt', { ...users, target: 's3://shop/users*' }],
    ['another permission', 'jwt', { ...users, permission: 'READWRITE' }],
    ['another duration', 'jwt', { ...users, durationSeconds: 3_600 }],
    ['no target at all', 'jwt', undefined],
  ];

  it.each(others)('are not served to who asks with %s', async (_, token, access) => {
    const { fake, broker } = granting();
    await broker.credentials('jwt', users);
    fake.script = () => refusal(503, 'AccessGrantsUnavailable', 60);
    const asked = access ? broker.credentials(token, access) : broker.credentials(token);
    await expect(asked).rejects.toMatchObject({ code: 'AccessGrantsUnavailable' });
    expect(await broker.credentials('jwt', { ...users })).toMatchObject({ accessKeyId: 'key-1' });
  });

  it('share no request that is under way with another access', async () => {
    const { fake, broker } = granting();
    const all = await Promise.all([
      broker.credentials('jwt', users),
      broker.credentials('jwt', users),
      ...others.map(([, token, access]) => broker.credentials(token, access)),
    ]);
    expect(fake.requests).toHaveLength(others.length + 1);
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(others.length + 1);
  });

  it('are bounded with all others', async () => {
    const { fake } = granting();
    const broker = fake.client({ maxTokens: 2 });
    const at = (name: string) => ({ ...users, target: `s3://shop/${name}` });
    for (const name of ['a', 'b', 'a', 'c', 'a', 'c']) await broker.credentials('jwt', at(name));
    expect(fake.requests).toHaveLength(3);
    await broker.credentials('jwt', at('b'));
    expect(fake.requests).toHaveLength(4);
  });

  it('of fifteen minutes are renewed when a quarter of them is left', async () => {
    const { fake, broker } = granting();
    fake.lifeMs = 15 * MINUTE;
    const access = { ...users, durationSeconds: 900 };
    await broker.credentials('jwt', access);
    fake.pass(11.25 * MINUTE - 1);
    expect(await broker.credentials('jwt', access)).toMatchObject({ accessKeyId: 'key-1' });
    fake.pass(1);
    expect(await broker.credentials('jwt', access)).toMatchObject({ accessKeyId: 'key-2' });
  });

  it('that a renewal brings for other data are not taken: what there is, is', async () => {
    const { fake, broker } = granting();
    await broker.credentials('jwt', users);
    fake.pass(50 * MINUTE);
    fake.script = () => fake.credentials(grantOf('s3://shop/secrets/*', 'READ'));
    expect(await broker.credentials('jwt', users)).toMatchObject({ accessKeyId: 'key-1' });
  });

  it.each([
    ['TargetOutsideTenant', 403],
    ['GrantDenied', 403],
    ['TokenAlreadyExchanged', 403],
    ['UserNotInDirectory', 403],
    ['TargetInvalid', 400],
  ])('that are denied, %s, end what is there, and are asked for once', async (code, status) => {
    const { fake, broker } = granting();
    await broker.credentials('jwt', users);
    fake.pass(50 * MINUTE);
    fake.script = () => refusal(status, code);
    await expect(broker.credentials('jwt', users)).rejects.toMatchObject({ code, isDenial: true });
    expect(fake.requests).toHaveLength(2);
    await expect(broker.credentials('jwt', users)).rejects.toMatchObject({ code });
    expect(fake.waits).toEqual([]);
  });

  it.each(['LocationMisconfigured', 'IdentityCenterUnavailable', 'AccessGrantsUnavailable'])(
    'are asked for again after %s, as Retry-After says',
    async (code) => {
      const { fake, broker } = granting();
      const { script } = fake;
      fake.script = inTurn(
        refusal(503, code, 2),
        () => script(fake.requests.at(-1) as never) as ScriptedAnswer,
      );
      expect(await broker.credentials('jwt', users)).toMatchObject({ accessKeyId: 'key-1' });
      expect(fake.waits).toEqual([2_000]);
    },
  );

  it('of a broker that has none are refused in its own words', async () => {
    const fake = new LibraryBroker();
    const message = 'Target: not a field of this request';
    fake.script = () => ({ status: 400, body: { code: 'InvalidRequest', message, requestId: 'r-1' } });
    await expect(fake.client().credentials('jwt', users)).rejects.toMatchObject({
      code: 'InvalidRequest',
      message,
      isDenial: true,
    });
    expect(fake.requests).toHaveLength(1);
  });
});
