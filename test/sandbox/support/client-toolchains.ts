// How the examples of docs/clients.md are built and run in each language, and what says that its tools are not there.
import { type ExecFileException, execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const examples = resolve('examples');
const drivers = resolve('test/sandbox/clients');

/** What a language's tests are left out for. */
export class ToolsMissing extends Error {}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Toolchain {
  readonly language: string;
  /** Builds into the directory; @returns what runs the driver. @throws ToolsMissing */
  prepare(directory: string): Promise<Command>;
  /** What linters say, nothing where all is well. @throws ToolsMissing */
  lint(directory: string): Promise<string>;
}

export const python: Toolchain = {
  language: 'Python',
  async prepare() {
    const file = process.env['ISB_PYTHON'] ?? 'python3';
    await tool(file, ['-c', 'import boto3'], 'python3 with boto3');
    const variables = { PYTHONPATH: join(examples, 'python'), PYTHONDONTWRITEBYTECODE: '1' };
    return { file, args: [join(drivers, 'drive.py')], variables };
  },
  async lint(directory) {
    const file = process.env['ISB_PYTHON'] ?? 'python3';
    await tool(file, ['--version'], 'python3');
    const modules = ['session_broker.py', 'application.py', 'data.py'].map((name) =>
      join(examples, 'python', name),
    );
    const env = { ...process.env, PYTHONPYCACHEPREFIX: directory };
    return complaints(file, ['-W', 'error', '-m', 'py_compile', ...modules], { env });
  },
};

export const java: Toolchain = {
  language: 'Java',
  async prepare(directory) {
    const classPath = `${await compileJava(directory)}${delimiter}${directory}`;
    return { file: 'java', args: ['-cp', classPath, 'Drive'] };
  },
  lint: async (directory) => {
    await compileJava(directory);
    return '';
  },
};

/** Every warning fails it. @returns the class path of what it needs */
async function compileJava(directory: string): Promise<string> {
  const { stdout } = await tool('javac', ['-version'], 'javac 17 or later');
  if (Number(/\d+/.exec(stdout)?.[0]) < 17) throw new ToolsMissing('javac 17 or later is not there');
  await tool('mvn', ['-version'], 'mvn');
  const list = join(directory, 'class-path');
  const pom = join(examples, 'java', 'pom.xml');
  const goal = ['dependency:build-classpath', `-Dmdep.outputFile=${list}`];
  await tool('mvn', ['-q', '-B', '-f', pom, ...goal], 'what pom.xml names (Maven Central)');
  const classPath = readFileSync(list, 'utf8').trim();
  const sources = ['SessionBroker', 'Application'].map((name) => join(examples, 'java', `${name}.java`));
  const options = ['--release', '17', '-Xlint:all', '-Werror', '-cp', classPath, '-d', directory];
  await run('javac', [...options, ...sources, join(drivers, 'Drive.java')]);
  return classPath;
}

export const go: Toolchain = {
  language: 'Go',
  async prepare(directory) {
    await modules();
    const overlay = join(directory, 'overlay.json');
    const driver = join(examples, 'go', 'drive', 'main.go');
    writeFileSync(overlay, JSON.stringify({ Replace: { [driver]: join(drivers, 'drive.go') } }));
    const file = join(directory, 'drive');
    await run('go', ['build', '-overlay', overlay, '-o', file, './drive'], { cwd: join(examples, 'go') });
    return { file, args: [] };
  },
  async lint() {
    await modules();
    const cwd = join(examples, 'go');
    return (
      (await complaints('go', ['vet', './...'], { cwd })) + (await complaints('gofmt', ['-l', cwd, drivers]))
    );
  },
};

async function modules(): Promise<void> {
  await tool('go', ['version'], 'go');
  const { go: cwd } = { go: join(examples, 'go') };
  await tool('go', ['mod', 'download'], 'what go.mod names (the module proxy)', { cwd });
}

export const shell: Toolchain = {
  language: 'Shell',
  async prepare() {
    await tool('jq', ['--version'], 'jq');
    await tool('aws', ['--version'], 'aws');
    const { stdout } = await tool('curl', ['--version'], 'curl');
    const [major = 0, minor = 0] = (/curl (\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    if (major * 1_000 + minor < 7_086) throw new ToolsMissing('curl 7.86 or later is not there');
    return { file: 'bash', args: [join(examples, 'shell', 'application.sh')] };
  },
  async lint() {
    await tool('shellcheck', ['--version'], 'shellcheck');
    const files = ['session-broker.sh', 'application.sh'].map((name) => join(examples, 'shell', name));
    return complaints('shellcheck', ['--shell=bash', '-x', '--source-path=SCRIPTDIR', ...files]);
  },
};

/** Runs what has to be there. @param what is missing where it fails */
async function tool(file: string, args: readonly string[], what: string, options: { cwd?: string } = {}) {
  try {
    return await run(file, args, options);
  } catch {
    throw new ToolsMissing(`${what}: not there, or not to be had`);
  }
}

/** What it prints where it finds something. */
async function complaints(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    return (await run(file, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as ExecFileException;
    return `${stdout}${stderr}` || String(error);
  }
}
