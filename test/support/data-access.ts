// Data access before S3 Access Grants that a test answers for: who asks, what for, and what they are issued.
import { beforeEach } from 'vitest';
import { AccessGrants } from '../../service/data-access/access-grants.ts';
import {
  DataAccess,
  type DataAccessOptions,
  type DataAsker,
  type DataWish,
} from '../../service/data-access/data-access.ts';
import { FakeAccessGrants, scopeIn } from './access-grants.ts';
import { type FrozenClock, frozenClock } from './clock.ts';

export let clock: FrozenClock;
export let fake: FakeAccessGrants;
export let access: DataAccess;

/** For the tests of a file: each has its own. Call at its top. */
export function useDataAccess(): void {
  beforeEach(() => {
    clock = frozenClock();
    fake = new FakeAccessGrants(clock.now);
    openAccess();
  });
}

/** One that has nothing cached, before the same S3 Access Grants. */
export function openAccess({
  grantCacheSeconds = 300,
  maxCachedSessions = 100,
  shared,
}: Partial<DataAccessOptions> = {}): void {
  const accessGrants = new AccessGrants({
    accountId: '111122223333',
    region: 'eu-west-1',
    endpoint: 'https://111122223333.s3-control.eu-west-1.amazonaws.com',
    send: fake.send,
    maxAttempts: 1,
  });
  access = new DataAccess(accessGrants, clock.now, { grantCacheSeconds, maxCachedSessions, shared });
}

/** Of the access role, which asks. */
export const session = {
  accessKeyId: 'ASIASESSION1',
  secretAccessKey: 'canary-secret',
  sessionToken: 'canary-session-token',
};

export const askerNamed = (name: string, overrides: Partial<DataAsker> = {}): DataAsker => ({
  sessionKey: name,
  application: 'App',
  session: async () => session,
  actsForUser: false,
  ...overrides,
});
export const user = askerNamed('user');
export const wishFor = (target: string, overrides: Partial<DataWish> = {}): DataWish => ({
  target: scopeIn(target),
  permission: 'READ',
  privilege: 'Minimal',
  durationSeconds: 3_600,
  ...overrides,
});
export const wish = wishFor('s3://bucket/users/*');
/** The privilege with which S3 Access Grants gives all that the grant has. */
export const defaults = { privilege: 'Default' } as const;

/** As the manager asks: the cache first. */
export const issue = async (asker = user, wished = wish) =>
  (access.cached(asker, wished) ?? (await access.issue(asker, wished))).accessKeyId;
