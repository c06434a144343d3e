// Floods at the gateway: what they cost the other applications below a route's throttle, and beyond it.
import { readFileSync } from 'node:fs';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { brokerStacks } from '../../client/account/stacks.ts';
import { SessionBrokerError } from '../../client/library/errors.ts';
import { retried } from '../../client/library/retrying.ts';
import { StageThrottle } from '../../sandbox/http-api/stage-throttle.ts';
import type { Throttle } from '../../sandbox/http-api/token-bucket.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { readCloudAssembly } from '../../sandbox/templates/cloud-assembly.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { setVariables } from './support/amendments.ts';
import { Broker, type BrokerApplication } from './support/broker.ts';
import { sendLoad } from './support/load.ts';

const assemblyDirectory = inject('assemblyDirectory');
/** A throttle that fills up again within days: only counts matter, and no time. */
const takes = (burst: number) => ({ ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: burst });

interface Flood {
  readonly sandbox: Sandbox;
  readonly flooding: BrokerApplication;
  readonly calm: BrokerApplication;
}

/** Two registered applications, one with a small plan, behind the template's throttles but for those given. */
async function start(routeSettings: Record<string, ReturnType<typeof takes>> = {}): Promise<Flood> {
  const sandbox = await startSandbox({
    assemblyDirectory,
    stacks: brokerStacks('Sandbox'),
    maxEnvironments: 2,
    amendTemplate: (_, template) => {
      for (const { Type, Properties } of Object.values(template.Resources)) {
        if (Type !== 'AWS::ApiGatewayV2::Stage') continue;
        Object.assign(Properties?.['RouteSettings'] as object, routeSettings);
      }
      setVariables(template, ({ USAGE_PLANS = '' }) => ({
        USAGE_PLANS: JSON.stringify({
          ...JSON.parse(USAGE_PLANS),
          registration: { rateLimit: 100, burstLimit: 1_000 },
          applications: { Flooding: { rateLimit: 1, burstLimit: 5 } },
        }),
      }));
    },
  });
  onTestFinished(() => sandbox.stop());
  const broker = await Broker.of(sandbox);
  const [flooding, calm] = ['Flooding', 'Calm'].map((name) => broker.createApplication(name)) as [
    BrokerApplication,
    BrokerApplication,
  ];
  for (const application of [flooding, calm]) {
    const registered = await application.call('POST', 'applications', application.registration());
    expect(registered).toMatchObject({ status: 201 });
    expect(await application.credentials('Yellow')).toMatchObject({ status: 200 });
  }
  return { sandbox, flooding, calm };
}

function refusedByTheGateway({ account }: Sandbox): number {
  return account.trail.events.filter(({ errorCode }) => errorCode === 'THROTTLED').length;
}

/** Lines of the access log that the template's metric filter counts. */
function counted(sandbox: Sandbox): number {
  return sandbox
    .logs()
    .filter((line) => line.startsWith('{"requestId"'))
    .map((line) => JSON.parse(line) as Record<string, string>)
    .filter(({ status, integrationLatencyMs }) => status === '429' && integrationLatencyMs === '-').length;
}

const throttledByTheGateway = { status: 429, body: { message: 'Too Many Requests' } };

describe('a flood', () => {
  it('of a hundred times its plan costs another nothing, as long as the route’s throttle holds both', async () => {
    const { sandbox, flooding, calm } = await start();
    const [floodRequest, calmRequest] = await Promise.all([
      flooding.credentialsRequest('Yellow'),
      calm.credentialsRequest('Yellow'),
    ]);

    // Together less than the throttle takes at once, so that none of them can be too many.
    const [beside, flooded] = await Promise.all([
      sendLoad(calmRequest, { requests: 50, connections: 2 }),
      sendLoad(floodRequest, { requests: 600, connections: 10 }),
    ]);

    expect(beside.statusCodes).toEqual({ 200: 50 });
    expect(Object.keys(flooded.statusCodes).sort()).toEqual(['200', '429']);
    // By its plan, every time.
    expect(refusedByTheGateway(sandbox)).toBe(0);
    expect(counted(sandbox)).toBe(0);
  });

  it('beyond the throttle costs everybody the route, nobody another, and is counted', async () => {
    const { sandbox, flooding, calm } = await start({ 'POST /credentials': takes(50) });
    const request = await flooding.credentialsRequest('Yellow');
    const { JWT } = JSON.parse(request.body ?? '');

    await sendLoad(request, { requests: 150, connections: 10 });

    expect(refusedByTheGateway(sandbox)).toBe(100);
    expect(counted(sandbox)).toBe(100);
    const starved = await calm.call('POST', 'credentials', { JWT });
    expect(starved).toMatchObject(throttledByTheGateway);
    // The gateway does not know when there is room again.
    expect(starved.headers.get('retry-after')).toBeNull();
    expect(await calm.credentials('Yellow')).toMatchObject({ status: 200 });
    expect(await calm.call('GET', 'applications')).toMatchObject({ status: 200 });
    expect(await calm.call('PUT', 'applications', calm.registration())).toMatchObject({ status: 200 });
  });

  it('of registrations costs no request for credentials', async () => {
    const { sandbox, flooding, calm } = await start({ 'GET /applications': takes(10) });

    for (let request = 0; request < 20; request += 1) await flooding.call('GET', 'applications');

    expect(refusedByTheGateway(sandbox)).toBe(10);
    expect(await calm.call('GET', 'applications')).toMatchObject(throttledByTheGateway);
    expect(await calm.call('PUT', 'applications', calm.registration())).toMatchObject({ status: 200 });
    expect(await calm.credentials('Yellow')).toMatchObject({ status: 200 });
  });
});

