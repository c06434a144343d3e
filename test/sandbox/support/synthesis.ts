// Synthesizes the CDK application once for all sandboxes of a test run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../../sandbox/templates/synthesis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the cloud assembly is: `inject('assemblyDirectory')`. */
    assemblyDirectory: string;
  }
}

export async function setup(project: TestProject): Promise<() => void> {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  // With all that there is, of which a sandbox deploys what it is asked for.
  await synthesize(assemblyDirectory, { example: 'shopfast' });
  project.provide('assemblyDirectory', assemblyDirectory);
  return () => rmSync(directory, { recursive: true, force: true });
}
