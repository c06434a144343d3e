// What a registration says of data: its bounds, what it must go together with, and how it is shown.
import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../../service/errors.ts';
import { parseRegistration, renderRegistration } from '../../../service/registrations/registration.ts';
import { minimalBody } from '../../support/registrations.ts';

const pinned = { ...minimalBody, Issuer: 'https://login.example.com/', Audience: 'shop' };
const TEMPLATE = 's3://data/tenants/{TenantID}/*';

const problemOf = (document: object): string => {
  try {
    parseRegistration(document);
  } catch (error) {
    if (error instanceof BrokerError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
};

it('is not there in a registration that says nothing of it, nor in what is shown', () => {
  const registration = parseRegistration(pinned);
  expect(registration).not.toHaveProperty('dataAccess');
  expect(Object.keys(renderRegistration(registration))).not.toContain('AccessMode');
  expect(parseRegistration({ ...pinned, AccessMode: 'SessionTags' })).toEqual(registration);
});

it.each([
  { AccessGrants: { TargetTemplate: TEMPLATE } },
  { AccessGrants: { TargetTemplate: TEMPLATE, MaxDurationSeconds: 43_200, Privilege: 'Minimal' } },
  { AccessMode: 'IdentityContext' },
  { AccessMode: 'IdentityContext', AccessGrants: {} },
  { AccessMode: 'IdentityContext', AccessGrants: { Privilege: 'Default' }, Algorithms: ['RS256'] },
  { AccessMode: 'IdentityContext', AccessGrants: { TargetTemplate: 's3://data/{TenantID}/x/*' } },
])('is shown with its defaults, and read again as the same: %j', (fields) => {
  const registration = parseRegistration({ ...pinned, ...fields });
  const shown = renderRegistration(registration);
  expect(shown.AccessMode).toBe('AccessMode' in fields ? fields.AccessMode : 'SessionTags');
  expect(parseRegistration(shown)).toEqual(registration);
});

it('verifies by RS256 alone, and keeps who the user is, where sessions act for users', () => {
  const { issuers, keptClaims } = parseRegistration({ ...pinned, AccessMode: 'IdentityContext' });
  expect(issuers[0]?.algorithms).toEqual(['RS256']);
  expect(keptClaims).toEqual(expect.arrayContaining(['iss', 'sub', 'jti', 'email']));
});

const grants = (AccessGrants: unknown, more: object = {}) => ({ ...pinned, ...more, AccessGrants });
const template = (TargetTemplate: unknown, more: object = {}) => grants({ TargetTemplate }, more);
const identity = (more: object) => ({ ...pinned, AccessMode: 'IdentityContext', ...more });

describe('is refused', () => {
  it.each<[string, object]>([
    ['AccessMode: must be SessionTags or IdentityContext', { ...pinned, AccessMode: 'identitycontext' }],
    ['AccessGrants: must be an object', grants('all')],
    ['AccessGrants.Target: not a field of AccessGrants', grants({ TargetTemplate: TEMPLATE, Target: 'x' })],
    [
      'AccessGrants.Privilege: must be Minimal or Default',
      grants({ TargetTemplate: TEMPLATE, Privilege: 'All' }),
    ],
    ...[899, 43_201, 900.5, '900'].map((MaxDurationSeconds): [string, object] => [
      'AccessGrants.MaxDurationSeconds: must be a whole number of seconds from 900 to 43200',
      grants({ TargetTemplate: TEMPLATE, MaxDurationSeconds }),
    ]),
    [
      'AccessGrants.TargetTemplate: is required with AccessMode SessionTags: no grant knows one tenant from another',
      grants({}),
    ],
    [
      'AccessGrants.Privilege: must be Minimal with a TargetTemplate: what a grant has may lie outside of it',
      grants({ TargetTemplate: TEMPLATE, Privilege: 'Default' }),
    ],
    [
      'AccessGrants.TargetTemplate: takes values of SessionTagValues Strict alone',
      template(TEMPLATE, { SessionTagValues: 'Any' }),
    ],
    [
      'AccessGrants.TargetTemplate: must have {TenantID}: without it all tenants would share what it has',
      template('s3://data/tenants/*'),
    ],
    [
      'AccessGrants.TargetTemplate: {Tier} is not the key of a session tag that every session has',
      template('s3://data/{TenantID}/{Tier}/*'),
    ],
    [
      'AccessGrants.TargetTemplate: {Tier} is not the key of a session tag that every session has',
      template('s3://data/{TenantID}/{Tier}/*', { SessionTags: { Tier: { Claim: 'tier', Optional: true } } }),
    ],
    ...['s3://data/{TenantID}*', 's3://data/{TenantID}-x/*', 's3://data/{TenantID}'].map(
      (text): [string, object] => [
        text.endsWith('}')
          ? 'AccessGrants.TargetTemplate: must end in /*'
          : 'AccessGrants.TargetTemplate: must have a slash behind every placeholder',
        template(text),
      ],
    ),
    [
      'AccessGrants.TargetTemplate: must have one placeholder at most between two slashes',
      template('s3://data/{TenantID}{TenantID}/*'),
    ],
    [
      'AccessGrants.TargetTemplate: has a brace that belongs to no placeholder',
      template('s3://data/{TenantID}/}/*'),
    ],
    ...['s3://{TenantID}/*', 'https://data/{TenantID}/*', 's3://data'].map((text): [string, object] => [
      'AccessGrants.TargetTemplate: must be s3://BUCKET/…/*, its placeholders {TAGKEY} behind the bucket',
      template(text),
    ]),
    [
      'AccessGrants.TargetTemplate: must have no * but at its end, no ? and no ${',
      template('s3://data/{TenantID}/?/*'),
    ],
    [
      'AccessGrants.TargetTemplate: must write a placeholder {TAGKEY}, without $',
      template('s3://data/${TenantID}/*'),
    ],
    ['AccessGrants.TargetTemplate: must begin with the name of a bucket', template('s3://Data/{TenantID}/*')],
    ['Issuer: is required with AccessMode IdentityContext', identity({ Issuer: undefined })],
    ['Audience: is required with AccessMode IdentityContext', identity({ Audience: undefined })],
    [
      'Algorithms: must be RS256 alone with AccessMode IdentityContext, or be left out',
      identity({ Algorithms: ['RS256', 'ES256'] }),
    ],
  ])('with %s', (problem, document) => {
    expect(problemOf(JSON.parse(JSON.stringify(document)))).toContain(`InvalidRequest: ${problem}`);
  });
});
