// Certificate authorities in the settings: which files pass, and how the others are reported.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateAuthoritiesIn } from '../../lib/settings/certificate-authorities.ts';
import { Authority } from '../support/authority.ts';
import { settingsOf } from './synthesis.ts';

const jwksHosts = ['login.example.com'];

let directory: string;
let authority: Authority;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'certificate-authorities-'));
  authority = await Authority.create({ name: 'Own' });
});
afterAll(() => rm(directory, { recursive: true }));

let files = 0;
async function fileOf(...parts: readonly string[]): Promise<string> {
  files += 1;
  const file = join(directory, `${files}.pem`);
  await writeFile(file, parts.join(''));
  return file;
}
const settingsWith = (jwksCertificateAuthorities: unknown, hosts = jwksHosts) =>
  settingsOf({ sandbox: { jwksHosts: hosts, jwksCertificateAuthorities } });
const problemOf = (file: string, message: string) =>
  `\nenvironments.sandbox.jwksCertificateAuthorities.0 is "${file}": ${message}`;

describe('the files of certificate authorities', () => {
  it('are taken by paths from the project’s root, and by absolute ones', async () => {
    const file = await fileOf(authority.certificatePem);
    const paths = [file, relative(process.cwd(), file)];
    expect(settingsWith(paths)).toMatchObject([{ jwksCertificateAuthorities: paths }]);
  });

  it('give their certificates, and nothing else of what stands in them', async () => {
    const other = await Authority.create({ name: 'Other' });
    const file = await fileOf(
      'Our root, ask Ada\r\n',
      authority.certificatePem.replaceAll('\n', '\r\n'),
      '\n',
    );
    const both = [authority, other].map(({ certificatePem }) => `${certificatePem.trim()}\n`).join('');
    expect(certificateAuthoritiesIn([file, await fileOf(other.certificatePem)])).toBe(both);
    expect(certificateAuthoritiesIn([])).toBe('');
  });

  it('must be there', () => {
    const gone = join(directory, 'gone.pem');
    expect(() => settingsWith([gone])).toThrow(
      problemOf(gone, `must be a file, and there is none at ${gone}`),
    );
    expect(() => settingsWith(['gone.pem'])).toThrow(
      problemOf('gone.pem', `must be a file, and there is none at ${join(process.cwd(), 'gone.pem')}`),
    );
  });

  it('must be files, of a bounded length', async () => {
    const folder = join(directory, 'folder');
    await mkdir(folder);
    expect(() => settingsWith([folder])).toThrow(problemOf(folder, `must be a file, and ${folder} is none`));
    const long = await fileOf(authority.certificatePem, ' '.repeat(102_400));
    expect(() => settingsWith([long])).toThrow(problemOf(long, 'must have at most 102400 bytes, and has '));
  });

  it('must be PEM', async () => {
    const der = Buffer.from(authority.certificatePem.replace(/-----.*-----/g, ''), 'base64');
    for (const text of ['', 'no certificate', der.toString('latin1')]) {
      const file = await fileOf(text);
      expect(() => settingsWith([file])).toThrow(
        problemOf(file, 'must be PEM, with a CERTIFICATE block or several'),
      );
    }
  });

  it('must have no private key, and the message does not show it', async () => {
    for (const key of [authority.keyPem, authority.keyPem.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE')]) {
      const file = await fileOf(authority.certificatePem, '\n', key);
      expect(() => settingsWith([file])).toThrow(problemOf(file, 'must have no private key: '));
      expect(() => settingsWith([file])).not.toThrow(key.split('\n')[1] as string);
    }
  });

  it('must have whole CERTIFICATE blocks alone', async () => {
    const request = authority.certificatePem.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST');
    const other = await fileOf(authority.certificatePem, '\n', request);
    expect(() => settingsWith([other])).toThrow(
      problemOf(other, 'must have CERTIFICATE blocks alone, and has a CERTIFICATE REQUEST'),
    );
    const cut = await fileOf(authority.certificatePem.slice(0, 200), '\n', authority.certificatePem);
    expect(() => settingsWith([cut])).toThrow(problemOf(cut, 'has a CERTIFICATE block that does not end'));
  });

  it('must have certificates that can be read', async () => {
    const damaged = authority.certificatePem.replace(/^(-.*-\n.{10}).{20}/, '$1');
    const file = await fileOf(authority.certificatePem, '\n', damaged);
    expect(() => settingsWith([file])).toThrow(
      problemOf(file, 'must have certificates that can be read, and certificate 2 cannot'),
    );
  });

  it('must be of authorities', async () => {
    const file = await fileOf((await authority.issue('login.example.com')).certPem);
    expect(() => settingsWith([file])).toThrow(
      problemOf(
        file,
        'must have certificates of authorities alone, and certificate 1 (CN=login.example.com) is none',
      ),
    );
  });

  it('must not have expired', async () => {
    const expired = await Authority.create({ name: 'Old', expiresAt: new Date('2001-02-03T04:05:06Z') });
    const file = await fileOf(authority.certificatePem, '\n', expired.certificatePem);
    expect(() => settingsWith([file])).toThrow(
      problemOf(
        file,
        'must have certificates that are valid, and certificate 2 (CN=Old) expired on Feb  3 04:05:06 2001 GMT',
      ),
    );
  });

  it('must have twenty certificates at most, of all files together', async () => {
    const eleven = await fileOf(`${authority.certificatePem.trim()}\n`.repeat(11));
    const nine = await fileOf(`${authority.certificatePem.trim()}\n`.repeat(9));
    expect(() => settingsWith([eleven, nine])).not.toThrow();
    expect(() => settingsWith([eleven, eleven])).toThrow('must have at most 20 certificates, and has 22');
  });

  it('must have 100 KB of certificates at most, of all files together', async () => {
    const large = await fileOf((await Authority.create({ name: 'x'.repeat(20_000) })).certificatePem);
    expect(() => settingsWith([large])).not.toThrow();
    expect(() => settingsWith([large, large])).toThrow(
      /must have at most 102400 bytes of certificates, and has 1\d{5}/,
    );
  });

  it.each([
    ['that are no list', 'ca.pem', ' is "ca.pem": must be a list of paths of PEM files'],
    ['that are no paths', [1], '.0 is 1: must be the path of a PEM file'],
    ['that are more than certificates may be', Array(21).fill('ca.pem'), ': must have at most 20 entries'],
  ])('are refused %s', (_, value, message) => {
    expect(() => settingsWith(value)).toThrow(message);
  });

  it('are all reported, each by its place', async () => {
    const [good, bad] = [await fileOf(authority.certificatePem), await fileOf('')];
    expect(() => settingsWith([bad, good, bad])).toThrow(
      /jwksCertificateAuthorities\.0 is .*\n.*jwksCertificateAuthorities\.2 is /,
    );
  });

  it('contradict settings that name no host exactly, for which alone they are trusted', async () => {
    const file = await fileOf(authority.certificatePem);
    for (const hosts of [[], ['*.example.com']]) {
      expect(() => settingsWith([file], hosts)).toThrow(
        `\nenvironments.sandbox.jwksCertificateAuthorities is ["${file}"]: must have a host that jwksHosts names exactly, ` +
          'without *.: these authorities are trusted for no other',
      );
    }
    expect(() => settingsWith([file], ['*.example.com', 'login.example.com:8443'])).not.toThrow();
  });
});
