// The rules of data access: what each field may be, what each is refused with, and that it reads back as it was.
import { describe, expect, it } from 'vitest';
import { parseRegistration } from '../../../service/registrations/registration.ts';
import { renderRegistration } from '../../../service/registrations/registration-document.ts';
import { itemOf, storedOf } from '../../../service/registrations/stored-registration.ts';
import { minimalBody, storedWith } from '../../support/registrations.ts';

type Fields = Record<string, unknown>;

const bodyWith = (fields: Fields) => ({ ...minimalBody, ...fields });
const TEMPLATE = 's3://bucket/{TenantID}/*';
const template = (TargetTemplate: unknown, more: Fields = {}): Fields => ({
  AccessGrants: { TargetTemplate },
  ...more,
});
const issuer = { Issuer: 'https://idp.example.com', Audience: 'app' };
const identity = (more: Fields = {}): Fields => ({ AccessMode: 'IdentityContext', ...issuer, ...more });
const shownIssuer = { Issuer: 'https://idp.example.com', Audience: ['app'], Algorithms: ['RS256'] };
const defaults = { Privilege: 'Minimal', MaxDurationSeconds: 3600 };

describe('data access', () => {
  it.each<[string, Fields, Fields]>([
    ['nothing', {}, {}],
    ['session tags, and no more', { AccessMode: 'SessionTags' }, {}],
    [
      'a tenant’s data',
      template(TEMPLATE),
      { AccessMode: 'SessionTags', AccessGrants: { ...defaults, TargetTemplate: TEMPLATE } },
    ],
    [
      'all that it can say of a tenant’s data',
      {
        AccessMode: 'SessionTags',
        AccessGrants: { Privilege: 'Minimal', TargetTemplate: TEMPLATE, MaxDurationSeconds: 900 },
      },
      {
        AccessMode: 'SessionTags',
        AccessGrants: { Privilege: 'Minimal', TargetTemplate: TEMPLATE, MaxDurationSeconds: 900 },
      },
    ],
    ['identity', identity(), { ...shownIssuer, AccessMode: 'IdentityContext' }],
    [
      'identity, and data',
      identity({ AccessGrants: {} }),
      { ...shownIssuer, AccessMode: 'IdentityContext', AccessGrants: defaults },
    ],
    [
      'identity, and all that a grant has',
      identity({ AccessGrants: { Privilege: 'Default', MaxDurationSeconds: 43_200 }, Algorithms: ['RS256'] }),
      {
        ...shownIssuer,
        AccessMode: 'IdentityContext',
        AccessGrants: { Privilege: 'Default', MaxDurationSeconds: 43_200 },
      },
    ],
    [
      'identity, in a place that is no tenant’s',
      identity(template('s3://bucket/shared/*')),
      {
        ...shownIssuer,
        AccessMode: 'IdentityContext',
        AccessGrants: { ...defaults, TargetTemplate: 's3://bucket/shared/*' },
      },
    ],
    [
      'a further tag in its template',
      template('s3://b.c/x-{Tier}/y/{TenantID}/*', { SessionTags: { Tier: 'tier' } }),
      {
        SessionTags: { Tier: 'tier' },
        AccessMode: 'SessionTags',
        AccessGrants: { ...defaults, TargetTemplate: 's3://b.c/x-{Tier}/y/{TenantID}/*' },
      },
    ],
    [
      'a tag key with a slash',
      template('s3://bucket/{team/tenant}/*', { SessionTagKey: 'team/tenant' }),
      {
        SessionTagKey: 'team/tenant',
        AccessMode: 'SessionTags',
        AccessGrants: { ...defaults, TargetTemplate: 's3://bucket/{team/tenant}/*' },
      },
    ],
  ])('of %s reads back as it was, from a request and from the table', (_, sent, shown) => {
    const registration = parseRegistration(bodyWith(sent));
    const rendered = renderRegistration(registration);
    expect(rendered).toEqual({
      ...minimalBody,
      SessionTagValues: 'Strict',
      SessionDurationSeconds: 3600,
      ...shown,
    });
    expect(parseRegistration(JSON.parse(JSON.stringify(rendered)))).toEqual(registration);

    const stored = storedWith({ ...registration } as Parameters<typeof storedWith>[0]);
    expect(
      storedOf(JSON.parse(JSON.stringify(itemOf({ ...stored, ...registration }))), parseRegistration),
    ).toMatchObject(registration);
  });

  it('of which nothing is said is stored and shown byte for byte as it always was', () => {
    const registration = parseRegistration(minimalBody);
    expect(registration).not.toHaveProperty('dataAccess');
    expect(JSON.stringify(renderRegistration(registration))).toBe(
      '{"AccessRoleName":"AppAccess","SessionTagKey":"TenantID","JWTClaimName":"custom:tenant_id",' +
        '"JWKSetURL":"https://idp.example.com/jwks.json","SessionTagValues":"Strict","SessionDurationSeconds":3600}',
    );
    expect(JSON.stringify(itemOf(storedWith()))).toBe(
      '{"AccessRoleName":"AppAccess","SessionTagKey":"TenantID","JWTClaimName":"custom:tenant_id",' +
        '"JWKSetURL":"https://idp.example.com/jwks.json","SessionTagValues":"Strict","SessionDurationSeconds":3600,' +
        '"ApplicationName":"App","ApplicationRoleId":"AROAAPP1XXXXXXXXXXXXX","RegisteredAt":"2030-04-01T12:00:00.000Z",' +
        '"Version":"version-1","Trust":"Pinned","RoleHasSessionTag":false,"AccessRoleId":"AROAAPPACCESS1XXXXXXX"}',
    );
  });

  it('by identity keeps the claims that tell one user from another', () => {
    expect(parseRegistration(bodyWith(identity())).keptClaims).toEqual([
      'custom:tenant_id',
      'iss',
      'sub',
      'jti',
      'email',
    ]);
    expect(parseRegistration(bodyWith(template(TEMPLATE))).keptClaims).toEqual(['custom:tenant_id']);
  });

  it('by identity takes no other algorithm than IAM Identity Center does, of any issuer', () => {
    const two = ['a', 'b'].map((name) => ({
      JWKSetURL: `https://${name}.example.com/jwks.json`,
      Issuer: `https://${name}.example.com`,
      Audience: 'app',
    }));
    const body = bodyWith({ JWKSetURL: undefined, AccessMode: 'IdentityContext', Issuers: two });
    const { issuers } = parseRegistration(body);
    expect(issuers.map(({ algorithms }) => algorithms)).toEqual([['RS256'], ['RS256']]);
  });
});

