// docs/openapi.json: up to date, valid, complete; its schemas say what the parser says, and its answers are the API's.
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { renderOpenApi } from '../../scripts/openapi.ts';
import { errorTable } from '../../service/error-table.ts';
import { parseRegistration } from '../../service/registrations/registration.ts';
import { readProviderFiles } from '../conformance/identity-provider.ts';
import { useBroker } from '../support/broker-fixture.ts';
import { findContractProblems, findSchemaProblems, openApi } from '../support/contract.ts';
import { eventOf, routes } from '../support/events.ts';
import { grantOf } from '../support/library-broker.ts';
import { minimalBody } from '../support/registrations.ts';

const broker = useBroker();

/** Of a deployment that gives access to data. */
const ofDataAccess = ['GET /grants', 'POST /grants'];

describe('docs/openapi.json', () => {
  it('is what the schemas and the table of errors give (npm run docs)', () => {
    expect(readFileSync('docs/openapi.json', 'utf8')).toBe(renderOpenApi());
  });

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate('docs/openapi.json')).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('refers to nothing that is not there', () => {
    const { schemas, responses } = openApi.components;
    const names = Object.entries({ schemas, responses }).flatMap(([kind, of]) =>
      Object.keys(of).map((name) => `#/components/${kind}/${name}`),
    );
    const references = [...renderOpenApi().matchAll(/"\$ref": "([^"]+)"/g)].map(([, name]) => name);
    expect([...new Set(references)].sort()).toEqual(names.sort());
  });

  it('has every route, each operation with a name of its own, and no other', () => {
    const operations = Object.entries(openApi.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => ({
        route: `${method.toUpperCase()} ${path}`,
        operationId,
      })),
    );
    const all = new Set([...routes, ...ofDataAccess]);
    expect(operations.map(({ route }) => route).sort()).toEqual([...all].sort());
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(all.size);
  });

  it('has every error code, with its status, and no other', () => {
    const codes = Object.entries(openApi.components.schemas).flatMap(([name, schema]) => {
      const status = Number(/^Refusal(\d+)$/.exec(name)?.[1]);
      const { code } = (schema['properties'] ?? {}) as { code?: { enum: string[] } };
      return Number.isNaN(status) ? [] : (code?.enum ?? []).map((each) => [each, status]);
    });
    expect(Object.fromEntries(codes)).toEqual(
      Object.fromEntries(Object.entries(errorTable).map(([code, { statusCode }]) => [code, statusCode])),
    );
  });
});

