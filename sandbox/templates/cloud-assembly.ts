// The cloud assembly: what `cdk synth` writes, and all that the sandbox deploys.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
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

/** Reads an assembly that stands in a directory; throws without one, or where it has what the sandbox does not deploy. */
export function readCloudAssembly(directory: string): CloudAssembly {
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new Error(`${directory} is no cloud assembly: it has no manifest.json`);
  }
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
