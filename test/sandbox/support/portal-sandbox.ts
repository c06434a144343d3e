// A sandbox of two stacks of a test's own: the broker's place taken by one fixture function, the portal's by another.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.ts';
import type { Template } from '../../../sandbox/templates/template.ts';
import { fixtureAsset, gatewayTemplate } from '../fixtures/gateway-template.ts';
import { portalTemplate } from '../fixtures/portal-template.ts';

export interface PortalSandbox {
  readonly sandbox: Sandbox;
  /** Ends the sandbox, and removes its assembly. */
  stop(): Promise<void>;
}

/** Writes a cloud assembly of these stacks, deployed in this order. @returns its directory */
export function writeAssembly(stacks: Readonly<Record<string, Template>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  const code = fileURLToPath(new URL('../fixtures/function', import.meta.url));
  cpSync(code, join(directory, 'function'), { recursive: true });
  const files = { files: { [fixtureAsset]: { source: { path: 'function' } } } };
  writeFileSync(join(directory, 'assets.json'), JSON.stringify(files));
  const artifacts = Object.entries(stacks).map(([stackName, template]) => {
    writeFileSync(join(directory, `${stackName}.json`), JSON.stringify(template));
    const environment = 'aws://unknown-account/unknown-region';
    return [
      stackName,
      { type: 'aws:cloudformation:stack', environment, properties: { templateFile: `${stackName}.json` } },
    ];
  });
  const manifest = {
    artifacts: {
      assets: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
      ...Object.fromEntries(artifacts),
    },
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest));
  return directory;
}

/** The portal is deployed first: what it is does not depend on the order. */
export async function startPortalSandbox(
  variables: Readonly<Record<string, unknown>> = {},
  { prefix, ...options }: SandboxOptions & { readonly prefix?: string } = {},
): Promise<PortalSandbox> {
  const assemblyDirectory = writeAssembly({
    'Portal-Sandbox': portalTemplate(variables, { ...(prefix !== undefined && { prefix }) }),
    'Service-Sandbox': gatewayTemplate(),
  });
  const remove = () => rmSync(assemblyDirectory, { recursive: true, force: true });
  try {
    const sandbox = await startSandbox({ ...options, assemblyDirectory });
    return {
      sandbox,
      async stop() {
        await sandbox.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
