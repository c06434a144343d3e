// README and the walkthrough, pasted into a person's shell block by block: every step says what it should, and nothing else.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isInstalled, type ShellName } from './support/interactive-shell.ts';
import { Reader, shellBlocksOf } from './support/reader.ts';

/** What a reader needs, and this machine has not. */
const missing = [
  ...['jq', 'aws', 'openssl'].filter((command) => !isInstalled(command)),
  ...(curlSigns() ? [] : ['curl 7.75']),
];

/** What is not pasted: the first two take minutes, and have tests of their own; the sandbox runs already. */
const leftOut: readonly RegExp[] = [/^npm ci && npm run demo\b/, /^npm ci && npm test\b/, /^npm start$/];

/** What a block says, by a piece of it. All others say nothing. */
const outcomes: readonly (readonly [piece: string, says: RegExp])[] = [
  ['npx cdk deploy', /^(?:Bundling asset .*\n|\d+ feature flags are not configured\. .*\n)*$/],
  [
    'broker --request POST',
    /^\{\n(?: {2}"(?!code").*\n)* {2}"ApplicationName": "AppService",\n(?: {2}.*\n)*\}\n$/,
  ],
  ['aws s3 mb', /^make_bucket: isb-111122223333-eu-west-1\n$/],
  [
    '--key Blue/file.txt Blue-file.txt',
    /^\{\n(?: .*\n)*? {4}"ContentLength": 0,\n(?: .*\n)*\}\n+(?:aws: \[ERROR\]: )?An error occurred \(AccessDenied\) when calling the GetObject operation: .*\nfailed 25[45]\n$/,
  ],
  ['broker --request DELETE', /^AppService\n$/],
  ['aws s3 rb', /^(?:delete: s3:\S+\n){2}remove_bucket: isb-111122223333-eu-west-1\n$/],
];

function blocksOf(page: string): string[] {
  return shellBlocksOf(page)
    .map((block) =>
      block
        .split('\n')
        .filter((line) => !leftOut.some((command) => command.test(line)))
        .join('\n'),
    )
    .filter((block) => block.trim() !== '');
}

function expectedOf(block: string): RegExp {
  return outcomes.find(([piece]) => block.includes(piece))?.[1] ?? /^$/;
}

/** Since 7.75 curl knows `--aws-sigv4`. */
function curlSigns(): boolean {
  const { stdout } = spawnSync('curl', ['--help', 'all'], { encoding: 'utf8' });
  return stdout?.includes('--aws-sigv4') ?? false;
}

describe.each<ShellName>(['bash', 'zsh'])('pasted into %s', (shellName) => {
  const absent = [...(isInstalled(shellName) ? [] : [shellName]), ...missing];
  const why = absent.length > 0 ? `: there is no ${absent.join(', no ')}` : '';

  it.skipIf(absent.length > 0)(`README and the walkthrough come out right, step by step${why}`, async () => {
    const reader = await Reader.open(shellName);
    for (const block of [...blocksOf('README.md'), ...blocksOf('docs/walkthrough.md')]) {
      // Without an account, as far as it goes.
      const typed = block.replace('npx cdk deploy ', 'npx cdk synth --quiet --output "$TMPDIR/cdk.out" ');
      expect(await reader.paste(typed), block).toMatch(expectedOf(block));
    }
    expect(await reader.remaining()).toMatch(
      /^(?=.*\bIAMSessionBroker\b)(?!.*\bApp(?:Service|Access)\b).*\n$/,
    );

    const calls = [
      ...(await reader.leave()).matchAll(/ (GET|POST|DELETE) \/(applications|credentials) (\d+)/g),
    ];
    expect(calls.map(([, ...call]) => call.join(' '))).toEqual([
      'POST applications 201',
      'GET credentials 200',
      'DELETE applications 200',
    ]);
    expect(reader.folders()).toEqual([]);
  });
});
