// ShopFast's web application on loopback for one test, with the broker's client library: whatever broker and sign-in it is given.
import type { AddressInfo } from 'node:net';
import { SessionBroker, type SessionBrokerOptions } from 'iam-session-broker-client';
import type { CustomFetch } from 'openid-client';
import { onTestFinished } from 'vitest';
import { type ApplicationParts, createApplication } from '../../../examples/shopfast/application.ts';
import { SignIn } from '../../../examples/shopfast/sign-in.ts';

type WayIn = ApplicationParts['signIn'];

export interface ShopParts {
  /** Where people sign in: made once the port is known, which is in the address that they are sent back to. */
  readonly signInFor: (url: URL) => WayIn;
  readonly broker: { readonly endpoint: string; readonly region: string };
  /** Of the application's role. */
  readonly credentials: SessionBrokerOptions['credentials'];
  /** What SDK clients of the application find, as in a deployment. */
  readonly awsEndpoint: string | undefined;
  /** Of the application's sessions. */
  readonly now?: () => number;
}

export interface ServedShop {
  /** `http://localhost:PORT/` */
  readonly url: string;
  readonly logged: string[];
}

const BUCKET = 'shopfast-data';

/** Where people sign in. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  readonly fetch?: CustomFetch;
}

/** By OpenID Connect, as the application does it. */
export function signInWith({ issuer, clientId, fetch }: Provider): ShopParts['signInFor'] {
  const oidc = { issuer: new URL(issuer), clientId, clientSecret: undefined, scope: 'openid email' };
  const others = { port: 0, broker: { endpoint: '', region: '' }, bucket: BUCKET };
  return (url) => new SignIn({ url, oidc, ...others }, fetch);
}

export async function serveShop(parts: ShopParts): Promise<ServedShop> {
  const { signInFor, broker, credentials, awsEndpoint, now } = parts;
  const before = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = awsEndpoint;
  onTestFinished(() => {
    if (before === undefined) delete process.env['AWS_ENDPOINT_URL'];
    else process.env['AWS_ENDPOINT_URL'] = before;
  });
  const url = new URL('http://localhost/');
  const logged: string[] = [];
  let signIn: WayIn | undefined;
  const server = createApplication({
    settings: { url, bucket: BUCKET, broker },
    signIn: {
      begin: (wayBack) => (signIn as WayIn).begin(wayBack),
      finish: (query, pending) => (signIn as WayIn).finish(query, pending),
    },
    broker: new SessionBroker({ ...broker, credentials }),
    log: (line) => logged.push(line),
    ...(now && { now }),
  });
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  url.port = String((server.address() as AddressInfo).port);
  signIn = signInFor(url);
  return { url: url.href, logged };
}
