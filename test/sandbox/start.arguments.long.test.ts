// What `npm start` is told: its usage, the arguments that it refuses, and a port that is taken.
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, inject, test } from 'vitest';
import { exitOf, run } from './support/start-process.ts';

const usage = 'Usage: npm start [-- [--port N] [--environment NAME] [--assembly DIRECTORY]\n';

async function outcomeOf(...args: string[]) {
  const child = run(args);
  const [exitCode, stdout, stderr] = await Promise.all([
    exitOf(child),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}

test.each(['--help', '-h'])('prints its usage when it is asked for: %s', async (flag) => {
  const { exitCode, stdout, stderr } = await outcomeOf(flag);

  expect(exitCode).toBe(0);
  expect(stdout).toContain(usage);
  expect(stderr).toBe('');
});

const assembly = inject('assemblyDirectory');
test.each([
  { args: ['--port', 'http'], says: '--port must be from 0 to 65530' },
  { args: ['--port', '65531'], says: '--port must be from 0 to 65530' },
  {
    args: ['--environment', 'staging'],
    says: 'there is no environment staging; cdk.json has sandbox, gamma, production',
  },
  {
    args: ['--environment', 'staging', '--assembly', assembly],
    says: 'there is no environment staging; the cloud assembly has sandbox, gamma, production',
  },
  { args: ['--other-account', '1234'], says: '--other-account must have 12 digits' },
  { args: ['--assembly', 'docs'], says: 'docs is no cloud assembly: it has no manifest.json' },
])('refuses $args: says why and how it is used, does nothing, and exits with 2', async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await outcomeOf(...args);

  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.startsWith(says)).toBe(true);
  expect(stderr).toContain(usage);
  expect(stderr).not.toContain('synthesizing');
});

test('refuses an option that there is not in one line, and exits with 2', async () => {
  expect(await outcomeOf('--verbose')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: "Unknown option '--verbose'; npm start -- --help says what there is\n",
  });
});

test('names the ports that it needs, and the one that is in use, and exits with 1', async () => {
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => {
      const address = taken.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

  const { exitCode, stderr } = await outcomeOf('--port', String(port));
  taken.close();

  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    `ports ${port} to ${port + 2} are needed, and ${port} is in use; choose others with -- --port N\n`,
  );
});
