// The portal's sessions and users, in tables.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PortalSessions } from '../../../service/portal-sessions/portal-sessions.ts';
import { PortalUsers } from '../../../service/portal-sessions/portal-users.ts';
import { PortalTables } from '../../support/portal-tables.ts';

const HOUR_MS = 3_600_000;
const start = Date.UTC(2026, 10, 28, 12);
const ada = { id: 'ada@example.com', groups: ['dbs'], groupsOverage: false, tenant: 'Yellow' };

let tables: PortalTables;
let now = start;
let sessions: PortalSessions;
let users: PortalUsers;

beforeAll(async () => {
  tables = await PortalTables.start();
  sessions = new PortalSessions(tables.client, 'Sessions', () => now);
  users = new PortalUsers(tables.client, 'Users', () => now);
});
afterAll(() => tables.stop());

describe('a session of the portal', () => {
  it('is found by its id, with all of the user, until it ends', async () => {
    now = start;
    const { id, session } = await sessions.start(ada, 3_600);
    expect(session).toEqual({ user: ada, signedInAt: start, expiresAt: start + HOUR_MS });
    now = start + HOUR_MS - 1;
    expect(await sessions.find(id)).toEqual(session);
    now = start + HOUR_MS;
    expect(await sessions.find(id)).toBeUndefined();
  });

  it('lasts no longer than the identity provider’s own', async () => {
    now = start;
    const validUntil = start + 60_000;
    const { id, session } = await sessions.start({ ...ada, validUntil }, 3_600);
    expect(session.expiresAt).toBe(validUntil);
    now = validUntil;
    expect(await sessions.find(id)).toBeUndefined();
  });

  it('has another id each time, of 256 bits, which the table does not hold', async () => {
    now = start;
    const ids = await Promise.all([1, 2, 3].map(async () => (await sessions.start(ada, 3_600)).id));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(32);
    const held = JSON.stringify(await tables.items('Sessions'));
    for (const id of ids) expect(held).not.toContain(id);
  });

  it('is over once it is ended', async () => {
    now = start;
    const { id } = await sessions.start(ada, 3_600);
    await sessions.end(id);
    expect(await sessions.find(id)).toBeUndefined();
  });

  it.each([undefined, '', 'x', 'a'.repeat(43), `${'a'.repeat(43)}=`, 'a'.repeat(4_096)])(
    'is none where the browser sends %j',
    async (id) => {
      expect(await sessions.find(id)).toBeUndefined();
      await expect(sessions.end(id)).resolves.toBeUndefined();
    },
  );

  it.each(['UserId', 'Groups', 'GroupsOverage', 'SignedInAt', 'EndsAt'])(
    'is none where the item lacks a sound %s',
    async (attribute) => {
      now = start;
      const { id } = await sessions.start(ada, 3_600);
      for (const item of await tables.items('Sessions')) {
        await tables.client.send(
          new PutCommand({ TableName: 'Sessions', Item: { ...item, [attribute]: { odd: 1 } } }),
        );
      }
      expect(await sessions.find(id)).toBeUndefined();
    },
  );

  it('is nobody’s while the table fails', async () => {
    const broken = new PortalSessions(tables.client, 'NoSuchTable', () => now);
    const id = 'a'.repeat(43);
    await expect(broken.find(id)).rejects.toMatchObject({ code: 'StateUnavailable', statusCode: 503 });
    await expect(broken.start(ada, 3_600)).rejects.toMatchObject({ code: 'StateUnavailable' });
    await expect(broken.end(id)).rejects.toMatchObject({ code: 'StateUnavailable' });
  });
});

describe('a user', () => {
  it('has nothing at first', async () => {
    expect(await users.read('nobody')).toEqual({
      favourites: [],
      recent: [],
      endedAt: undefined,
      hasIssued: false,
    });
  });

  it('has the ten targets that were opened last, the latest first, each once', async () => {
    for (let n = 0; n < 12; n += 1) {
      now = start + n;
      await users.noteOpened('grace', await users.read('grace'), `target-${n % 11}`);
    }
    const { recent } = await users.read('grace');
    expect(recent.map(({ service }) => service)).toEqual(
      [0, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((n) => `target-${n}`),
    );
    expect(recent[0]?.at).toBe(start + 11);
  });

  it('has favourites until they are none any more', async () => {
    await users.setFavourite('alan', await users.read('alan'), 'a', true);
    await users.setFavourite('alan', await users.read('alan'), 'b', true);
    await users.setFavourite('alan', await users.read('alan'), 'a', true);
    expect((await users.read('alan')).favourites).toEqual(['b', 'a']);
    await users.setFavourite('alan', await users.read('alan'), 'b', false);
    expect((await users.read('alan')).favourites).toEqual(['a']);
  });

  it('has the roles that sessions were asked for, and when last, though several are asked for at once', async () => {
    now = start;
    const nothing = await users.read('kay');
    const roles = Array.from({ length: 8 }, (_, at) => `arn:aws:iam::111122223333:role/Role${at}`);
    await Promise.all(roles.map((role) => users.noteIssuing('kay', nothing, role, 'kay')));
    now = start + 60_000;
    await users.noteIssuing('kay', await users.read('kay'), roles[0] ?? '', 'kay');

    const { Item } = await tables.client.send(new GetCommand({ TableName: 'Users', Key: { UserId: 'kay' } }));
    const issued = Object.fromEntries(roles.map((role, at) => [role, at === 0 ? now : start]));
    expect(Item).toMatchObject({ Issued: issued, SessionName: 'kay' });
  });

  it('keeps when an operator ended the sessions, whatever is noted afterwards', async () => {
    await tables.client.send(new PutCommand({ TableName: 'Users', Item: { UserId: 'eve', EndedAt: start } }));
    await users.noteOpened('eve', await users.read('eve'), 'a');
    expect(await users.read('eve')).toMatchObject({ endedAt: start, recent: [{ service: 'a' }] });
    const { Item } = await tables.client.send(new GetCommand({ TableName: 'Users', Key: { UserId: 'eve' } }));
    expect(Item).toMatchObject({ EndedAt: start });
  });

  it('whose end cannot be read has no session that goes on', async () => {
    await tables.client.send(
      new PutCommand({ TableName: 'Users', Item: { UserId: 'odd', EndedAt: 'soon' } }),
    );
    expect((await users.read('odd')).endedAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('is refused while the table fails', async () => {
    const broken = new PortalUsers(tables.client, 'NoSuchTable', () => now);
    const nothing = { favourites: [], recent: [], endedAt: undefined, hasIssued: false };
    await expect(broken.read('ada')).rejects.toMatchObject({ code: 'StateUnavailable' });
    await expect(broken.noteOpened('ada', nothing, 'a')).rejects.toMatchObject({ code: 'StateUnavailable' });
    await expect(broken.noteIssuing('ada', nothing, 'role', 'ada')).rejects.toMatchObject({
      code: 'StateUnavailable',
    });
    await expect(broken.setFavourite('ada', nothing, 'a', true)).rejects.toMatchObject({
      code: 'StateUnavailable',
    });
  });
});
