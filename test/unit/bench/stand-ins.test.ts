// The stand-ins of the bench: what a registration and its trust probe ask is answered as AWS would.
import { describe, expect, it } from 'vitest';
import { StandInSts } from '../../../bench/support/stand-in-sts.ts';
import { StandInTables } from '../../../bench/support/stand-in-tables.ts';

const roleArn = 'arn:aws:iam::111122223333:role/AppAccess';
const signedBy = (accessKeyId: string) =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300401/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=0`;

describe("STS's stand-in", () => {
  const enter = (sts: StandInSts, parameters: Record<string, string>, accessKeyId = 'ASIAFUNCTION') =>
    sts.assumeRole(new URLSearchParams({ RoleArn: roleArn, ...parameters }), signedBy(accessKeyId));

  it.each([
    ['the application’s name', { ExternalId: 'App' }, 200],
    ['no external id', {}, 200],
    ['another name', { ExternalId: 'Other' }, 403],
    ['the name in the other case', { ExternalId: 'aPP' }, 403],
    [
      'another name, of a role that is no access role',
      { RoleArn: 'arn:aws:iam::1:role/IAMSessionBroker', ExternalId: 'x' },
      200,
    ],
  ])('answers %s', (_, parameters: Record<string, string>, statusCode) => {
    expect(enter(new StandInSts(), parameters).statusCode).toBe(statusCode);
  });

  it('refuses a session that a policy narrows to roles with a tag, and goes on letting in the others', () => {
    const sts = new StandInSts();
    const service = { RoleArn: 'arn:aws:iam::111122223333:role/IAMSessionBroker' };
    const keyOf = (body: string) => /<AccessKeyId>(.*?)</.exec(body)?.[1] as string;
    const narrowed = keyOf(enter(sts, { ...service, Policy: '{}' }).body);
    const whole = keyOf(enter(sts, service).body);
    expect(enter(sts, { ExternalId: 'App' }, narrowed)).toMatchObject({
      statusCode: 403,
      body: expect.stringContaining('<Code>AccessDenied</Code>'),
    });
    expect(enter(sts, { ExternalId: 'App' }, whole).statusCode).toBe(200);
  });
});

describe("DynamoDB's stand-in", () => {
  const TableName = 'AccessMetadata';
  const keyOf = (name: string) => ({ ApplicationName: { S: name } });
  const make = () => {
    const tables = new StandInTables((path) => `https://localhost/${path}`);
    return (operation: string, input: object) => JSON.parse(tables.answer(operation, JSON.stringify(input)));
  };

  it('has every application registered, but for new ones and for claims', () => {
    const ask = make();
    const found = ['App', 'OwnApp', 'NewApp', 'AccessRole#AppAccess'].map((name) => {
      const { Item } = ask('GetItem', { TableName, Key: keyOf(name) });
      return Item?.JWKSetURL.S;
    });
    expect(found).toEqual([
      'https://localhost/jwks.json',
      'https://localhost/OwnApp.json',
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['PutItem', { TableName, Item: keyOf('NewApp') }],
    ['TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: keyOf('NewApp') } }] }],
  ])('has what was written by %s, read by itself, in a batch or in a transaction', (operation, input) => {
    const ask = make();
    ask(operation, input);
    const Key = keyOf('NewApp');
    expect(ask('GetItem', { TableName, Key }).Item).toEqual(Key);
    expect(
      ask('BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key, keyOf('NewOther')] } } }),
    ).toEqual({
      Responses: { [TableName]: [Key] },
      UnprocessedKeys: {},
    });
    expect(ask('TransactGetItems', { TransactItems: [{ Get: { TableName, Key } }] })).toEqual({
      Responses: [{ Item: Key }],
    });
  });

  it.each([
    ['DeleteItem', { TableName, Key: keyOf('App') }],
    ['TransactWriteItems', { TransactItems: [{ Delete: { TableName, Key: keyOf('App') } }] }],
  ])('has no longer what was deleted by %s', (operation, input) => {
    const ask = make();
    ask(operation, input);
    expect(ask('GetItem', { TableName, Key: keyOf('App') })).toEqual({});
  });

  it('refuses what it does not know, instead of answering it with nothing', () => {
    expect(() => make()('Query', {})).toThrow('does not know Query');
  });
});
