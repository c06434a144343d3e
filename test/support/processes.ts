// Processes, as Linux shows them in /proc.
import { readFileSync } from 'node:fs';

/** Not of one that has ended, whose parent was gone, and whose end nobody has taken note of yet. */
export function isRunning(pid: number | undefined): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export function childrenOf(pid: number | undefined): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}
