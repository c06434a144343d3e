// The cloud assembly: what `cdk synth` writes, and all that the sandbox knows of the CDK application.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Template } from './template.ts';

export interface AssembledStack {
  readonly stackName: string;
  readonly template: Template;
  /** Where the application says that it goes; absent where that is left to who deploys it. */
  readonly accountId?: string;
  readonly region?: string;
}

export interface CloudAssembly {
  /** Each after the stacks that it depends on. */
  readonly stacks: readonly AssembledStack[];
  /** File assets: hash → absolute path of the file or directory. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  /** `aws://ACCOUNT/REGION` */
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
}

const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Synthesizes this project's CDK application into a directory, with the CLI of node_modules and neither
 * network nor AWS account. Throws with the CLI's own output when that fails, and the signal's reason when it
 * aborts, once nothing writes into the directory any more.
 */
export async function synthesize(outputDirectory: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const cli = createRequire(import.meta.url).resolve('aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [cli, 'synth', '--quiet', '--output', outputDirectory], {
    cwd: projectDirectory,
    env: offlineEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a process group of its own: the CLI runs the application in a further process, which must end with it.
    detached: true,
  });
  const endGroup = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself, and only its output is still to be read.
    }
  };
  signal?.addEventListener('abort', endGroup);
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done)),
  ]);
  signal?.removeEventListener('abort', endGroup);
  signal?.throwIfAborted();
  if (exitCode !== 0) throw new Error(`cdk synth failed:\n${stdout}${stderr}`);
}

/** The caller's environment without anything that would make the CLI ask AWS for a default account. */
function offlineEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(inherited),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

/** Reads an assembly that stands in a directory; throws where it has something the sandbox does not deploy. */
export function readCloudAssembly(directory: string): CloudAssembly {
  const manifest = readJson<Manifest>(directory, 'manifest.json');
  const nested = Object.entries(manifest.artifacts).find(([, { type }]) => type === 'cdk:cloud-assembly');
  if (nested) throw new Error(`the sandbox does not deploy nested cloud assemblies (${nested[0]})`);

  const stacks: AssembledStack[] = [];
  const assets = new Map<string, string>();
  for (const artifactId of dependencyOrder(manifest)) {
    const { type, environment = '', properties = {} } = manifest.artifacts[artifactId] as Artifact;
    if (type === 'aws:cloudformation:stack') {
      const template = readJson<Template>(directory, properties.templateFile ?? '');
      stacks.push({ stackName: properties.stackName ?? artifactId, template, ...placeIn(environment) });
    }
    if (type === 'cdk:asset-manifest') {
      const { files = {} } = readJson<AssetManifest>(directory, properties.file ?? '');
      for (const [hash, { source }] of Object.entries(files)) {
        if (source.path) assets.set(hash, resolve(directory, dirname(properties.file ?? ''), source.path));
      }
    }
  }
  return { stacks, assets };
}

/** `unknown-account` and `unknown-region` stand for what is left open. */
function placeIn(environment: string): Pick<AssembledStack, 'accountId' | 'region'> {
  const [, accountId = '', region = ''] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  return {
    ...(/^\d{12}$/.test(accountId) && { accountId }),
    ...(region && region !== 'unknown-region' && { region }),
  };
}

function dependencyOrder({ artifacts }: Manifest): string[] {
  const order = new Set<string>();
  const visit = (artifactId: string): void => {
    for (const dependency of artifacts[artifactId]?.dependencies ?? []) {
      if (!order.has(dependency)) visit(dependency);
    }
    order.add(artifactId);
  };
  for (const artifactId of Object.keys(artifacts)) visit(artifactId);
  return [...order];
}

function readJson<T>(directory: string, file: string): T {
  return JSON.parse(readFileSync(join(directory, file), 'utf8')) as T;
}
