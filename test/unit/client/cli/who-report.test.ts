// What `isb who` tells of decisions about data: a column only where a record has it, all of it in JSON, and nothing that steers.
import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../../client/cli/wanted-decisions.ts';
import { renderJson, renderTable } from '../../../../client/cli/who-report.ts';

const window = { from: Date.UTC(2030, 3, 1, 12), to: Date.UTC(2030, 3, 1, 13) };
const plain = { operation: 'GetCredentials', outcome: 'allowed', application: 'Shop', requestId: 'r-1' };
const data = {
  target: 's3://shop-data/users/ann',
  permission: 'READ',
  privilege: 'Default',
  durationSeconds: 900,
  matchedGrantTarget: 's3://shop-data/users/*',
  granteeType: 'DIRECTORY_GROUP',
  grantee: 'group-1',
};
const issued = { ...plain, requestId: 'r-2', directoryUser: 'user-1', data };
const denied = {
  ...{ ...plain, requestId: 'r-3', outcome: 'denied', code: 'GrantDenied' },
  data: {
    target: 's3://shop-data/orders/*',
    permission: 'WRITE',
    privilege: 'Minimal',
    durationSeconds: 3_600,
  },
};

const tableOf = (...records: readonly AuditRecord[]) =>
  renderTable({ records, isCutOff: false }, window).slice(0, -1);
const decisionsOf = (...records: readonly AuditRecord[]) =>
  JSON.parse(renderJson({ records, isCutOff: false }, window).join('')).decisions;

describe('the table', () => {
  it('has the user of the directory, what the credentials reach, and by whose grant', () => {
    expect(tableOf(issued, plain)).toEqual([
      'application  directory user  data                         grantee                  request',
      'Shop         user-1          READ s3://shop-data/users/*  DIRECTORY_GROUP group-1  r-2',
      'Shop                                                                               r-1',
    ]);
  });

  it('has of a refusal what was asked for', () => {
    expect(tableOf(denied)).toEqual([
      'application  data                           code         request',
      'Shop         WRITE s3://shop-data/orders/*  GrantDenied  r-3',
    ]);
  });

  it('has no column of data where nobody asked for any', () => {
    expect(tableOf(plain)).toEqual(['application  request', 'Shop         r-1']);
  });

  it('has a user whose session is for no data', () => {
    expect(tableOf({ ...plain, directoryUser: 'user-1' })).toEqual([
      'application  directory user  request',
      'Shop         user-1          r-1',
    ]);
  });
});

describe('JSON', () => {
  it('has all that the audit has of data, as the audit names it', () => {
    expect(decisionsOf(issued, denied, plain)).toEqual([
      { application: 'Shop', requestId: 'r-2', outcome: 'allowed', directoryUser: 'user-1', data },
      { application: 'Shop', requestId: 'r-3', outcome: 'denied', code: 'GrantDenied', data: denied.data },
      { application: 'Shop', requestId: 'r-1', outcome: 'allowed' },
    ]);
  });
});

describe('what others wrote', () => {
  const steering = '\u001b[2J\u202e';

  it('is shown escaped', () => {
    const texts = Object.fromEntries(
      Object.entries(data).map(([name, value]) => [name, `${value}${steering}`]),
    );
    const planted = { ...plain, directoryUser: `user-1${steering}`, data: texts };
    const [, row = ''] = tableOf(planted);
    const json = renderJson({ records: [planted], isCutOff: false }, window).join('');
    for (const text of [row, json]) {
      expect(text).toContain('users/*\\u001b[2J\\u202e');
      expect(text).toContain('user-1\\u001b[2J\\u202e');
      expect(text).toContain('group-1\\u001b[2J\\u202e');
      for (const character of steering) if (/\p{C}/u.test(character)) expect(text).not.toContain(character);
    }
    const { durationSeconds, ...shown } = texts;
    expect(decisionsOf(planted)[0].data).toEqual(shown);
  });

  it.each([
    { data: null },
    { data: 's3://shop-data/*' },
    { data: [] },
    { data: { target: 7, grantee: {}, durationSeconds: '900' }, directoryUser: 7 },
  ])('is left out where the audit writes nothing of the kind: %j', (fields) => {
    expect(decisionsOf({ ...plain, ...fields })).toEqual(decisionsOf(plain));
    expect(tableOf({ ...plain, ...fields })).toEqual(tableOf(plain));
  });
});