describe('in virtual time, with the throttles and the plans of the template', () => {
  const { throttles, plan } = deployed();
  const share = (times: number) => `${Math.round(100 * calmShare(times * plan.rateLimit))}%`;

  it.each([1, 5, 10, 20])(
    'a flood of %d times its plan costs an application at half of its own nothing',
    (times) => {
      expect(share(times)).toBe('100%');
    },
  );

  it('costs it, and clients of the library, what docs/operations.md says', async () => {
    const page = readFileSync('docs/operations.md', 'utf8');
    const rows = [...page.matchAll(/^\| (\d+) times: [\d,]+ a second \| (\d+%) \| (\d+%) \| (\d+%) \|$/gm)];
    expect(rows.length).toBeGreaterThan(3);
    for (const [, times, sameRoute, library, otherRoute] of rows) {
      const served = `${Math.round(100 * (await servedByTheLibrary(Number(times) * plan.rateLimit)))}%`;
      expect({ times, sameRoute, library }).toEqual({
        times,
        sameRoute: share(Number(times)),
        library: served,
      });
      expect(otherRoute).toBe('100%');
    }
  });

  it('costs registrations nothing, however large it is', () => {
    expect(calmShare(100 * plan.rateLimit, 'POST /applications', 5)).toBe(1);
  });

  /** What part of its requests a calm application gets through, beside a flood of so many a second of POST /credentials. */
  function calmShare(floodRate: number, route = 'POST /credentials', calmRate = plan.rateLimit / 2): number {
    let nowMs = 0;
    const stage = new StageThrottle(throttles, () => nowMs);
    const random = seededRandom(7);
    // Past the time that it takes to use up what was saved.
    const [fromMs, untilMs] = [30_000, 90_000];
    let sent = 0;
    let through = 0;
    while (nowMs < untilMs) {
      nowMs += (-Math.log(1 - random()) * 1_000) / (floodRate + calmRate);
      const isCalm = random() < calmRate / (floodRate + calmRate);
      const admitted = stage.admits(isCalm ? route : 'POST /credentials');
      if (!isCalm || nowMs < fromMs) continue;
      sent += 1;
      if (admitted) through += 1;
    }
    return through / sent;
  }

  /** What part of its clients get credentials in the end, that ask at half of its plan and keep none. */
  async function servedByTheLibrary(floodRate: number): Promise<number> {
    const BUDGET_MS = 20_000;
    const time = new VirtualTime();
    const stage = new StageThrottle(throttles, () => time.now);
    const random = seededRandom(7);
    const untilMs = time.now + 60_000;
    const asks = async () => {
      if (stage.admits('POST /credentials')) return;
      throw new SessionBrokerError('throttled', { code: 'GatewayThrottled', statusCode: 429 });
    };
    const timing = {
      now: () => time.now,
      elapsed: () => time.now,
      sleep: (ms: number) => time.sleep(ms),
      random,
    };
    const outcomes: Promise<boolean>[] = [];
    const arrivals = (rate: number, until: number, arrive: () => void) => {
      const step = () => {
        arrive();
        const next = time.now - (Math.log(1 - random()) * 1_000) / rate;
        if (next < until) time.at(next, step);
      };
      time.at(time.now, step);
    };
    // The flood goes on for as long as anybody waits.
    arrivals(floodRate, untilMs + BUDGET_MS, () => stage.admits('POST /credentials'));
    arrivals(plan.rateLimit / 2, untilMs, () => {
      const served = time.sleep(0).then(() => retried(asks, BUDGET_MS, timing));
      outcomes.push(
        served.then(
          () => true,
          () => false,
        ),
      );
    });
    await time.run();
    const served = await Promise.all(outcomes);
    return served.filter((isServed) => isServed).length / served.length;
  }

  function deployed(): { throttles: ConstructorParameters<typeof StageThrottle>[0]; plan: Throttle } {
    const { stacks } = readCloudAssembly(assemblyDirectory);
    const stack = stacks.find(({ stackName }) => stackName === 'IAMSessionBroker-Service-Sandbox');
    const resources = Object.values(stack?.template.Resources ?? {});
    const propertiesOf = (type: string) => resources.find(({ Type }) => Type === type)?.Properties ?? {};
    const { RouteSettings } = propertiesOf('AWS::ApiGatewayV2::Stage') as {
      RouteSettings: Record<string, { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }>;
    };
    const { Environment } = propertiesOf('AWS::Lambda::Function') as {
      Environment: { Variables: Record<string, string> };
    };
    const routes = Object.entries(RouteSettings).map(
      ([key, { ThrottlingRateLimit, ThrottlingBurstLimit }]): [string, Throttle] => [
        key,
        { rateLimit: ThrottlingRateLimit, burstLimit: ThrottlingBurstLimit },
      ],
    );
    return {
      throttles: { all: { rateLimit: 10_000, burstLimit: 5_000 }, routes: Object.fromEntries(routes) },
      plan: JSON.parse(Environment.Variables['USAGE_PLANS'] ?? '').default,
    };
  }
});
