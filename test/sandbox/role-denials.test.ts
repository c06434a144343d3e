// The denials on an access role: which sessions they deny, how they add up, and what becomes of them.
import { IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentOf, RoleDenials } from '../../client/cli/role-denials.ts';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import type { Caller, PolicyDocument, Role } from '../../sandbox/identities/identities.ts';
import { iam } from '../../sandbox/services/iam/service.ts';
import { type ServedAccount, serveAccount } from './fixtures/served-account.ts';

const SECOND = 1_000;
const HOUR = 60 * 60 * SECOND;
const noon = Date.UTC(2030, 3, 1, 12);
const name = /^IAMSessionBrokerRevocation-20300401T\d{6}Z-[0-9a-f]{8}$/;
const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

let served: ServedAccount;
let clock: number;
let denials: RoleDenials;
let role: Role;
let roles = 0;

beforeAll(async () => {
  served = await serveAccount([iam], { now: () => clock });
});
beforeEach(() => {
  clock = noon;
  // Signs by the account's clock.
  denials = new RoleDenials(
    new IAMClient({ ...served.administrator, systemClockOffset: clock - Date.now() }),
  );
  roles += 1;
  role = served.account.identities.createRole({
    roleName: `Access${roles}`,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' },
      ],
    },
    inlinePolicies: { Access: everything },
  });
});
afterAll(() => served.close());

/** A session that is issued now. */
function session(tenant: string): Caller {
  const { identities } = served.account;
  const { accessKeyId } = identities.issueSession(role, {
    sessionName: tenant,
    durationSeconds: 3_600,
    tags: { TenantID: tenant },
  });
  const found = identities.findAccessKey(accessKeyId);
  if (!found) throw new Error('no session has this access key id');
  return found.caller;
}

const may = (caller: Caller) =>
  authorize(served.account, caller, { action: 's3:GetObject', resource: 'arn:aws:s3:::isb/file' }).allowed;
const deny = async (before: number, values?: string[]) =>
  denials.put(
    role.roleName,
    { before, ...(values && { tag: { key: 'TenantID', values } }) },
    await denials.of(role.roleName),
  );
