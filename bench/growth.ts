// How does the cost of a warm request grow with what is cached, and with the token?
import { mkdirSync, writeFileSync } from 'node:fs';
import { EnvironmentVariable } from '../service/broker/environment.ts';
import type { GrowthInput, GrowthTimes } from './measured/growth.ts';
import { type Answer, atMost, type Conditions, type Form, type Question, shown } from './question.ts';
import { measure } from './support/function-process.ts';
import { renderLineChart } from './support/line-chart.ts';
import { median } from './support/rounds.ts';
import { startStandIns } from './support/stand-ins.ts';
import { generateTenantKey, signTenantToken, writeTokens } from './support/token-file.ts';
import { asPercentAdded, ratio, type Sampled } from './support/verdict.ts';

/** Of a tenfold. Logarithmic growth adds little, a square root 216 %, a line 900 %. */
const MOST_PERCENT = 50;
const lengths = [512, 1_024, 2_048, 4_096, 8_192];

type Extent = Pick<GrowthInput, 'tenants' | 'registrations' | 'warmUps' | 'rounds' | 'roundMs'>;
const extents: Record<Form, Extent> = {
  full: {
    tenants: [10, 100, 1_000, 10_000, 100_000],
    registrations: [10, 100, 1_000],
    warmUps: 10_000,
    rounds: 80,
    roundMs: 20,
  },
  quick: {
    tenants: [10, 100, 1_000],
    registrations: [10, 100],
    warmUps: 1_500,
    rounds: 32,
    roundMs: 5,
  },
  smoke: { tenants: [1, 10], registrations: [1, 10], warmUps: 10, rounds: 2, roundMs: 1 },
};

/** The median of every round for each size. */
type Sizes = readonly (readonly [size: number, medians: readonly number[]])[];
/** A median over the rounds for each size. */
type Curve = readonly (readonly [size: number, value: number])[];

export const growth: Question = {
  name: 'growth',
  title: 'How a warm request grows with tenants, registrations and the token',
  needsWakefulCores: true,
  async ask({ form, deployed }: Conditions): Promise<Answer> {
    const extent = extents[form];
    const times = await timesOf(deployed, extent);
    const byTenants = curveOf(times, 'tenants');
    const byRegistrations = curveOf(times, 'registrations');
    const byLength = curveOf(times, 'length');
    const bare = curveOf(times, 'sha256');
    const rest = differencesOf(times, 'length', 'sha256');
    if (form === 'full') plot({ byTenants, byRegistrations, byLength, bare });
    return {
      findings: [
        atMost('any tenfold of tenants adds', mostAdded(times, 'tenants'), MOST_PERCENT, '%'),
        atMost('any tenfold of registrations adds', mostAdded(times, 'registrations'), MOST_PERCENT, '%'),
        atMost(
          'a token of 8 KB instead of 0.5 adds, but for its SHA-256',
          addedBy(roundsOf(rest.at(-1)), roundsOf(rest[0])),
          MOST_PERCENT,
          '%',
        ),
      ],
      details: [
        `up to ${extent.tenants.at(-1)} tenants and ${extent.registrations.at(-1)} registrations`,
        'medians; asked for in random order; the function’s clock stands still, so that nothing has to be asked for anew',
        `tenants: ${shownCurve(byTenants)}`,
        `registrations: ${shownCurve(byRegistrations)}`,
        `token length: ${shownCurve(byLength)}; ${shown(slopePerKb(byLength))} µs per KB`,
        `SHA-256 of it alone: ${shownCurve(bare)}; ${shown(slopePerKb(bare))} µs per KB`,
        `not timed, for they waited for a lease of their usage plan: ${shownWaits(times)}`,
      ],
      raw: { times },
    };
  },
};

async function timesOf(deployed: Conditions['deployed'], extent: Extent): Promise<GrowthTimes> {
  const key = generateTenantKey();
  const tokens = writeTokens(key, Math.max(...extent.tenants, ...extent.registrations));
  const standIns = await startStandIns({ latencyMs: 0, jwks: key.jwks });
  try {
    const input: GrowthInput = {
      bundlePath: deployed.bundlePath,
      tokens,
      ...extent,
      tokensByLength: lengths.map((length) => signTenantToken(key, 0, length)),
    };
    const { result } = await measure<{ times: GrowthTimes }>('growth', input, {
      variables: {
        ...deployed.variables,
        ...standIns.variables,
        [EnvironmentVariable.maxCachedSessions]: '100000',
      },
    });
    return result.times;
  } finally {
    await standIns.stop();
    tokens.remove();
  }
}

