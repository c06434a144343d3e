// Are usage plans kept, used, and cheap? `npm run bench:usage-plans`; exit code 1 where a target is missed.
import { scriptOptions } from '../client/arguments.ts';
import { leaseTermsOf, type UsagePlan } from '../service/usage-plans/plan.ts';
import { FLOOD, type Outcome, type Scenario, simulate } from './usage-plans-simulation.ts';

scriptOptions(
  {},
  {
    usage:
      'Usage: npm run bench:usage-plans\n\nUsage plans in virtual time. Exit codes: 0 every target met, 1 one missed, 2 wrong usage.\n',
    help: 'npm run bench:usage-plans -- --help',
  },
);

/** The fewer requests a second, the longer, so that every scenario has its tens of thousands. */
const plans: readonly (readonly [UsagePlan, seconds: number])[] = [
  [{ rateLimit: 1, burstLimit: 5 }, 5_000],
  [{ rateLimit: 10, burstLimit: 20 }, 1_000],
  [{ rateLimit: 100, burstLimit: 200 }, 50],
  [{ rateLimit: 1000, burstLimit: 1000 }, 10],
];
const fleets = [1, 10, 50, 200];

const scenarios: readonly Scenario[] = plans.flatMap(([plan, seconds]) =>
  (['steady', 'bursty', 'flood'] as const).flatMap((caller) =>
    (['last used', 'random'] as const).flatMap((spread) =>
      fleets.map((environments) => ({ plan, caller, spread, environments, seconds })),
    ),
  ),
);
const atOnce: readonly Scenario[] = plans.flatMap(([plan, seconds]) =>
  fleets.map((environments) => ({
    plan,
    caller: 'at once' as const,
    // Lambda gives an environment one request at a time: there must be as many of them as requests.
    spread: environments < plan.burstLimit ? ('random' as const) : ('last used' as const),
    environments,
    seconds,
  })),
);
const beside: readonly Scenario[] = plans.map(([plan, seconds]) => ({
  plan,
  caller: 'steady',
  spread: 'random',
  environments: 10,
  seconds,
  neighbour: true,
}));

const TARGET_USE = 0.9;
const TARGET_WRITES = 50;

type Verdict = 'met' | 'missed' | 'sparse' | 'no flood' | '-';

function verdictsOf(
  scenario: Scenario,
  outcome: Outcome,
): Record<'bound' | 'refused' | 'use' | 'writes', Verdict> {
  const { plan, caller, environments, seconds } = scenario;
  const check = (holds: boolean): Verdict => (holds ? 'met' : 'missed');
  // A few environments, each serving one request at a time, may let too little through to be a flood.
  const isFlood = caller === 'flood' && outcome.requests > (FLOOD / 2) * plan.rateLimit * seconds;
  const seenInALease = ((FLOOD * plan.rateLimit) / environments) * (leaseTermsOf(plan).validMs / 1000);
  const isSparse = scenario.spread === 'random' && seenInALease < 3;
  const writes = check(outcome.writesPerThousand <= TARGET_WRITES);
  return {
    bound: check(outcome.excess <= 0),
    refused: caller === 'steady' || caller === 'at once' ? check(outcome.refused === 0) : '-',
    use: isFlood ? check(outcome.use >= TARGET_USE) : caller === 'flood' ? 'no flood' : '-',
    writes: !isFlood ? '-' : writes === 'missed' && isSparse ? 'sparse' : writes,
  };
}

const columns = [
  ['plan', -12],
  ['caller', -14],
  ['spread', -9],
  ['envs', 4],
  ['requests', 8],
  ['admitted', 8],
  ['bound', 8],
  ['refused', 8],
  ['use %', 6],
  ['writes ‰', 8],
  ['verdict', -8],
] as const;
const line = (cells: readonly string[]) =>
  cells
    .map((cell, index) => {
      const width = columns[index]?.[1] ?? 0;
      return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();

// Refusals are errors, and their stacks take longer to record than the rest of the simulation.
Error.stackTraceLimit = 0;
console.log(line(columns.map(([name]) => name)));
let missed = 0;
let sparse = 0;
for (const scenario of [...scenarios, ...atOnce, ...beside]) {
  const { plan, caller, spread, environments, neighbour } = scenario;
  const outcome = await simulate(scenario);
  const verdicts = verdictsOf(scenario, outcome);
  const worst = (['missed', 'sparse', 'no flood'] as const).find((verdict) =>
    Object.values(verdicts).includes(verdict),
  );
  if (worst === 'missed') missed += 1;
  if (worst === 'sparse') sparse += 1;
  console.log(
    line([
      `${plan.rateLimit}/s +${plan.burstLimit}`,
      neighbour ? `${caller} + flood` : caller,
      spread,
      String(environments),
      String(outcome.requests),
      String(outcome.admitted),
      outcome.excess.toFixed(1),
      String(outcome.refused),
      (outcome.use * 100).toFixed(1),
      neighbour ? '' : outcome.writesPerThousand.toFixed(1),
      worst ?? 'met',
    ]),
  );
}
console.log(`
bound    admitted − (burst + rate × t) in the worst span: at most 0, always
refused  none of a steady caller's (80% of the rate), whatever another application does, and none of a whole burst at once,
         after a rest
use      of the rate: at least ${TARGET_USE * 100}% under a flood (${FLOOD} times the rate)
writes   to DynamoDB per thousand requests, refused ones counted: at most ${TARGET_WRITES} under a flood
sparse   a lease ends before its environment is called three times: it is of one, seldom two, and so nearly
         every admission costs a write (${(1000 / FLOOD) * TARGET_USE}–${1000 / FLOOD} per thousand), to which those that are refused are added: more than the target
no flood so few environments, each serving one request at a time, let too little through to be one: not judged`);
console.log(
  `\n${missed === 0 ? 'every target met' : `${missed} scenarios miss a target`}, but for ${sparse} sparse scenarios`,
);
process.exitCode = missed === 0 ? 0 : 1;