describe('the schema of a registration', () => {
  const registrations = readProviderFiles().flatMap(({ cases }) =>
    cases.map(({ registration }) => registration),
  );
  const isRead = (document: unknown) => {
    try {
      return Boolean(parseRegistration(document));
    } catch {
      return false;
    }
  };
  const list = <T>(length: number, item: (index: number) => T) =>
    Array.from({ length }, (_, index) => item(index));
  const record = (length: number, value: unknown) =>
    Object.fromEntries(list(length, (index) => [`claim${index}`, value]));
  const { JWKSetURL, JWTClaimName: _claim, AccessRoleName: _role, ...bare } = minimalBody;
  const { JWKSetURL: _url, ...unkeyed } = minimalBody;
  const issuer = (index: number) => ({ JWKSetURL, Issuer: `https://${index}.example.com` });

  it('takes whatever an identity provider’s page registers', () => {
    expect(registrations.length).toBeGreaterThan(13);
    expect(registrations.flatMap((each) => findSchemaProblems('RegistrationRequest', each))).toEqual([]);
  });

  it.each<[string, boolean, unknown]>([
    ['nothing but what is required', true, minimalBody],
    ['no JSON object', false, []],
    ['no role', false, { ...bare, JWTClaimName: 'a', JWKSetURL }],
    [
      'the other spelling of the role',
      true,
      { ...bare, JWTClaimName: 'a', JWKSetURL, AccessPrincipalRoleName: 'A' },
    ],
    ['no keys', false, unkeyed],
    ['no claim', false, { ...bare, AccessRoleName: 'A', JWKSetURL }],
    ['keys beside issuers', false, { ...minimalBody, Issuers: [issuer(0)] }],
    ['an audience beside issuers', false, { ...unkeyed, Audience: 'a', Issuers: [issuer(0)] }],
    [
      'issuers without a claim, each with its tenant',
      true,
      { ...bare, AccessRoleName: 'A', Issuers: [{ ...issuer(0), SessionTagValue: 'Y' }] },
    ],
    [
      'issuers without a claim, one without its tenant',
      false,
      { ...bare, AccessRoleName: 'A', Issuers: [issuer(0)] },
    ],
    ['an unknown field', false, { ...minimalBody, Isuer: 'a' }],
    ['a reserved tag key', false, { ...minimalBody, SessionTagKey: 'AWS:x' }],
    ['a tag key of an alphabet', true, { ...minimalBody, SessionTagKey: 'клиент 1' }],
    ['a claim with a line break', true, { ...minimalBody, JWTClaimName: 'a\nb' }],
    ['a claim of 256 characters', true, { ...minimalBody, JWTClaimName: '😀'.repeat(256) }],
    ['a claim of 257', false, { ...minimalBody, JWTClaimName: 'a'.repeat(257) }],
    ['no name of a claim', false, { ...minimalBody, JWTClaimName: '' }],
    ['a JSON Pointer', true, { ...minimalBody, JWTClaimName: '/a~1b/~0' }],
    ['a JSON Pointer that escapes nothing', false, { ...minimalBody, JWTClaimName: '/a~2' }],
    ['a tilde in a name', true, { ...minimalBody, JWTClaimName: 'a~2' }],
    ['a slash alone', true, { ...minimalBody, JWTClaimName: '/' }],
    ['899 seconds', false, { ...minimalBody, SessionDurationSeconds: 899 }],
    ['900 seconds', true, { ...minimalBody, SessionDurationSeconds: 900 }],
    ['half a second more', false, { ...minimalBody, SessionDurationSeconds: 900.5 }],
    ['3,601 seconds', false, { ...minimalBody, SessionDurationSeconds: 3601 }],
    ['100 issuers', true, { ...unkeyed, Issuers: list(100, issuer) }],
    ['101 issuers', false, { ...unkeyed, Issuers: list(101, issuer) }],
    ['no issuers', false, { ...unkeyed, Issuers: [] }],
    ['50 audiences', true, { ...minimalBody, Audience: list(50, String) }],
    ['51 audiences', false, { ...minimalBody, Audience: list(51, String) }],
    ['an empty list of audiences', false, { ...minimalBody, Audience: [] }],
    ['22 algorithms', true, { ...minimalBody, Algorithms: list(22, () => 'RS256') }],
    ['23 algorithms', false, { ...minimalBody, Algorithms: list(23, () => 'RS256') }],
    ['no algorithms', false, { ...minimalBody, Algorithms: [] }],
    ['50 required claims', true, { ...minimalBody, RequiredClaims: record(50, 'x') }],
    ['51 required claims', false, { ...minimalBody, RequiredClaims: record(51, 'x') }],
    ['no required claims', false, { ...minimalBody, RequiredClaims: {} }],
    ['50 values of one', true, { ...minimalBody, RequiredClaims: { azp: list(50, String) } }],
    ['51 values of one', false, { ...minimalBody, RequiredClaims: { azp: list(51, String) } }],
    ['a value that is no whole number', false, { ...minimalBody, RequiredClaims: { azp: 1.5 } }],
    ['49 further tags', true, { ...minimalBody, SessionTags: record(49, 'x') }],
    ['50 further tags', false, { ...minimalBody, SessionTags: record(50, 'x') }],
    ['an optional tag', true, { ...minimalBody, SessionTags: { a: { Claim: '/b', Optional: true } } }],
    ['a tag of nothing', false, { ...minimalBody, SessionTags: { a: { Optional: true } } }],
    ['no claim forms', false, { ...minimalBody, ClaimForms: [] }],
    ['11 claim forms', false, { ...minimalBody, ClaimForms: list(11, () => 'ListOfOne') }],
    ['no transitive tags', true, { ...minimalBody, TransitiveTagKeys: [] }],
    ['51 transitive tags', false, { ...minimalBody, TransitiveTagKeys: list(51, () => 'TenantID') }],
    ['50 applications to share with', true, { ...minimalBody, SharedWith: list(50, (n) => `App${n}`) }],
    ['51 applications to share with', false, { ...minimalBody, SharedWith: list(51, (n) => `App${n}`) }],
    ['nobody to share with', false, { ...minimalBody, SharedWith: [] }],
  ])('says of %s what the parser says: %s', (_, isTaken, document) => {
    expect({
      parser: isRead(document),
      schema: findSchemaProblems('RegistrationRequest', document).length === 0,
    }).toEqual({ parser: isTaken, schema: isTaken });
  });
});

