// Temporary security credentials after a revocation: nothing that STS issued before it is handed out.
import { describe, expect, it } from 'vitest';
import { stsUnavailable, useTemporaryCredentials } from '../../support/temporary-credentials.ts';

const fixture = useTemporaryCredentials();
const { requestFor, issue } = fixture;

const iso = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');

/** STS's host is off by so much, and tells expirations in whole seconds. */
function setOff(ms: number): void {
  fixture.sts.accessRole = (input) => {
    const session = fixture.sts.session(input);
    const expiration = Math.floor((session.Credentials.Expiration.getTime() + ms) / 1000) * 1000;
    return { ...session, Credentials: { ...session.Credentials, Expiration: new Date(expiration) } };
  };
}

describe('a session of a registration whose sessions were revoked', () => {
  const revokedAt = () => iso(fixture.clock.now() + 1_000);

  it.each([
    ['two seconds before', -1],
    ['in the last moment of the second before', 999],
  ])('that STS issued %s is not handed out', async (_, afterMs) => {
    setOff(afterMs);
    await expect(issue({ revokedAt: revokedAt() })).rejects.toMatchObject(stsUnavailable);
  });

  it.each([
    ['at the time itself', 1_000],
    ['in the same second', 1_999],
    ['in the second after', 2_000],
  ])('that STS issued %s is handed out', async (_, afterMs) => {
    setOff(afterMs);
    await expect(issue({ revokedAt: revokedAt() })).resolves.toMatchObject({ accessKeyId: 'ASIASESSION2' });
  });

  it('is told by the duration that was asked for', async () => {
    const now = iso(fixture.clock.now());
    setOff(0);
    await expect(issue({ revokedAt: now, sessionDurationSeconds: 900 })).resolves.toBeDefined();
    setOff(-1);
    await expect(issue({ revokedAt: now, sessionDurationSeconds: 901 })).rejects.toMatchObject(
      stsUnavailable,
    );
  });

  it('and that STS issued before is not kept: a second later STS is asked anew', async () => {
    const revoked = { revokedAt: iso(fixture.clock.now()) };
    setOff(-1_000);
    await expect(issue(revoked)).rejects.toMatchObject({
      ...stsUnavailable,
      cause: {
        message: 'STS issued the session before the time at which the application’s sessions were revoked',
      },
    });
    expect(fixture.provider.cached(requestFor(revoked))).toBeUndefined();
    fixture.clock.advance(1_000);

    await expect(issue(revoked)).resolves.toMatchObject({ accessKeyId: 'ASIASESSION3' });
    expect(fixture.provider.cached(requestFor(revoked))).toBeDefined();
  });

  it('is told by STS’s clock alone, however far off the broker’s is', async () => {
    setOff(-3_600_000 + 60_000);
    await expect(issue({ revokedAt: iso(fixture.clock.now() - 3_600_000) })).resolves.toBeDefined();
    setOff(3_600_000);
    await expect(issue({ revokedAt: iso(fixture.clock.now() + 3_600_000 + 1_000) })).rejects.toMatchObject(
      stsUnavailable,
    );
  });

  it('and that was kept under the same version, before a mark that was made by hand, is not handed out', async () => {
    const old = await issue();
    fixture.clock.advance(1_000);
    const revoked = { revokedAt: iso(fixture.clock.now()) };

    expect(requestFor().cacheKey).not.toBe(requestFor(revoked).cacheKey);
    expect((await issue(revoked)).accessKeyId).not.toBe(old.accessKeyId);
  });
});