const duration = 'must be a whole number of seconds from 900 to 43200';
const shape = 'must be s3://BUCKET/…/*, its placeholders {TAGKEY} behind the bucket';
const shared = 'must have {TenantID}: without it all tenants would share what it has';
const special = 'must have no * but at its end, no ? and no ${';

describe('what is wrong with data access', () => {
  it.each<[Fields, string | string[]]>([
    [{ AccessMode: 'Identity' }, 'AccessMode: must be SessionTags or IdentityContext'],
    [{ AccessMode: null }, 'AccessMode: must be SessionTags or IdentityContext'],
    [{ AccessGrants: null }, 'AccessGrants: must be an object'],
    [{ AccessGrants: 'all' }, 'AccessGrants: must be an object'],
    [{ AccessGrants: [] }, 'AccessGrants: must be an object'],
    [template(7), 'AccessGrants.TargetTemplate: must be a string'],
    [
      { AccessGrants: { TargetTemplate: TEMPLATE, Permission: 'READ' } },
      'AccessGrants.Permission: not a field of AccessGrants',
    ],
    [
      { AccessGrants: { TargetTemplate: TEMPLATE, Privilege: 'minimal' } },
      'AccessGrants.Privilege: must be Minimal or Default',
    ],
    ...[899, 43_201, 900.5, '900', null].map((MaxDurationSeconds): [Fields, string] => [
      { AccessGrants: { TargetTemplate: TEMPLATE, MaxDurationSeconds } },
      `AccessGrants.MaxDurationSeconds: ${duration}`,
    ]),

    [
      { AccessGrants: {} },
      'AccessGrants.TargetTemplate: is required with AccessMode SessionTags: no grant knows one tenant from another',
    ],
    [
      { AccessGrants: { TargetTemplate: TEMPLATE, Privilege: 'Default' } },
      'AccessGrants.Privilege: must be Minimal with a TargetTemplate: what a grant has may lie outside of it',
    ],
    [
      identity({ AccessGrants: { TargetTemplate: TEMPLATE, Privilege: 'Default' } }),
      'AccessGrants.Privilege: must be Minimal with a TargetTemplate: what a grant has may lie outside of it',
    ],
    [
      template(TEMPLATE, { SessionTagValues: 'Any' }),
      'AccessGrants.TargetTemplate: takes values of SessionTagValues Strict alone',
    ],
    [
      identity(template(TEMPLATE, { SessionTagValues: 'Any' })),
      'AccessGrants.TargetTemplate: takes values of SessionTagValues Strict alone',
    ],

    [template(''), `AccessGrants.TargetTemplate: ${shape}`],
    [template('bucket/{TenantID}/*'), `AccessGrants.TargetTemplate: ${shape}`],
    [template('s3://{TenantID}/*'), `AccessGrants.TargetTemplate: ${shape}`],
    [template('s3://bucket-{TenantID}/*'), `AccessGrants.TargetTemplate: ${shape}`],
    [
      template('s3://bucket/{TenantID/*'),
      'AccessGrants.TargetTemplate: has a brace that belongs to no placeholder',
    ],
    [
      template('s3://bucket/TenantID}/*'),
      'AccessGrants.TargetTemplate: has a brace that belongs to no placeholder',
    ],
    [
      template('s3://bucket/{{TenantID}}/*'),
      'AccessGrants.TargetTemplate: has a brace that belongs to no placeholder',
    ],
    [
      template('s3://bucket/{TenantID}{TenantID}/*'),
      'AccessGrants.TargetTemplate: must have one placeholder at most between two slashes',
    ],
    [
      template('s3://bucket/{Tier}-{TenantID}/*', { SessionTags: { Tier: 'tier' } }),
      'AccessGrants.TargetTemplate: must have one placeholder at most between two slashes',
    ],
    [
      template('s3://bucket/{TenantID}-data/*'),
      'AccessGrants.TargetTemplate: must have a slash behind every placeholder',
    ],
    [
      template('s3://bucket/{TenantID}*'),
      'AccessGrants.TargetTemplate: must have a slash behind every placeholder',
    ],
    [template('s3://bucket/{TenantID}'), 'AccessGrants.TargetTemplate: must end in /*'],
    [
      template('s3://bucket/{TenantID}/'),
      [
        'AccessGrants.TargetTemplate: must end in * where it is no object',
        'AccessGrants.TargetTemplate: must end in /*',
      ],
    ],
    [template('s3://bucket/{TenantID}/a*'), 'AccessGrants.TargetTemplate: must end in /*'],
    [template('s3://bucket/*/{TenantID}/*'), `AccessGrants.TargetTemplate: ${special}`],
    [template('s3://bucket/?/{TenantID}/*'), `AccessGrants.TargetTemplate: ${special}`],
    [
      template('s3://Bucket/{TenantID}/*'),
      'AccessGrants.TargetTemplate: must begin with the name of a bucket',
    ],
    [template('s3://bucket/\n/{TenantID}/*'), 'AccessGrants.TargetTemplate: must have no control characters'],
    [
      template(`s3://bucket/${'x'.repeat(1_024)}/{TenantID}/*`),
      'AccessGrants.TargetTemplate: must have a key of at most 1024 bytes',
    ],
    [template('s3://bucket/*'), `AccessGrants.TargetTemplate: ${shared}`],
    [template('s3://bucket/TenantID/*'), `AccessGrants.TargetTemplate: ${shared}`],
    [
      template('s3://bucket/{tenantid}/*'),
      [
        'AccessGrants.TargetTemplate: {tenantid} is not the key of a session tag that every session has',
        `AccessGrants.TargetTemplate: ${shared}`,
      ],
    ],
    [
      template('s3://bucket/{}/{TenantID}/*'),
      'AccessGrants.TargetTemplate: {} is not the key of a session tag that every session has',
    ],
    [
      template('s3://bucket/{Tier}/{TenantID}/*', {
        SessionTags: { Tier: { Claim: 'tier', Optional: true } },
      }),
      'AccessGrants.TargetTemplate: {Tier} is not the key of a session tag that every session has',
    ],
    [
      template(`s3://bucket/{${'canary'.repeat(20)}}/{TenantID}/*`),
      'AccessGrants.TargetTemplate: {(a name of 120 characters)} is not the key of a session tag that every session has',
    ],
    [
      template('s3://bucket/${TenantID}/*'),
      'AccessGrants.TargetTemplate: must have {TAGKEY}, and no ${TAGKEY}',
    ],

    [
      { AccessMode: 'IdentityContext' },
      [
        'Issuer: is required with AccessMode IdentityContext',
        'Audience: is required with AccessMode IdentityContext',
      ],
    ],
    [identity({ Audience: undefined }), 'Audience: is required with AccessMode IdentityContext'],
    ...[['ES256'], ['RS256', 'ES256'], ['PS256']].map((Algorithms): [Fields, string] => [
      identity({ Algorithms }),
      'Algorithms: must be RS256 alone with AccessMode IdentityContext, or be left out',
    ]),
    [
      {
        AccessMode: 'IdentityContext',
        JWKSetURL: undefined,
        Issuers: [
          { JWKSetURL: 'https://a.example.com/jwks.json', ...issuer },
          { JWKSetURL: 'https://b.example.com/jwks.json', Issuer: 'https://b.example.com' },
        ],
      },
      'Issuers.1.Audience: is required with AccessMode IdentityContext',
    ],
  ])('%j is refused: %s', (fields, problems) => {
    const message = [problems].flat().join('; ');
    expect(() => parseRegistration(bodyWith(fields))).toThrow(
      expect.objectContaining({ code: 'InvalidRequest', statusCode: 400, message }),
    );
  });
});
