// A share of one processor for a process, by a control group of Linux: as Lambda gives a function one by its memory.
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How often a process that has used up its share waits, in microseconds. */
const PERIOD_US = 20_000;

export interface ProcessorShare {
  /** Puts a process under it, with all that it starts from now on. */
  hold(pid: number): void;
  /** Once none of its processes is left. */
  remove(): void;
}

/**
 * @param share of one processor, above 0
 * @throws Error where this machine lets nobody make control groups
 */
export function processorShare(share: number): ProcessorShare {
  const quotaUs = Math.round(PERIOD_US * share);
  const name = `iam-session-broker-bench-${process.pid}`;
  const first = '/sys/fs/cgroup/cpu';
  const isFirst = existsSync(first);
  const directory = join(isFirst ? first : '/sys/fs/cgroup', name);
  try {
    mkdirSync(directory);
    const write = (file: string, text: string) => writeFileSync(join(directory, file), text);
    if (isFirst) {
      write('cpu.cfs_period_us', String(PERIOD_US));
      write('cpu.cfs_quota_us', String(quotaUs));
    } else write('cpu.max', `${quotaUs} ${PERIOD_US}`);
    return {
      hold: (pid) => write('cgroup.procs', String(pid)),
      remove: () => rmdirSync(directory),
    };
  } catch (cause) {
    throw new Error('a share of the processor takes Linux, and leave to make a control group (root)', {
      cause,
    });
  }
}
