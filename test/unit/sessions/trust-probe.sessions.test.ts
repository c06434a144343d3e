// The trust probe's own sessions: how many calls it makes, which of them at once, and what a session that has ended does to it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TemporaryCredentialsProvider } from '../../../service/sessions/temporary-credentials.ts';
import { TrustProbe } from '../../../service/sessions/trust-probe.ts';
import { callerNamed, deployment } from '../../support/callers.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { registrationWith } from '../../support/registrations.ts';
import { FakeSts, refusing } from '../../support/sts.ts';

const MINUTE = 60_000;

let clock: FrozenClock;
let sts: FakeSts;
let trustProbe: TrustProbe;

beforeEach(() => {
  clock = frozenClock();
  sts = new FakeSts(clock.now);
  const provider = new TemporaryCredentialsProvider({
    ...deployment,
    createClient: sts.createClient,
    now: clock.now,
  });
  trustProbe = new TrustProbe(provider, deployment);
});
afterEach(() => sts.restore());

const probe = (registration = registrationWith()) =>
  trustProbe.begin(callerNamed('App'), registration).report();
const narrowedSessions = () => sts.callsForServiceRole().filter(({ input }) => input.Policy !== undefined);

/** Refuses every access role to the sessions that there are now, as if they were revoked. */
function revokeSessions(): void {
  const revoked = new Set(sts.callsForAccessRoles().map(({ signedBy }) => signedBy));
  sts.accessRole = (input) =>
    revoked.has(sts.calls.at(-1)?.signedBy ?? '') ? refusing('AccessDenied')(input) : sts.session(input);
}

describe('the session of the trust probe', () => {
  it('is one more call, and kept for all registrations whose tags have the same keys', async () => {
    await probe();
    expect(sts.calls).toHaveLength(4);
    await probe(registrationWith({ accessRoleName: 'OtherAccess' }));
    expect(sts.calls).toHaveLength(7);
    expect(narrowedSessions()).toHaveLength(1);

    await probe(registrationWith({ sessionTagKey: 'Tenant' }));
    expect(narrowedSessions()).toHaveLength(2);
  });

  it('is made once for registrations that come at the same time', async () => {
    await Promise.all([probe(), probe()]);
    expect(narrowedSessions()).toHaveLength(1);
  });

  it('is kept until five minutes before its end', async () => {
    await probe();
    clock.advance(55 * MINUTE - 1);
    await probe();
    expect(narrowedSessions()).toHaveLength(1);
    clock.advance(1);
    await probe();
    expect(narrowedSessions()).toHaveLength(2);
  });

  it('that was revoked is taken neither for a tag of the role’s own, nor for a trust policy that asks for the external id', async () => {
    sts.trust = { hasSessionTag: false };
    expect(await probe()).toEqual({ trust: 'NotPinned', roleHasSessionTag: false });
    revokeSessions();
    clock.advance(2 * MINUTE);

    expect(await probe()).toEqual({ trust: 'NotPinned', roleHasSessionTag: false });
    expect(narrowedSessions()).toHaveLength(2);
  });

  it('that has ended is followed by another, which tells a tag of the role’s own', async () => {
    await probe();
    sts.trust = { externalIds: ['App'], hasSessionTag: true };
    expect(await probe()).toEqual({ trust: 'Pinned', roleHasSessionTag: true });
    expect(narrowedSessions()).toHaveLength(2);
  });

  it('that STS knows no longer is no failure', async () => {
    await probe();
    const dead = sts.callsForAccessRoles()[0]?.signedBy;
    sts.accessRole = (input) =>
      sts.calls.at(-1)?.signedBy === dead ? refusing('ExpiredToken')(input) : sts.session(input);

    expect(await probe()).toEqual({ trust: 'Pinned', roleHasSessionTag: false });
  });
});

describe('the tries of the trust probe', () => {
  it('are all under way at the same time', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reach = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    let underWay = 0;
    sts.accessRole = async (input) => {
      underWay += 1;
      if (underWay === 3) reach();
      await held;
      return sts.session(input);
    };
    sts.trust = { hasSessionTag: false };
    const report = probe();
    await reached;
    expect(sts.callsForAccessRoles().map(({ input }) => input.ExternalId)).toHaveLength(3);
    release();

    expect(await report).toEqual({ trust: 'NotPinned', roleHasSessionTag: false });
    expect(underWay).toBe(3);
  });
});
