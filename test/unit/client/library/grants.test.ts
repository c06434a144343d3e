// What a token's user may reach: all pages, and no page without an end.
import { describe, expect, it } from 'vitest';
import type { GrantsOptions } from '../../../../client/library/index.ts';
import { inTurn, LibraryBroker, refusal } from '../../../support/library-broker.ts';

const grant = (name: string, more = {}) => ({
  GrantScope: `s3://shop/${name}*`,
  Permission: 'READ',
  ...more,
});
const page = (Grants: unknown, NextToken?: string) => ({
  body: { Grants, ...(NextToken !== undefined && { NextToken }) },
});

function answering(...answers: Parameters<typeof inTurn>) {
  const fake = new LibraryBroker();
  fake.script = inTurn(...answers);
  return { fake, broker: fake.client() };
}

describe('grants', () => {
  it('are those of all pages, in their order, whether a page is empty or not', async () => {
    const ApplicationArn = 'arn:aws:sso::111122223333:application/ssoins-1/apl-1';
    const { fake, broker } = answering(
      page([grant('a'), grant('b', { Permission: 'READWRITE', ApplicationArn })], 'second'),
      page([], 'third'),
      page([grant('a')]),
    );
    expect(await broker.grants('jwt', { grantScope: 's3://shop/' })).toEqual([
      { grantScope: 's3://shop/a*', permission: 'READ' },
      { grantScope: 's3://shop/b*', permission: 'READWRITE', applicationArn: ApplicationArn },
      { grantScope: 's3://shop/a*', permission: 'READ' },
    ]);
    expect(fake.requests.map(({ url, body = '' }) => [url, JSON.parse(body)])).toEqual([
      ['https://broker.example.com/grants', { JWT: 'jwt', GrantScope: 's3://shop/' }],
      ['https://broker.example.com/grants', { JWT: 'jwt', GrantScope: 's3://shop/', NextToken: 'second' }],
      ['https://broker.example.com/grants', { JWT: 'jwt', GrantScope: 's3://shop/', NextToken: 'third' }],
    ]);
  });

  it('are asked for anew every time, and again where the broker fails for the moment', async () => {
    const { fake, broker } = answering(
      page([]),
      refusal(503, 'AccessGrantsUnavailable', 3),
      page([grant('a')]),
    );
    expect(await broker.grants('jwt')).toEqual([]);
    expect(await broker.grants('jwt')).toHaveLength(1);
    expect(fake.waits).toEqual([3_000]);
    expect(fake.requests[0]?.body).toBe('{"JWT":"jwt"}');
  });

  it('that are more than their bound are an error, and no part of them', async () => {
    const { fake, broker } = answering(page([grant('a'), grant('b')], 'second'), page([grant('c')]));
    await expect(broker.grants('jwt', { maxGrants: 2 })).rejects.toMatchObject({ code: 'TooManyGrants' });
    expect(fake.requests).toHaveLength(2);
    const again = answering(page([grant('a'), grant('b')], 'second'), page([grant('c')]));
    expect(await again.broker.grants('jwt', { maxGrants: 3 })).toHaveLength(3);
  });

  it('end where the pages do not: led in a circle, or on and on', async () => {
    const circle = answering(page([], 'a'), page([], 'b'), page([], 'a'));
    await expect(circle.broker.grants('jwt')).rejects.toMatchObject({ code: 'UnexpectedAnswer' });
    expect(circle.fake.requests).toHaveLength(3);
    let pages = 0;
    const endless = answering(() => page([], `page-${++pages}`));
    await expect(endless.broker.grants('jwt')).rejects.toMatchObject({ code: 'TooManyGrants' });
    expect(pages).toBe(1_001);
  });

  it.each([
    ['none', undefined],
    ['no list', {}],
    ['a list of texts', ['s3://shop/a*']],
    ['of no permission', [{ GrantScope: 's3://shop/a*' }]],
    ['of a permission that there is not', [grant('a', { Permission: 'ALL' })]],
    ['of no scope', [{ Permission: 'READ' }]],
  ])('are no grants where the answer has %s', async (_, Grants) => {
    const { broker } = answering(page(Grants));
    await expect(broker.grants('jwt')).rejects.toMatchObject({ code: 'UnexpectedAnswer' });
  });

  it.each<[string, GrantsOptions, string]>([
    ['a scope elsewhere', { grantScope: 'shop/' }, 'grantScope: must begin with s3://'],
    ['a scope of 2,001 characters', { grantScope: `s3://${'a'.repeat(1_996)}` }, 'grantScope: must begin'],
    ['a scope with a line feed', { grantScope: 's3://a\n' }, 'grantScope: must begin'],
    ['no bound', { maxGrants: 0 }, 'maxGrants: must be a whole number above 0'],
  ])('are not asked for by %s', async (_, options, message) => {
    const { fake, broker } = answering(page([]));
    await expect(broker.grants('jwt', options)).rejects.toThrow(message);
    await expect(broker.grants('', options)).rejects.toThrow(/^token: /);
    expect(fake.requests).toEqual([]);
  });

  it('of a broker that has none are refused by its gateway, which says what that may mean', async () => {
    const { fake, broker } = answering({ status: 404, body: { message: 'Not Found' } });
    await expect(broker.grants('jwt')).rejects.toMatchObject({
      code: 'GatewayRefused',
      message: expect.stringMatching(/^404 \(Not Found\): the gateway has no such route: .*access to data$/),
      isDenial: true,
    });
    expect(fake.requests).toHaveLength(1);
  });
});