const policyNames = () => [...role.inlinePolicies.keys()].filter((each) => each !== 'Access');
/** Leaves room for so many characters. */
function fill(room: number): void {
  const used = [...role.inlinePolicies.values()].reduce(
    (sum, policy) => sum + JSON.stringify(policy).length,
    0,
  );
  const empty = JSON.stringify(paddingOf('')).length;
  served.account.identities.putRolePolicy(
    role.roleName,
    'Padding',
    paddingOf('x'.repeat(10_240 - room - used - empty)),
  );
}
const paddingOf = (text: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${text}` }],
});
const lengthOf = (values?: string[]) =>
  JSON.stringify(documentOf({ before: noon, ...(values && { tag: { key: 'TenantID', values } }) })).length;

describe('a denial', () => {
  it('hits all sessions that were issued before its time, and none since', async () => {
    const [yellow, blue] = [session('Yellow'), session('Blue')];
    clock += SECOND;
    expect(await deny(clock)).toMatch(name);
    expect([yellow, blue, session('Yellow')].map(may)).toEqual([false, false, true]);
  });

  it('of tenants hits theirs alone', async () => {
    const sessions = ['Yellow', 'yellow', 'Blue', 'Green'].map(session);
    clock += SECOND;
    await deny(clock, ['Yellow', 'Green']);
    expect([...sessions, session('Yellow')].map(may)).toEqual([false, true, true, false, true]);
  });

  it('takes none of the others back', async () => {
    const [yellow, blue] = [session('Yellow'), session('Blue')];
    clock += SECOND;
    const names = [await deny(clock, ['Yellow']), await deny(clock, ['Blue']), await deny(clock, ['Yellow'])];
    expect([yellow, blue].map(may)).toEqual([false, false]);
    expect(new Set(names).size).toBe(3);
    expect(await denials.of(role.roleName)).toHaveLength(3);
  });

  it('takes none back that IAM does not show yet', async () => {
    const yellow = session('Yellow');
    clock += SECOND;
    const unseen = await denials.of(role.roleName);
    await deny(clock, ['Yellow']);
    await denials.put(role.roleName, { before: clock, tag: { key: 'TenantID', values: ['Blue'] } }, unseen);
    expect(may(yellow)).toBe(false);
  });
});

describe('the denials that a role has', () => {
  it('are shown, oldest first, whoever’s else its policies are', async () => {
    served.account.identities.putRolePolicy(role.roleName, 'IAMSessionBrokerRevocation-by-hand', everything);
    const second = await deny(noon + SECOND, ['Yellow', 'Blue']);
    const first = await deny(noon);
    expect(await denials.of(role.roleName)).toEqual([
      { policyName: first, before: noon },
      { policyName: second, before: noon + SECOND, tag: { key: 'TenantID', values: ['Yellow', 'Blue'] } },
    ]);
  });

  it('are deleted by the next one when they are 12 hours old, and not before', async () => {
    const first = await deny(noon, ['Yellow']);
    const second = await deny(noon + 12 * HOUR - SECOND, ['Blue']);
    expect(policyNames()).toEqual([first, second]);
    const third = await deny(noon + 12 * HOUR, ['Blue']);
    expect(policyNames()).toEqual([second, third]);
  });

  it('are nobody’s where the role is gone', async () => {
    await expect(denials.of('Gone')).rejects.toThrow(
      'there is no role Gone: its sessions have ended with it',
    );
  });
});

describe('a role whose inline policies are full', () => {
  it('takes no denial of a tenant, and keeps those that it has', async () => {
    const before = await deny(noon, ['Yellow']);
    fill(lengthOf(['Yellow']) - 1);
    await expect(deny(noon + SECOND, ['Purple'])).rejects.toThrow(
      `nothing was revoked: the inline policies of ${role.roleName} have reached what IAM allows, 10,240 characters in ` +
        'all; revoke the whole application, which takes the place of its tenants',
    );
    expect(policyNames()).toEqual([before, 'Padding']);
  });

  it('takes a denial of all sessions in a tenant’s place, without a gap', async () => {
    const yellow = session('Yellow');
    const blue = session('Blue');
    clock += SECOND;
    const place = await deny(clock, ['Yellow']);
    fill(0);
    expect(await deny(clock)).toBe(place);
    expect([yellow, blue].map(may)).toEqual([false, false]);
    expect(await denials.of(role.roleName)).toEqual([{ policyName: place, before: clock }]);
  });

  it('takes it in the place of the youngest, which the next revocation does not delete', async () => {
    const oldest = await deny(noon, ['Yellow']);
    const youngest = await deny(noon + HOUR, ['Yellow']);
    fill(0);
    expect(await deny(noon + 2 * HOUR)).toBe(youngest);
    expect(policyNames()).toEqual([oldest, youngest, 'Padding']);
  });

  it('takes none in the place of a denial that reaches further, which would take that back', async () => {
    const further = await deny(noon + SECOND, ['Yellow']);
    clock += SECOND - 1;
    const yellow = session('Yellow');
    fill(0);
    await expect(deny(noon)).rejects.toThrow('nothing was revoked');
    expect(policyNames()).toEqual([further, 'Padding']);
    expect(may(yellow)).toBe(false);
  });

  it('makes room by what has passed', async () => {
    await deny(noon, ['Yellow']);
    fill(0);
    const second = await deny(noon + 12 * HOUR, ['Green']);
    expect(policyNames()).toEqual(['Padding', second]);
  });

  it('takes none where there is nothing to take the place of', async () => {
    fill(lengthOf() - 1);
    await expect(deny(noon)).rejects.toThrow(
      '10,240 characters in all; move some of them into a managed policy',
    );
    expect(policyNames()).toEqual(['Padding']);
  });
});
