// Step: the version of Node.js.
import type { Step } from './checkup.ts';
import { type Finding, fails, ok } from './finding.ts';

const LEAST_MAJOR = 20;

export const runtime: Step = {
  name: 'node',
  needs: [],
  check: async () => [checkVersion(process.versions.node)],
};

export function checkVersion(version: string): Finding {
  const what = `Node.js ${version}`;
  return Number.parseInt(version, 10) >= LEAST_MAJOR
    ? ok(what)
    : fails(what, `install ${LEAST_MAJOR} or later`);
}
