// Temporary credentials that environments share: STS is asked by one, and what is found is checked as what STS answers is.
import { beforeEach, describe, expect, it } from 'vitest';
import { TemporaryCredentialsProvider } from '../../../service/sessions/temporary-credentials.ts';
import { deployment } from '../../support/callers.ts';
import { MemorySharedStore } from '../../support/memory-shared-store.ts';
import { refusing } from '../../support/sts.ts';
import { useTemporaryCredentials } from '../../support/temporary-credentials.ts';

const test = useTemporaryCredentials();
const MINUTE = 60_000;

let shared: MemorySharedStore;
beforeEach(() => {
  shared = new MemorySharedStore();
});

/** A new environment, which knows nothing. */
const environment = () =>
  new TemporaryCredentialsProvider({
    ...deployment,
    createClient: test.sts.createClient,
    now: test.clock.now,
    shared,
  });
const calls = () => test.sts.callsForAccessRoles().length;

describe('a session', () => {
  it('that one environment was issued is every other’s, as it is', async () => {
    const request = test.requestFor();
    const issued = await environment().issue(request);
    expect(await environment().issue(request)).toEqual(issued);
    expect(calls()).toBe(1);
  });

  it('is handed out until a quarter of an hour of it is left, in every environment', async () => {
    const request = test.requestFor();
    const { accessKeyId } = await environment().issue(request);
    test.clock.advance(45 * MINUTE - 1);
    const late = environment();
    expect((await late.issue(request)).accessKeyId).toBe(accessKeyId);
    test.clock.advance(1);
    expect(late.cached(request)).toBeUndefined();
    expect((await environment().issue(request)).accessKeyId).not.toBe(accessKeyId);
    expect(calls()).toBe(2);
  });

  it('is kept in memory once it is found: the store is not asked again', async () => {
    const request = test.requestFor();
    await environment().issue(request);
    const second = environment();
    await second.issue(request);
    const { finds } = shared;
    await second.issue(request);
    expect(second.cached(request)).toBeDefined();
    expect(shared.finds).toBe(finds);
  });

  it('is another with another registration, revocation or tenant', async () => {
    const requests = [
      test.requestFor(),
      test.requestFor({ version: 'another' }),
      test.requestFor({ revokedAt: new Date(test.clock.now()).toISOString() }),
      test.requestFor({}, [{ key: 'TenantID', value: 'Blue' }]),
    ];
    for (const request of requests) await environment().issue(request);
    expect(calls()).toBe(requests.length);
    expect(shared.values.size).toBe(requests.length);
  });

  it('of a user says which one, wherever it is found', async () => {
    const identity = async () => ({
      context: { ProviderArn: 'arn', ContextAssertion: 'canary-assertion' },
      directoryUser: 'user-1',
    });
    const request = { ...test.requestFor(), identity };
    await environment().issue(request);
    const other = { ...test.requestFor(), identity: () => Promise.reject(new Error('not needed')) };
    expect(await environment().issue(other)).toMatchObject({ directoryUser: 'user-1' });
    expect(JSON.stringify([...shared.values])).not.toContain('canary-assertion');
  });
});

describe('what is found', () => {
  it('and is of another role than the registered one is no session: STS is asked, and its word counts', async () => {
    const request = test.requestFor();
    await environment().issue(request);
    shared.amend((value) => ({ ...value, roleId: 'AROAANOTHER' }));
    await environment().issue(request);
    expect(calls()).toBe(2);
  });

  it('and was issued before the last revocation is no session', async () => {
    const revokedAt = new Date(test.clock.now()).toISOString();
    const request = test.requestFor({ revokedAt });
    await environment().issue(request);
    shared.amend((value) => ({ ...value, issuedAt: test.clock.now() - 1_000 }));
    await environment().issue(request);
    expect(calls()).toBe(2);
  });

  it('and is over is no session', async () => {
    const request = test.requestFor();
    await environment().issue(request);
    shared.amend((value) => ({ ...value, lastsUntil: test.clock.now() }));
    await environment().issue(request);
    expect(calls()).toBe(2);
  });
});

describe('what STS issues wrongly is shared with nobody', () => {
  it('of another role', async () => {
    const request = test.requestFor();
    test.sts.recreations += 1;
    await expect(environment().issue(request)).rejects.toMatchObject({ code: 'AccessRoleRecreated' });
    expect(shared.values.size).toBe(0);
  });

  it('before the revocation', async () => {
    const request = test.requestFor({ revokedAt: new Date(test.clock.now() + 5_000).toISOString() });
    await expect(environment().issue(request)).rejects.toMatchObject({ code: 'StsUnavailable' });
    expect(shared.values.size).toBe(0);
  });

  it('nor is what it denies', async () => {
    test.sts.accessRole = refusing('AccessDenied');
    await expect(environment().issue(test.requestFor())).rejects.toMatchObject({
      code: 'AccessRoleNotAssumable',
    });
    test.sts.accessRole = test.sts.session;
    expect(await environment().issue(test.requestFor())).toMatchObject({ accessKeyId: expect.any(String) });
  });
});

describe('whether there is a session', () => {
  it('is said without STS being asked', async () => {
    const request = test.requestFor();
    expect(await environment().has(request)).toBe(false);
    const first = environment();
    await first.issue(request);
    const { finds } = shared;
    expect(await first.has(request)).toBe(true);
    expect(shared.finds).toBe(finds);
    expect(await environment().has(request)).toBe(true);
    expect(calls()).toBe(1);
  });
});
