// ShopFast's web application before the deployed broker: the second visit, visits at once, and whom the data is not for.
import type { AddressInfo } from 'node:net';
import { SessionBroker } from 'iam-session-broker-client';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { createApplication } from '../../examples/shopfast/application.ts';
import { CALLBACK_PATH } from '../../examples/shopfast/sign-in.ts';
import type { BrokerApplication } from './support/broker.ts';
import { Browser } from './support/browser.ts';
import { data, SHOP, useDataBroker } from './support/data-broker.ts';

useDataBroker();

let app: BrokerApplication;
beforeAll(async () => {
  app = data.createApplication(SHOP);
  data.grant({
    subPrefix: 'users*',
    permission: 'READ',
    grantee: { granteeType: 'DIRECTORY_USER', granteeIdentifier: data.user('ada').userId },
  });
  data.putText('users/user_list', 'name,city\nAda,London\n');
  const registration = data.registrationOf(app, { AccessMode: 'IdentityContext', AccessGrants: {} });
  expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 201 });
});

/** Signed in as somebody, of whose provider the token comes at once. */
async function visit(email: string): Promise<(path: string) => ReturnType<Browser['open']>> {
  const { environment, account } = data.sandbox;
  const before = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = environment['AWS_ENDPOINT_URL'];
  onTestFinished(() => {
    if (before === undefined) delete process.env['AWS_ENDPOINT_URL'];
    else process.env['AWS_ENDPOINT_URL'] = before;
  });
  const place = { endpoint: data.broker.outputs.endpoint, region: account.region };
  const url = new URL('http://localhost/');
  const server = createApplication({
    settings: { url, bucket: 'shopfast-data', broker: place },
    signIn: {
      begin: async (wayBack) => ({
        location: new URL(CALLBACK_PATH, url).href,
        pending: { state: '', nonce: '', verifier: '', wayBack },
      }),
      finish: async () => ({
        idToken: await data.token(email),
        name: email,
        expiresAt: Date.now() + 600_000,
      }),
    },
    broker: new SessionBroker({ ...place, credentials: app.own }),
    log: () => {},
  });
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  url.port = String((server.address() as AddressInfo).port);
  const browser = new Browser();
  return (path) => browser.open(`${url.href}${path}`);
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
