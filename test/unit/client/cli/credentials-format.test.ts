// Credentials as they are printed: quoted for any shell, and nothing in their place.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { answeredCredentials, quoted, rendered } from '../../../../client/cli/credentials-format.ts';

const answer = {
  Version: 1,
  AccessKeyId: 'ASIA1',
  SecretAccessKey: 'secret/+=',
  SessionToken: 'session==',
  Expiration: '2026-11-21T13:00:00.000Z',
  Tags: { TenantID: 'Yellow' },
};

describe('a shell word', () => {
  it.each(["it's", '$(reboot)', '`id`', 'a b', 'a\nb', '"', '\\', "'; reboot; '", '', '!x'])(
    'keeps %j as it is',
    (value) => {
      const script = `printf '%s' ${quoted(value)}`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8', env: {} })).toBe(value);
    },
  );
});

describe('credentials', () => {
  it('are printed as each format wants them', () => {
    const credentials = answeredCredentials(answer);
    expect(rendered(credentials, 'credential-process')).toBe(
      '{"Version":1,"AccessKeyId":"ASIA1","SecretAccessKey":"secret/+=","SessionToken":"session==",' +
        '"Expiration":"2026-11-21T13:00:00.000Z"}\n',
    );
    expect(JSON.parse(rendered(credentials, 'json'))).toEqual(answer);
    expect(rendered(credentials, 'env')).toBe(
      "export AWS_ACCESS_KEY_ID='ASIA1'\nexport AWS_SECRET_ACCESS_KEY='secret/+='\n" +
        "export AWS_SESSION_TOKEN='session=='\nexport AWS_CREDENTIAL_EXPIRATION='2026-11-21T13:00:00.000Z'\n",
    );
  });

  it('show what steers a terminal as an escape', () => {
    const tagged = answeredCredentials({ ...answer, Tags: { TenantID: 'a\u009b2Jb' } });
    expect(rendered(tagged, 'json')).toContain('a\\u009b2Jb');
  });

  it.each([
    ['without a session token', { SessionToken: undefined }],
    ['with a line feed in one', { SecretAccessKey: 'a\nexport PATH=' }],
    ['with a number', { AccessKeyId: 1 }],
    ['that expire at no time', { Expiration: 'soon' }],
  ])('%s are none', (_, changes) => {
    expect(() => answeredCredentials({ ...answer, ...changes })).toThrow('the answer holds no credentials');
  });
});
