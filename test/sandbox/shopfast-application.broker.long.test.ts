// ShopFast's web application before the deployed broker: the second visit, visits at once, and whom the data is not for.
import { expect, it } from 'vitest';
import { CALLBACK_PATH } from '../../examples/shopfast/sign-in.ts';
import { Browser } from './support/browser.ts';
import { data } from './support/data-broker.ts';
import { serveDeployedShop, useDeployedShop } from './support/deployed-shop.ts';

useDeployedShop();

/** Signed in as somebody, of whose provider the token comes at once. */
async function visit(email: string): Promise<(path: string) => ReturnType<Browser['open']>> {
  const { url } = await serveDeployedShop((address) => ({
    begin: async (wayBack) => ({
      location: new URL(CALLBACK_PATH, address).href,
      pending: { state: '', nonce: '', verifier: '', wayBack },
    }),
    finish: async () => ({
      idToken: await data.token(email),
      name: email,
      expiresAt: Date.now() + 600_000,
    }),
  }));
  const browser = new Browser();
  return (path) => browser.open(`${url}${path}`);
}

it('shows a user the data, at the second visit too, and at ten at once, by one exchange of the token', async () => {
  const open = await visit('ada@example.com');
  const exchanged = data.callsOf('CreateTokenWithIAM');
  for (let count = 0; count < 2; count += 1)
    expect(JSON.parse((await open('get-s3-data')).html)).toEqual([{ name: 'Ada', city: 'London' }]);
  const pages = await Promise.all(Array.from({ length: 10 }, () => open('get-s3-data')));
  for (const { html } of pages) expect(JSON.parse(html)).toEqual([{ name: 'Ada', city: 'London' }]);
  expect(data.callsOf('CreateTokenWithIAM')).toBe(exchanged + 1);
  const { events } = data.sandbox.account.trail;
  expect(events.findLast(({ operation }) => operation === 'GetObject')?.onBehalfOf?.userId).toBe(
    data.user('ada').userId,
  );
});

it('tells somebody who is granted nothing that it is so', async () => {
  const open = await visit('grace@example.com');
  const page = await open('get-s3-data');
  expect(page.status).toBe(403);
  expect(page.html).not.toContain('London');
});

it('tells somebody whom the directory does not know that it is so', async () => {
  const open = await visit('nobody@example.com');
  expect((await open('get-s3-data')).status).toBe(403);
});
