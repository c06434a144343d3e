// Temporary security credentials with STS behind them, and the session that tests ask for.
import { afterEach, beforeEach } from 'vitest';
import type { StoredRegistration } from '../../service/registrations/stored-registration.ts';
import {
  sessionRequestOf,
  TemporaryCredentialsProvider,
} from '../../service/sessions/temporary-credentials.ts';
import { deployment } from './callers.ts';
import { type FrozenClock, frozenClock } from './clock.ts';
import { storedWith } from './registrations.ts';
import { FakeSts } from './sts.ts';

export const tenant = { key: 'TenantID', value: 'Yellow' };

export const stsUnavailable = {
  code: 'StsUnavailable',
  statusCode: 503,
  message: 'temporary credentials cannot be issued at the moment',
};

export class TemporaryCredentialsFixture {
  clock!: FrozenClock;
  sts!: FakeSts;
  provider!: TemporaryCredentialsProvider;

  readonly requestFor = (overrides: Partial<StoredRegistration> = {}, tags = [tenant]) =>
    sessionRequestOf(storedWith(overrides), { tags }, deployment);

  readonly issue = (overrides: Partial<StoredRegistration> = {}) =>
    this.provider.issue(this.requestFor(overrides));
}

/** For every test of a file, at noon, with nothing cached. Call at the top. */
export function useTemporaryCredentials(): TemporaryCredentialsFixture {
  const fixture = new TemporaryCredentialsFixture();
  beforeEach(() => {
    fixture.clock = frozenClock();
    fixture.sts = new FakeSts(fixture.clock.now);
    fixture.provider = new TemporaryCredentialsProvider({
      ...deployment,
      createClient: fixture.sts.createClient,
      now: fixture.clock.now,
    });
  });
  afterEach(() => fixture.sts.restore());
  return fixture;
}
