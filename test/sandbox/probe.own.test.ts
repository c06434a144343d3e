// The probe of what it creates itself: whatever fails or hangs, it removes what it can, and says what is left.
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
  vi,
} from 'vitest';
import { brokerStacks } from '../../client/account/stacks.ts';
import { prepare, setupParts } from '../../probe/preparation.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { holdTimers } from '../support/patience.ts';
import { failuresOf } from './support/probe-report.ts';
import { deleteWithPolicies, probeRolesOf } from './support/probe-roles.ts';
import { options, runQuietly, source, TIMEOUT_MS } from './support/quiet-probe.ts';

/** The preparation has three times as long as a check. */
const PREPARATION_MS = 3 * TIMEOUT_MS;

describe('the probe of what it creates itself', () => {
  let own: Sandbox;

  beforeAll(async () => {
    own = await startSandbox({
      assemblyDirectory: inject('assemblyDirectory'),
      stacks: brokerStacks('Sandbox'),
      maxEnvironments: 1,
    });
  });
  beforeEach(() => source(own.environment));
  afterEach(() => {
    vi.unstubAllEnvs();
    for (const role of roles()) deleteWithPolicies(own, role);
  });
  afterAll(() => own?.stop());

  const roles = () => probeRolesOf(own);

  it('finds what it could not remove, and goes on to remove the rest', async () => {
    const error = { code: 'ServiceFailure', message: 'canary', statusCode: 500 };
    onTestFinished(own.account.faults.inject({ service: 'iam', operation: 'DeleteRole', error }));
    const report = await runQuietly();
    expect(report.passed).toBe(false);
    expect(Object.keys(failuresOf(report))).toEqual(['nothing is left behind']);
    expect(failuresOf(report)['nothing is left behind']).toMatch(
      /^the registration and the role IAMSessionBrokerProbe-\w+: ServiceFailureException; the role .*Stranger/,
    );
    expect([...own.account.buckets.keys()]).toEqual([]);
  });

  it('keeps the application’s role while its registration cannot be removed', async () => {
    const error = { code: 'ValidationException', message: 'canary', statusCode: 400 };
    const write = { service: 'dynamodb', operation: 'TransactWriteItems' };
    // The first registers, and is carried out.
    const onMatch = () => void onTestFinished(own.account.faults.inject({ ...write, error }));
    onTestFinished(own.account.faults.inject({ ...write, times: 1, onMatch }));
    const kept = failuresOf(await runQuietly())['nothing is left behind'];
    expect(kept).toMatch(/: the deregistration was refused: 503 AccessMetadataUnavailable$/);
    expect(roles()).toEqual([expect.stringMatching(/^IAMSessionBrokerProbe-\w+$/)]);
  });

  it('leaves nothing behind of a preparation that ran out of time', async () => {
    onTestFinished(holdTimers());
    // The role is created all the same, after the time has run out.
    const onMatch = () => void vi.advanceTimersByTime(PREPARATION_MS);
    onTestFinished(own.account.faults.inject({ service: 'iam', operation: 'CreateRole', times: 1, onMatch }));
    const failures = failuresOf(await runQuietly());
    expect(failures).toEqual({ 'the probe is ready': `no answer within ${PREPARATION_MS} ms` });
    expect(roles()).toEqual([]);
    expect([...own.account.buckets.keys()]).toEqual([]);
  });

  it('does not say that nothing is left behind of a preparation that does not end', async () => {
    onTestFinished(holdTimers());
    const onMatch = () => {
      vi.advanceTimersByTime(PREPARATION_MS);
      // By then, it is waited for the preparation to end.
      setImmediate(() => vi.advanceTimersByTime(PREPARATION_MS));
    };
    const stall = { service: 'iam', operation: 'CreateRole', stall: true, onMatch };
    onTestFinished(own.account.faults.inject(stall));
    expect(failuresOf(await runQuietly())).toEqual({
      'the probe is ready': `no answer within ${PREPARATION_MS} ms`,
      'nothing is left behind': 'nothing, and what the preparation may yet create: it has not ended',
    });
    expect([...own.account.buckets.keys()]).toEqual([]);
  });

  it('signs in as its own user, whoever the environment names', async () => {
    vi.stubEnv('ISB_PROBE_USERNAME', 'somebody-else');
    expect(failuresOf(await runQuietly())).toEqual({});
    const setup = options('--setup');
    expect((await setupParts(setup, prepare(setup).clients)).names.user).toBe('isb-probe');
  });
});

it('finds a route that lets unsigned requests in', async () => {
  const openRoute = (_: string, { Resources }: Template) => {
    const routes = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route');
    const open = routes.find(({ Properties }) => Object(Properties)['RouteKey'] === 'GET /credentials');
    if (open) Object.assign(open.Properties as object, { AuthorizationType: 'NONE' });
  };
  const openSandbox = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    stacks: brokerStacks('Sandbox'),
    amendTemplate: openRoute,
    maxEnvironments: 1,
  });
  onTestFinished(() => openSandbox.stop());
  source(openSandbox.environment);
  expect(failuresOf(await runQuietly())).toEqual({
    'unsigned requests are refused on every route': 'GET /credentials: 403 CallerNotAllowed',
  });
});
