// A run of the probe: preparation, checks, and the removal of what was created for it.
import { Cleanup } from '../demo/cleanup.ts';
import { describeError, type Finding, runCheck, within } from './check.ts';
import type { Options } from './options.ts';
import { prepare, subjectOfDeployed, subjectOfOwn } from './preparation.ts';
import { probe } from './probe.ts';
import type { Subject } from './subject.ts';

export interface Report {
  readonly probe: 'iam-session-broker';
  /** Absent where the preparation has not come to it. */
  readonly endpoint: string | undefined;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly passed: boolean;
  readonly checks: readonly Finding[];
}

/** Preparing and cleaning up are many calls each: so many times as long as a check may they take. */
const PATIENCE_FACTOR = 3;

export interface RunParts {
  readonly tell: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Rejects only with the reason of the signal; everything else that fails is a finding. */
export async function run(options: Options, { tell, signal }: RunParts): Promise<Report> {
  const startedAt = new Date();
  const cleanup = new Cleanup();
  const longMs = PATIENCE_FACTOR * options.timeoutMs;
  let subject: Subject | undefined;
  const findings: Finding[] = [];
  const onFinding = (finding: Finding) => {
    findings.push(finding);
    tell(lineOf(finding));
  };
  try {
    const see = async () => {
      const preparation = prepare(options);
      subject = await (options.mode === 'sandbox'
        ? subjectOfOwn(options, preparation, cleanup)
        : subjectOfDeployed(options, preparation));
      return 'ready';
    };
    onFinding(await runCheck({ name: 'the probe is ready', expected: 'ready', see }, longMs));
    if (subject) await probe(subject, { timeoutMs: options.timeoutMs, onFinding, ...(signal && { signal }) });
  } finally {
    await within(longMs, cleanup.run(tell)).catch((error) =>
      tell(`could not clean up: ${describeError(error)}`),
    );
  }
  return {
    probe: 'iam-session-broker',
    endpoint: subject?.api.endpoint ?? options.endpoint,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    passed: findings.every(({ passed }) => passed),
    checks: findings,
  };
}

function lineOf({ name, expected, seen, passed, durationMs }: Finding): string {
  return passed ? `✓ ${name} (${durationMs} ms)` : `✗ ${name}: expected “${expected}”, saw “${seen}”`;
}
