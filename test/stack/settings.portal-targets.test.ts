// The targets of a portal's settings: names, roles, groups, durations, and which of them are chained.
import { describe, expect, it } from 'vitest';
import { portalWith, targetWith } from '../support/portal-settings.ts';
import { settingsOf } from './synthesis.ts';

const settingsWith = (portal: unknown, settings: object = {}, environment = 'sandbox') =>
  settingsOf({ [environment]: { ...settings, portal } })[0];
const expectProblem = (portal: Record<string, unknown>, message: string, settings: object = {}) =>
  expect(() => settingsWith(portalWith(portal), settings)).toThrow(`\nenvironments.sandbox.portal${message}`);
const target = (over: Record<string, unknown>) => ({ targets: [targetWith(over)] });

describe('a target', () => {
  it.each(['admin', 'a', 'prod.read-only_1', '-x', 'A'.repeat(64)])('may be called %s', (service) => {
    expect(settingsWith(portalWith(target({ service })))?.portal?.targets).toMatchObject([{ service }]);
  });

  it.each(['saml', 'oidc', 'logout', 'favourites', 'jwks.json', 'SAML', 'favicon.ico', '.well-known'])(
    'must not be called %s, which the portal needs',
    (service) => {
      expectProblem(target({ service }), `.targets.0.service is "${service}": must not be one of saml, oidc`);
    },
  );

  it.each(['', '.', '..', '.hidden', 'a/b', 'a b', 'a%2fb', 'ä', 'A'.repeat(65), 7])(
    'must not be called %j',
    (service) => {
      expectProblem(target({ service }), `.targets.0.service is ${JSON.stringify(service)}: must be a`);
    },
  );

  it.each([
    'arn:aws:iam::111122223333:role/Administrator',
    'arn:aws-us-gov:iam::111122223333:role/path/to/Role',
    'arn:aws-cn:iam::111122223333:role/a+=,.@-_b',
  ])('may open %s', (role) => {
    expect(settingsWith(portalWith(target({ role })))?.portal?.targets).toMatchObject([{ role }]);
  });

  it.each([
    ['arn:aws:iam::111122223333:user/Ada', 'must be the ARN of a role, as arn:aws:iam::'],
    ['arn:aws:iam::1111:role/Administrator', 'must be the ARN of a role'],
    ['arn:aws:sts::111122223333:assumed-role/A/b', 'must be the ARN of a role'],
    ['arn:aws:iam::111122223333:role/*', 'must be the ARN of a role'],
    ['arn:aws:iam::111122223333:role/*/Admin', 'must be the ARN of a role'],
    ['arn:aws:iam::111122223333:role/team-?/Admin', 'must be the ARN of a role'],
    ['arn:aws:iam::111122223333:role/${aws:username}/Admin', 'must be the ARN of a role'],
    ['Administrator', 'must be the ARN of a role'],
    ['arn:aws-iso:iam::111122223333:role/A', 'must be of the partition aws, aws-us-gov or aws-cn'],
  ])('must not open %s', (role, message) => {
    expectProblem(target({ role }), `.targets.0.role is "${role}": ${message}`);
  });

  it.each([900, 43_200])('may last %d seconds', (duration) => {
    expect(settingsWith(portalWith(target({ duration })))?.portal?.targets).toMatchObject([{ duration }]);
  });

  it.each([899, 43_201, 3_600.5, '3600'])('must not last %j seconds', (duration) => {
    expectProblem(
      target({ duration }),
      `.targets.0.duration is ${JSON.stringify(duration)}: must be a whole number`,
    );
  });

  it('lasts an hour at most where it is chained, and is told why', () => {
    expect(settingsWith(portalWith(target({ mode: 'chained', duration: 3_600 })))).toBeDefined();
    expectProblem(
      target({ mode: 'chained', duration: 3_601 }),
      '.targets.0.duration is 3601: must be at most 3600 of a chained target: AWS ends what one role gets of another',
    );
  });

  it('says who may open it: groups, or everyone, and not both', () => {
    expect(
      settingsWith(portalWith(target({ groups: undefined, everyone: true })))?.portal?.targets,
    ).toMatchObject([{ groups: [], everyone: true }]);
    const unsaid =
      '.targets.0.groups is []: must name a group; where whoever can sign in may open it, say everyone: true';
    expectProblem(target({ groups: [] }), unsaid);
    expectProblem(target({ groups: undefined }), unsaid.replace(' is []', ''));
    expectProblem(target({ groups: undefined, everyone: false }), unsaid.replace(' is []', ''));
    expectProblem(
      target({ everyone: true }),
      '.targets.0.everyone is true: must not be true of a target that has groups',
    );
    expectProblem(
      target({ groups: 'cloudadmin' }),
      '.targets.0.groups is "cloudadmin": must be a list of names of groups',
    );
    expectProblem(target({ groups: [' '] }), '.targets.0.groups.0 is " ": must be the name of a group');
  });

  it('has an address of its own', () => {
    expectProblem(
      { targets: [targetWith(), targetWith({ service: 'other' }), targetWith()] },
      '.targets.2.service is "admin": must not be that of targets.0',
    );
  });

  it('has no name that is not a setting', () => {
    expectProblem(target({ druation: 900 }), '.targets.0 has no druation; did you mean duration?');
  });

  it('is one of one to three hundred', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => targetWith({ service: `target-${index}` }));
    expect(settingsWith(portalWith({ targets: many(300) }))?.portal?.targets).toHaveLength(300);
    expectProblem({ targets: many(301) }, '.targets is ');
    expectProblem({ targets: [] }, '.targets is []: must have a target at least');
  });
});

describe('chained targets', () => {
  it('are of the partition that the portal is in, where its region is known', () => {
    const portal = target({ mode: 'chained', role: 'arn:aws-cn:iam::111122223333:role/A' });
    expect(settingsWith(portalWith(portal))).toBeDefined();
    expectProblem(portal, '.targets.0.role is "arn:aws-cn:iam::111122223333:role/A": must be of aws', {
      region: 'eu-west-1',
    });
  });

  it('are no more than the policy of the function’s role can name', () => {
    const targets = Array.from({ length: 150 }, (_, index) =>
      targetWith({
        service: `t${index}`,
        mode: 'chained',
        role: `arn:aws:iam::111122223333:role/${'R'.repeat(30)}${index}`,
      }),
    );
    expectProblem({ targets }, '.targets is ');
  });
});