/** The sizes at which this was measured, with the median of every round. */
function sizesOf(times: GrowthTimes, what: string): Sizes {
  return Object.entries(times)
    .filter(([name]) => name.startsWith(`${what} `))
    .map(([name, rounds]) => [Number(name.split(' ')[1]), rounds.map((round) => round.median)]);
}

function curveOf(times: GrowthTimes, what: string): Curve {
  return sizesOf(times, what).map(([size, medians]) => [size, median(medians)]);
}

function differencesOf(times: GrowthTimes, what: string, less: string): Sizes {
  const subtracted = new Map(sizesOf(times, less));
  return sizesOf(times, what).map(([size, medians]) => [
    size,
    medians.map((one, round) => one - (subtracted.get(size)?.[round] ?? Number.NaN)),
  ]);
}

/** Of the steps from each size to the next: what it adds, in percent, in the worst of them. */
function mostAdded(times: GrowthTimes, what: string): Sampled {
  const sizes = sizesOf(times, what);
  const added = sizes.slice(1).map((size, step) => addedBy(roundsOf(size), roundsOf(sizes[step])));
  return added.reduce((worst, one) => (one.value > worst.value ? one : worst));
}

function roundsOf(size: Sizes[number] | undefined): readonly number[] {
  return size?.[1] ?? [];
}

function addedBy(larger: readonly number[], smaller: readonly number[]): Sampled {
  const times = { larger: [...larger], smaller: [...smaller] };
  return asPercentAdded(ratio(times, 'larger', 'smaller'));
}

/** Least squares, over characters. */
function slopePerKb(curve: Curve): number {
  const x = curve.map(([size]) => size / 1024);
  const meanX = x.reduce((sum, one) => sum + one, 0) / x.length;
  const meanY = curve.reduce((sum, [, value]) => sum + value, 0) / x.length;
  const covariance = curve.reduce(
    (sum, [, value], index) => sum + ((x[index] ?? 0) - meanX) * (value - meanY),
    0,
  );
  return covariance / x.reduce((sum, one) => sum + (one - meanX) ** 2, 0);
}

function shownCurve(curve: Curve): string {
  return `${curve.map(([size, value]) => `${size}: ${shown(value)}`).join(', ')} µs`;
}

function shownWaits(times: GrowthTimes): string {
  return ['tenants', 'registrations']
    .flatMap((what) => sizesOf(times, what).map(([size]) => `${what} ${size}`))
    .map((name) => {
      const rounds = times[name] ?? [];
      const waited = rounds.reduce((sum, round) => sum + round.waited, 0);
      const all = rounds.reduce((sum, round) => sum + round.runs, waited);
      return `${name}: ${((waited / all) * 100).toFixed(1)}%`;
    })
    .join(', ');
}

function plot(curves: Record<'byTenants' | 'byRegistrations' | 'byLength' | 'bare', Curve>): void {
  const results = new URL('results/', import.meta.url);
  mkdirSync(results, { recursive: true });
  const write = (name: string, svg: string) => writeFileSync(new URL(`growth-${name}.svg`, results), svg);
  const chart = { title: 'Warm GET /credentials', yTitle: 'µs', xScale: 'logarithmic' } as const;
  write(
    'tenants',
    renderLineChart({
      ...chart,
      xTitle: 'tenants cached',
      series: [{ name: 'warm request', points: curves.byTenants }],
    }),
  );
  write(
    'registrations',
    renderLineChart({
      ...chart,
      xTitle: 'registrations cached',
      series: [{ name: 'warm request', points: curves.byRegistrations }],
    }),
  );
  write(
    'token-length',
    renderLineChart({
      ...chart,
      xTitle: 'characters of the token',
      xScale: 'linear',
      series: [
        { name: 'warm request', points: curves.byLength },
        { name: 'SHA-256 of the token alone', points: curves.bare },
      ],
    }),
  );
}
