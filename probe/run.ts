// A run of the probe: preparation, checks, and the removal of what was created for it.
import { Cleanup } from '../client/account/cleanup.ts';
import { type Finding, runCheck, within } from './check.ts';
import type { Options } from './options.ts';
import { prepare, subjectOfDeployed, subjectOfOwn } from './preparation.ts';
import { probe } from './probe.ts';
import { leftBehind, NOTHING } from './removal.ts';
import type { Subject } from './subject.ts';
import { type Untried, untriedOf } from './untried.ts';

export interface Report {
  readonly probe: 'iam-session-broker';
  /** Absent where the preparation has not come to it. */
  readonly endpoint: string | undefined;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly passed: boolean;
  readonly checks: readonly Finding[];
  /** What no check of this run is about; it counts neither way. */
  readonly untried: readonly Untried[];
}

/** Preparing is many calls: so many times as long as a check may it take, and so many until it has ended. */
const PATIENCE_FACTOR = 3;
/** The removals, each of which has a check's time to itself. */
const REMOVAL_FACTOR = 10;

export interface RunParts {
  readonly tell: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Rejects only with the reason of the signal; everything else that fails is a finding. */
export async function run(options: Options, { tell, signal }: RunParts): Promise<Report> {
  const startedAt = new Date();
  const cleanup = new Cleanup();
  const longMs = PATIENCE_FACTOR * options.timeoutMs;
  const preparing = new AbortController();
  let preparation: Promise<Subject> | undefined;
  let subject: Subject | undefined;
  const findings: Finding[] = [];
  const onFinding = (finding: Finding) => {
    findings.push(finding);
    tell(lineOf(finding));
  };
  try {
    const see = async () => {
      const prepared = prepare(options);
      preparation =
        options.mode === 'sandbox'
          ? subjectOfOwn(options, prepared, cleanup, preparing.signal)
          : subjectOfDeployed(options, prepared);
      subject = await preparation;
      return 'ready';
    };
    onFinding(await runCheck({ name: 'the probe is ready', expected: 'ready', see }, longMs));
    signal?.throwIfAborted();
    if (subject) await probe(subject, { timeoutMs: options.timeoutMs, onFinding, ...(signal && { signal }) });
  } finally {
    if (options.mode === 'sandbox') {
      preparing.abort();
      // What it is still creating would escape the removal.
      const ended = Promise.resolve(preparation).then(
        () => true,
        () => true,
      );
      const hasEnded = await within(longMs, ended).catch(() => false);
      const see = async () => {
        const left = await leftBehind(cleanup);
        return hasEnded ? left : `${left}, and what the preparation may yet create: it has not ended`;
      };
      const check = { name: 'nothing is left behind', expected: NOTHING, see };
      onFinding(await runCheck(check, REMOVAL_FACTOR * options.timeoutMs));
    }
  }
  const untried = untriedOf(options);
  for (const { name, why, how } of untried)
    tell(`– ${name}: not tried, for ${why}; to have it tried: ${how}`);
  return {
    probe: 'iam-session-broker',
    endpoint: subject?.api.endpoint ?? options.endpoint,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    passed: findings.every(({ passed }) => passed),
    checks: findings,
    untried,
  };
}

function lineOf({ name, expected, seen, passed, durationMs }: Finding): string {
  return passed ? `✓ ${name} (${durationMs} ms)` : `✗ ${name}: expected “${expected}”, saw “${seen}”`;
}
