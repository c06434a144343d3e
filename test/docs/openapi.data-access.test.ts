// docs/openapi.json of access to data: its requests have the forms that the client library takes, in a body and in a query.
import { describe, expect, it } from 'vitest';
import { problemOfAccess } from '../../client/library/data-access.ts';
import { problemOfScope } from '../../client/library/grants.ts';
import { renderOpenApi } from '../../scripts/openapi.ts';
import { findSchemaProblems, openApi } from '../support/contract.ts';

describe('the schema of a request for data', () => {
  const users = { Target: 's3://shop/users/*', Permission: 'READ' };

  it.each<[string, boolean, Record<string, unknown>]>([
    ['a prefix', true, users],
    ['a prefix within a name', true, { ...users, Target: 's3://shop/us*' }],
    ['a whole bucket', true, { ...users, Target: 's3://shop/*' }],
    ['an object', true, { ...users, Target: 's3://my.shop-1/users/é, $1.csv', Permission: 'READWRITE' }],
    ['an object of 2,000 characters', true, { ...users, Target: `s3://shop/${'a'.repeat(1_990)}` }],
    ['one of 2,001', false, { ...users, Target: `s3://shop/${'a'.repeat(1_991)}` }],
    ['a bucket', false, { ...users, Target: 's3://shop' }],
    ['no key', false, { ...users, Target: 's3://shop/' }],
    ['buckets', false, { ...users, Target: 's3://shop*' }],
    ['all buckets', false, { ...users, Target: 's3://*' }],
    ['a folder', false, { ...users, Target: 's3://shop/users/' }],
    ['an asterisk within', false, { ...users, Target: 's3://shop/*/a' }],
    ['two asterisks', false, { ...users, Target: 's3://shop/a**' }],
    ['a question mark', false, { ...users, Target: 's3://shop/a?*' }],
    ['a variable of policies', false, { ...users, Target: 's3://shop/${aws:userid}/*' }],
    ['a line feed', false, { ...users, Target: 's3://shop/a\n' }],
    ['another scheme', false, { ...users, Target: 'https://shop/a' }],
    ['no text', false, { ...users, Target: 7 }],
    ['no permission', false, { Target: users.Target }],
    ['no target', false, { Permission: 'READ' }],
    ['a duration alone', false, { DurationSeconds: 900 }],
    ['a permission in small letters', false, { ...users, Permission: 'read' }],
    ['900 seconds', true, { ...users, DurationSeconds: 900 }],
    ['43,200 seconds', true, { ...users, DurationSeconds: 43_200 }],
    ['899 seconds', false, { ...users, DurationSeconds: 899 }],
    ['43,201 seconds', false, { ...users, DurationSeconds: 43_201 }],
    ['a duration as text', false, { ...users, DurationSeconds: '900' }],
  ])('says of %s what the client library says: %s', (_, isTaken, fields) => {
    const { Target: target, Permission: permission, DurationSeconds: durationSeconds } = fields;
    expect({
      library: problemOfAccess({ target, permission, durationSeconds }) === undefined,
      schema: findSchemaProblems('CredentialsRequest', { JWT: 'jwt', ...fields }).length === 0,
    }).toEqual({ library: isTaken, schema: isTaken });
  });

  it.each([
    ['s3://', true],
    ['s3://shop/us', true],
    ['s3://shop/users/*', true],
    [`s3://${'a'.repeat(1_996)}`, false],
    ['shop', false],
    ['s3://a\n', false],
  ])('says of the scope %j what the client library says: %s', (GrantScope, isTaken) => {
    expect({
      library: problemOfScope(GrantScope) === undefined,
      schema: findSchemaProblems('GrantsRequest', { JWT: 'jwt', GrantScope }).length === 0,
    }).toEqual({ library: isTaken, schema: isTaken });
  });

  it('takes what the client library sends for a page of grants, and no field of another name', () => {
    const request = { JWT: 'jwt', GrantScope: 's3://shop/', MaxResults: 1_000, NextToken: 'next' };
    expect(findSchemaProblems('GrantsRequest', request)).toEqual([]);
    expect(findSchemaProblems('GrantsRequest', { ...request, MaxResults: 1_001 })).not.toEqual([]);
    expect(findSchemaProblems('GrantsRequest', { ...request, nextToken: 'next' })).not.toEqual([]);
  });

  it('has its query in the same forms, by the names of a query', () => {
    const { paths } = JSON.parse(renderOpenApi());
    const { schemas } = openApi.components;
    for (const [path, schema] of [
      ['/credentials', schemas['CredentialsRequest']],
      ['/grants', schemas['GrantsRequest']],
    ] as const) {
      const fields = Object.entries(
        (schema?.['properties'] ?? {}) as Record<string, { description: string }>,
      );
      const inBody = fields.map(([name, { description: _, ...form }]) => [
        name === 'JWT' ? 'jwt' : `${name[0]?.toLowerCase()}${name.slice(1)}`,
        form,
      ]);
      const inQuery: { name: string; schema: object }[] = paths[path].get.parameters;
      expect(inQuery.slice(1).map((each) => [each.name, each.schema])).toEqual(inBody.slice(1));
      expect(inQuery.map(({ name }) => name)).toEqual(inBody.map(([name]) => name));
    }
  });
});