describe('an answer of the API', () => {
  it('is described, whichever route and whatever came of it', async () => {
    const asked: [string, Parameters<typeof eventOf>[1], number][] = [
      ['GET /applications', {}, 404],
      ['POST /applications', { body: {} }, 400],
      ['POST /applications', { body: minimalBody }, 201],
      ['POST /applications', { body: minimalBody }, 200],
      ['POST /applications', { body: { ...minimalBody, SessionTagKey: 'Other' } }, 409],
      ['PUT /applications', { body: { ...minimalBody, Audience: 'a', SharedWith: ['Other'] } }, 200],
      ['GET /applications', {}, 200],
      ['POST /credentials', { body: { JWT: 'a.b.c' } }, 403],
      ['GET /credentials', { query: { jwt: await broker.tokenFor('Yellow', { aud: 'a' }) } }, 200],
      ['POST /credentials', { body: { JWT: await broker.tokenFor('Yellow', { aud: 'a' }) } }, 200],
      ['DELETE /applications', {}, 200],
    ];
    for (const [route, options, status] of asked) {
      const { statusCode, body } = await broker.ask(eventOf(route, options));
      expect({ route, statusCode }).toEqual({ route, statusCode: status });
      expect(findContractProblems(route, statusCode, body)).toEqual([]);
    }
  });

  it('is found to be another where a field is renamed, missing, or of another type', () => {
    const body = {
      Version: 1,
      AccessKeyId: 'a',
      SecretAccessKey: 'b',
      SessionToken: 'c',
      Expiration: '2030-04-01T13:00:00.000Z',
      Tags: { TenantID: 'Yellow' },
    };
    const { Tags, ...rest } = body;
    const problems = (answer: unknown, status = 200) =>
      findContractProblems('GET /credentials', status, answer);
    expect(problems(body)).toEqual([]);
    expect(problems({ ...rest, SessionTags: Tags })).toHaveLength(2);
    expect(problems({ ...body, Version: '1' })).toHaveLength(1);
    expect(problems({ ...body, Expiration: 'soon' })).toHaveLength(1);
    expect(problems(body, 202)).toEqual(['GET /credentials has no answer 202']);
    const granted = { ...body, ...grantOf('s3://shop/users/*', 'READ') };
    expect(problems(granted)).toEqual([]);
    expect(problems({ ...granted, Grantee: { GranteeType: 'USER', GranteeIdentifier: 'a' } })).toHaveLength(
      1,
    );
    expect(problems({ ...granted, Grantee: undefined })).not.toEqual([]);
    expect(problems({ ...body, Warnings: [{ Code: 'IdentityContextReachesLittle', Message: '' }] })).toEqual(
      [],
    );
    const grants = [{ GrantScope: 's3://shop/*', Permission: 'READ' }];
    expect(findContractProblems('POST /grants', 200, { Grants: grants, NextToken: 'next' })).toEqual([]);
    expect(findContractProblems('GET /grants', 200, { Grants: [{ ...grants[0], Scope: 'a' }] })).toHaveLength(
      1,
    );
    expect(problems({ code: 'TokenExpried', message: '', requestId: '' }, 403)).not.toEqual([]);
    expect(problems({ code: 'TokenExpired', message: '', requestId: '' }, 403)).toEqual([]);
  });
});
