// ShopFast's web application on loopback for one test: with the broker's client library, before a stand-in of the broker.
import type { AddressInfo } from 'node:net';
import { SessionBroker } from 'iam-session-broker-client';
import type { CustomFetch } from 'openid-client';
import { onTestFinished } from 'vitest';
import { createApplication } from '../../../examples/shopfast/application.ts';
import { SignIn } from '../../../examples/shopfast/sign-in.ts';
import { served, sessionOf } from '../fixtures/access-grants-account.ts';
import { openShop } from '../fixtures/shopfast.ts';
import { type StandInBroker, startStandInBroker } from '../fixtures/shopfast-broker.ts';

export interface RunningShop {
  /** `http://localhost:PORT/` */
  readonly url: string;
  readonly broker: StandInBroker;
  readonly logged: string[];
}

/** Where people sign in. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  readonly fetch?: CustomFetch;
}

/** @param now of the application's sessions */
export async function startShop(
  { issuer, clientId, fetch }: Provider,
  now: () => number = Date.now,
): Promise<RunningShop> {
  await openShop();
  const broker = await startStandInBroker(
    sessionOf(served.account.identities.role('ShopFast-CustomerSupport')),
  );
  // What SDK clients of the application find, as in a deployment.
  const before = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = served.administrator.endpoint;
  onTestFinished(() => {
    if (before === undefined) delete process.env['AWS_ENDPOINT_URL'];
    else process.env['AWS_ENDPOINT_URL'] = before;
  });
  const url = new URL('http://localhost/');
  const settings = {
    url,
    port: 0,
    oidc: { issuer: new URL(issuer), clientId, clientSecret: undefined, scope: 'openid email' },
    broker: { endpoint: broker.endpoint, region: 'eu-west-1' },
    bucket: 'shopfast-data',
  };
  const logged: string[] = [];
  let signIn: SignIn | undefined;
  const server = createApplication({
    settings,
    // Made once the port is known, which is in the address that people are sent back to.
    signIn: {
      begin: (wayBack) => (signIn as SignIn).begin(wayBack),
      finish: (query, pending) => (signIn as SignIn).finish(query, pending),
    },
    broker: new SessionBroker({ ...settings.broker, credentials: served.administrator.credentials }),
    log: (line) => logged.push(line),
    now,
  });
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  url.port = String((server.address() as AddressInfo).port);
  signIn = new SignIn(settings, fetch);
  return { url: url.href, broker, logged };
}
