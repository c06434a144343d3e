// Where a token comes from: what editors and shells put around it is none of it, and what is no single word is no token.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tokenSource } from '../../../../client/cli/token-source.ts';

const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const silent = { write: () => true };

/** The file's bytes, as the command reads it. */
function read(bytes: Buffer): Promise<string> {
  const path = join(directory, 'token');
  writeFileSync(path, bytes);
  const source = tokenSource({ 'token-file': path }, [], { env: {}, stdout: silent, stderr: silent });
  return (source as () => Promise<string>)();
}

const longest = 'a'.repeat(32_768);

it.each([
  ['as it is', 'a.b.c', 'a.b.c'],
  ['with a line feed', 'a.b.c\n', 'a.b.c'],
  ['with the line end of Windows', 'a.b.c\r\n', 'a.b.c'],
  ['with a byte order mark', '\uFEFFa.b.c\r\n', 'a.b.c'],
  ['as long as can be, with all of that', `\uFEFF${longest}\r\n\r\n`, longest],
])('is read %s', async (_, text, token) => expect(await read(Buffer.from(text))).toBe(token));

it.each([
  ['two words', Buffer.from('canary canary'), 'holds no token: one word'],
  ['two lines', Buffer.from('canary\r\ncanary'), 'holds no token: one word'],
  ['UTF-16, as PowerShell writes it', Buffer.from('\uFEFFcanary\r\n', 'utf16le'), 'holds no token: one word'],
  ['what steers a terminal', Buffer.from('\u001b[2Jcanary'), 'holds no token: one word'],
  ['a longer word', Buffer.from(`${longest}a`), 'holds no token: one word'],
  ['a file of any size', Buffer.alloc(10_000_000, 'a'), 'holds no token: one word'],
  ['nothing', Buffer.from('\uFEFF\r\n'), 'holds no token: it is empty'],
])('is not taken of %s', async (_, bytes, message) => {
  const refusal = await read(bytes).catch((error: Error) => error.message);
  expect(refusal).toContain(message);
  expect(refusal).not.toContain('canary');
});
