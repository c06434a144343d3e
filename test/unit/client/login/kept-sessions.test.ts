// The files of kept sessions: whose they are, who may read them, and what becomes of what cannot be read.
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeptSessions } from '../../../../client/login/kept-sessions.ts';

const keptFor = { portal: 'https://portal.example/', service: 'admin' };
const credentials = { AccessKeyId: 'ASIA', SecretAccessKey: 'canary' };
let directory: string;
let sessions: KeptSessions;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'isb-')), 'below', 'login');
  sessions = new KeptSessions(directory);
});
const onlyFile = () => {
  const [name, ...others] = readdirSync(directory);
  if (name === undefined || others.length > 0) throw new Error('one file was expected');
  return join(directory, name);
};

describe('a kept session', () => {
  it('is found again, and the latest one', async () => {
    await sessions.keep(keptFor, { AccessKeyId: 'old' });
    await sessions.keep(keptFor, credentials);
    expect(await sessions.read(keptFor)).toEqual(credentials);
    expect(readFileSync(onlyFile(), 'utf8')).toContain('canary');
  });

  it('is of one portal and one target', async () => {
    await sessions.keep(keptFor, credentials);
    expect(await sessions.read({ ...keptFor, service: 'other' })).toBeUndefined();
    expect(await sessions.read({ ...keptFor, portal: 'https://other.example/' })).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('may be read by its user alone', async () => {
    await sessions.keep(keptFor, credentials);
    expect(statSync(onlyFile()).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it.each(['', 'null', '[]', '{}', '{"portal":"https://other.example/","service":"admin","credentials":{}}'])(
    'is none where its file has %j',
    async (text) => {
      await sessions.keep(keptFor, credentials);
      writeFileSync(onlyFile(), text);
      expect(await sessions.read(keptFor)).toBeUndefined();
    },
  );

  it('is none where there is no directory', async () => {
    expect(await sessions.read(keptFor)).toBeUndefined();
  });

  it('leaves nothing where it cannot be kept', async () => {
    writeFileSync(join(directory, '../..', 'file'), '');
    const elsewhere = new KeptSessions(join(directory, '../..', 'file', 'login'));
    await expect(elsewhere.keep(keptFor, credentials)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
