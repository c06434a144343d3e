// What may be opened, and by whom.
import { describe, expect, it } from 'vitest';
import { accountOf, durationOf, roleNameOf, type Target } from '../../../service/targets/target.ts';
import { mayOpen, requireMember, Targets } from '../../../service/targets/targets.ts';

const target = (over: Partial<Target> = {}): Target => ({
  service: 'cloudadmin',
  role: 'arn:aws:iam::123456789012:role/MyAdminRole',
  duration: 28_800,
  groups: ['sysadmin', 'cloudadmin'],
  everyone: false,
  mode: 'web-identity',
  ...over,
});
const member = (...groups: string[]) => ({ groups, groupsOverage: false });

describe('a target', () => {
  it.each([
    ['one of its groups', ['cloudadmin'], true],
    ['one of its groups among others', ['staff', 'sysadmin'], true],
    ['no group', [], false],
    ['other groups', ['dbs'], false],
    ['a part of a group’s name', ['sys'], false],
    ['a letter of a group’s name', ['s'], false],
    ['a group in other letter case', ['SysAdmin'], false],
    ['two groups in one name', ['sysadmin,cloudadmin'], false],
  ])('is for members of any of its groups: %s', (_, groups, opens) => {
    expect(mayOpen(target(), member(...groups))).toBe(opens);
  });

  it('is for everyone only where that is said', () => {
    expect(mayOpen(target({ groups: [], everyone: true }), member())).toBe(true);
    expect(mayOpen(target({ groups: [] }), member('sysadmin'))).toBe(false);
    expect(mayOpen(target({ everyone: true }), member('sysadmin'))).toBe(false);
  });

  it('refuses with the groups that would have been needed', () => {
    expect(() => requireMember(target(), member('dbs'))).toThrow(
      expect.objectContaining({ code: 'NotInGroup', message: 'it takes one of sysadmin, cloudadmin' }),
    );
  });

  it('says so where the identity provider left the groups out', () => {
    expect(() => requireMember(target(), { groups: [], groupsOverage: true })).toThrow(
      expect.objectContaining({ code: 'GroupsLeftOut' }),
    );
    expect(() => requireMember(target(), { groups: ['sysadmin'], groupsOverage: true })).not.toThrow();
  });

  it('lasts as long as its settings say, or shorter', () => {
    expect(durationOf(target(), undefined)).toBe(28_800);
    expect(durationOf(target(), '900')).toBe(900);
    expect(durationOf(target(), '28800')).toBe(28_800);
  });

  it.each([
    '28801',
    '899',
    '0',
    '-1',
    '1e3',
    '900.5',
    '0x384',
    ' 900',
    '',
    '99999999999999999999',
    'Infinity',
  ])('refuses the duration %j', (asked) => {
    expect(() => durationOf(target(), asked)).toThrow(
      expect.objectContaining({
        code: 'DurationNotAllowed',
        message: 'duration must be 900 to 28800 seconds',
      }),
    );
  });

  it('has the account, the partition and the name of its role', () => {
    const { role } = target({ role: 'arn:aws-us-gov:iam::999999789012:role/team/DBAdmin' });
    expect(accountOf({ role })).toEqual({ accountId: '999999789012', partition: 'aws-us-gov' });
    expect(roleNameOf({ role })).toBe('team/DBAdmin');
  });
});

describe('the targets', () => {
  const targets = new Targets([
    target(),
    target({ service: 'sandbox', groups: ['dbs'] }),
    target({ service: 'all', groups: [], everyone: true }),
  ]);

  it('are found by their service', () => {
    expect(targets.find('sandbox').groups).toEqual(['dbs']);
  });

  it.each(['Sandbox', 'sandbox/', '', '__proto__', 'constructor', 'toString'])('have no %j', (service) => {
    expect(() => targets.find(service)).toThrow(expect.objectContaining({ code: 'TargetNotFound' }));
  });

  it('are shown to those who may open them, in the order of the settings', () => {
    expect(targets.openTo(member('dbs', 'sysadmin')).map(({ service }) => service)).toEqual([
      'cloudadmin',
      'sandbox',
      'all',
    ]);
    expect(targets.openTo(member()).map(({ service }) => service)).toEqual(['all']);
  });
});
