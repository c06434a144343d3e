// The page of data access by hand, pasted into an interactive shell block by block: every step says what it should, and nothing else.
import { describe, expect, it } from 'vitest';
import { isInstalled, type ShellName } from './support/interactive-shell.ts';
import { Reader, shellBlocksOf } from './support/reader.ts';

const account = '444455556666';
const bucket = `shopfast-data-${account}-eu-west-1`;
const missing = ['aws', 'jq'].filter((command) => !isInstalled(command));
/** As both versions of the AWS CLI begin it. */
const denied = (call: string) =>
  `(?:aws: \\[ERROR\\]: )?An error occurred \\(AccessDenied\\) when calling the ${call} operation: `;

/** What a block says, by a piece of it. All others say nothing. */
const outcomes: readonly (readonly [piece: string, says: RegExp])[] = [
  ['aws s3 mb', new RegExp(`^make_bucket: ${bucket}\\n$`)],
  [
    "grant 'users*' READ",
    new RegExp(`^s3://${bucket}/users\\*\\tREAD\\ns3://${bucket}/feedback\\*\\tREADWRITE\\n$`),
  ],
  [
    'as_support aws s3api get-object',
    new RegExp(
      `^\\n*${denied('GetObject')}.*ShopFast-CustomerSupport/ShopFastRole is not authorized to perform: s3:GetObject.*\\nfailed 25[45]\\n$`,
    ),
  ],
  [
    '--permission READWRITE --privilege',
    new RegExp(
      `^\\n*${denied('GetDataAccess')}You do not have READWRITE permissions to the requested S3 Prefix: s3://${bucket}/users\\*\\n+failed 25[45]\\n$`,
    ),
  ],
  [
    '_granted=',
    new RegExp(
      `^\\{\\n {2}"MatchedGrantTarget": "s3://${bucket}/users\\*",\\n {2}"Grantee": \\{\\n {4}"GranteeType": "IAM",\\n {4}"GranteeIdentifier": "arn:aws:iam::${account}:role/ShopFast-CustomerSupport"\\n {2}\\}\\n\\}\\n$`,
    ),
  ],
  [
    'with_data aws sts get-caller-identity',
    new RegExp(
      `^arn:aws:sts::${account}:assumed-role/ShopFast-Location/access-grants-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\n$`,
    ),
  ],
  ['cat user_list', /^name,city\nAda,London\nGrace,New York\n$/],
  [
    'with_data aws s3api put-object',
    new RegExp(
      `^\\n*${denied('PutObject')}.*\\nfailed 25[45]\\n+${denied('ListObjectsV2')}.*\\nfailed 25[45]\\n$`,
    ),
  ],
  ['aws s3 rb', new RegExp(`^delete: s3://${bucket}/users/user_list\\nremove_bucket: ${bucket}\\n$`)],
];

describe.each<ShellName>(['bash', 'zsh'])('pasted into %s', (shellName) => {
  const absent = [...(isInstalled(shellName) ? [] : [shellName]), ...missing];
  const why = absent.length > 0 ? `: there is no ${absent.join(', no ')}` : '';

  it.skipIf(absent.length > 0)(`data access by hand comes out right, step by step${why}`, async () => {
    const reader = await Reader.open(shellName, '--other-account', account);
    const said = new Set<string>();
    for (const block of shellBlocksOf('docs/data-access-by-hand.md')) {
      if (block.startsWith('npm start')) continue;
      const [piece, says] = outcomes.find(([part]) => block.includes(part)) ?? ['', /^$/];
      expect(await reader.paste(block), block).toMatch(says);
      said.add(piece);
    }
    expect(said).toEqual(new Set(['', ...outcomes.map(([piece]) => piece)]));
    expect(await reader.remaining()).not.toMatch(/shopfast/i);

    const calls = [...(await reader.leave()).matchAll(/ s3:(GetDataAccess) (\d+)/g)];
    expect(calls.map(([, ...call]) => call.join(' '))).toEqual(['GetDataAccess 403', 'GetDataAccess 200']);
    expect(reader.folders()).toEqual([]);
  });
});
