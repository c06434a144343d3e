// Ending a user's sessions: what is marked and denied, in which order, and what becomes of it half-way.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderEnded, renderHeld } from '../../../../client/cli/end-sessions-report.ts';
import { EndedUser } from '../../../../client/cli/ended-user.ts';
import { PortalUserTable } from '../../../../client/cli/portal-user-table.ts';
import type { Denial, RoleDenials } from '../../../../client/cli/role-denials.ts';
import { PortalUsers } from '../../../../service/portal-sessions/portal-users.ts';
import { PortalTables } from '../../../support/portal-tables.ts';

const HOUR_MS = 3_600_000;
const start = Date.UTC(2026, 10, 28, 12);
const own = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const ada = 'ada@example.com';

let tables: PortalTables;
let now: number;
let denied: { roleName: string; denial: Denial }[];
/** Roles that IAM has no more. */
let gone: string[];
/** What happens while the command waits. */
let meanwhile: () => Promise<unknown>;
let failure: Error | undefined;

beforeAll(async () => {
  tables = await PortalTables.start();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  now = start;
  [denied, gone, failure] = [[], [], undefined];
  meanwhile = async () => undefined;
  await tables.client.send(new PutCommand({ TableName: 'Users', Item: { UserId: ada } }));
});

const denials = {
  find: async (roleName: string) => (gone.includes(roleName) ? undefined : []),
  put: async (roleName: string, denial: Denial) => {
    if (failure) throw failure;
    denied.push({ roleName, denial });
    return `policy-${denied.length}`;
  },
} as unknown as RoleDenials;

const operator = () =>
  new EndedUser({
    users: new PortalUserTable(tables.client, 'Users'),
    denialsIn: (accountId) => (accountId === '111122223333' ? denials : undefined),
    stsTime: async () => Math.floor(now / 1000) * 1000,
    wait: async (ms) => {
      await meanwhile();
      now += ms;
    },
  });

/** As the portal notes it. */
async function issue(role: string, at = now): Promise<void> {
  const users = new PortalUsers(tables.client, 'Users', () => at);
  await users.noteIssuing(ada, await users.read(ada), role, ada);
}

const itemOf = async (UserId: string) =>
  (await tables.client.send(new GetCommand({ TableName: 'Users', Key: { UserId } }))).Item;

describe('ending a user’s sessions', () => {
  it('marks the user for the portal, and denies what was handed out until the portal has seen it', async () => {
    await issue(own('path/to/Admin'));
    await issue(own('Audit'));
    const { before } = await operator().end(ada);

    expect(before).toBe(start + 12_000);
    expect((await itemOf(ada))?.['EndedAt']).toBe(start + 2_000);
    expect(denied).toEqual([
      { roleName: 'Audit', denial: { before, sourceIdentity: ada } },
      { roleName: 'Admin', denial: { before, sourceIdentity: ada } },
    ]);
    expect(now).toBeGreaterThanOrEqual(before);
  });

  it('the portal goes by the mark: what began until then is over, and what begins later is not', async () => {
    await operator().end(ada);
    const { endedAt = 0 } = await new PortalUsers(tables.client, 'Users', () => now).read(ada);
    expect([start <= endedAt, now <= endedAt]).toEqual([true, false]);
  });

  it('denies what the portal was handing out just then', async () => {
    let isIssued = false;
    meanwhile = async () => {
      if (!isIssued) await issue(own('Late'));
      isIssued = true;
    };
    await operator().end(ada);
    expect(denied.map(({ roleName }) => roleName)).toEqual(['Late']);
  });

  it('passes over roles of which no session can live any more', async () => {
    await issue(own('Old'), start - 12 * HOUR_MS);
    await issue(own('Young'), start - 12 * HOUR_MS + 60_000);
    expect((await operator().held(ada)).roles.map(({ roleName }) => roleName)).toEqual(['Young']);
    await operator().end(ada);
    expect(denied.map(({ roleName }) => roleName)).toEqual(['Young']);
  });

  it('denies nothing elsewhere, and prints what does', async () => {
    await issue('arn:aws:iam::222233334444:role/Billing');
    const ended = await operator().end(ada);
    const told = renderEnded(ended).join('\n');

    expect(denied).toEqual([]);
    expect(told).toContain('with credentials of 222233334444, run');
    const document = JSON.parse(/--policy-document '([^']+)'/.exec(told)?.[1] ?? '');
    expect(document.Statement).toEqual([
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          DateLessThan: { 'aws:TokenIssueTime': '2026-11-28T12:00:12Z' },
          StringEquals: { 'aws:SourceIdentity': [ada] },
        },
      },
    ]);
  });

  it('denies further roles that are named, of which the portal knows nothing, each once', async () => {
    await issue(own('Admin'));
    await operator().end(ada, [own('Further'), own('Admin')]);
    expect(denied.map(({ roleName }) => roleName)).toEqual(['Admin', 'Further']);
  });

  it('denies no further role of a user who never had a session to assume it with', async () => {
    await operator().end(ada, [own('Further')]);
    expect(denied).toEqual([]);
  });

  it('says of a role that is gone that its sessions are, and goes on', async () => {
    gone = ['Gone'];
    await issue(own('Gone'));
    await issue(own('There'));
    const ended = await operator().end(ada);
    expect(denied.map(({ roleName }) => roleName)).toEqual(['There']);
    expect(renderEnded(ended).join('\n')).toContain(`gone        ${own('Gone')}`);
  });

  it('keeps a later end', async () => {
    await tables.client.send(
      new PutCommand({ TableName: 'Users', Item: { UserId: ada, EndedAt: start + HOUR_MS } }),
    );
    await operator().end(ada);
    expect((await itemOf(ada))?.['EndedAt']).toBe(start + HOUR_MS);
  });

  it('stays done for a user of whom nothing was noted, and asks whether that is the id', async () => {
    const held = await operator().held('nobody');
    expect(renderHeld(held).join('\n')).toContain('is that the id that the identity provider sends?');
    await operator().end('nobody');
    expect((await itemOf('nobody'))?.['EndedAt']).toBe(start + 2_000);
  });

  it('says how far it came when IAM fails, and comes to the end when it is run again', async () => {
    await issue(own('Admin'));
    failure = Object.assign(new Error('canary'), { name: 'ServiceFailureException' });
    await expect(operator().end(ada)).rejects.toThrow(
      'the user is signed out of the portal, but sessions of AWS may go on: run the command again (ServiceFailureException)',
    );
    failure = undefined;
    await operator().end(ada);
    expect(denied.map(({ roleName }) => roleName)).toEqual(['Admin']);
  });

  it.each([
    ['what was noted is no time', { Issued: { [own('Admin')]: 'today' }, SessionName: ada }],
    ['a role is none', { Issued: { "arn:aws:iam::111122223333:role/a'b": start }, SessionName: ada }],
    ['the name is none', { Issued: {}, SessionName: 1 }],
  ])('calls nothing done where %s', async (_, attributes) => {
    await tables.client.send(new PutCommand({ TableName: 'Users', Item: { UserId: ada, ...attributes } }));
    await expect(operator().end(ada)).rejects.toThrow('sessions of AWS may go on');
    expect((await itemOf(ada))?.['EndedAt']).toBe(start + 2_000);
  });
});
