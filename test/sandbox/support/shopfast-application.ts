// ShopFast's web application before a stand-in of the broker, in an account that has the data.
import { served, sessionOf } from '../fixtures/access-grants-account.ts';
import { openShop } from '../fixtures/shopfast.ts';
import { type StandInBroker, startStandInBroker } from '../fixtures/shopfast-broker.ts';
import { type Provider, type ServedShop, serveShop, signInWith } from './served-shop.ts';

export interface RunningShop extends ServedShop {
  readonly broker: StandInBroker;
}

/** @param now of the application's sessions */
export async function startShop(provider: Provider, now: () => number = Date.now): Promise<RunningShop> {
  await openShop();
  const broker = await startStandInBroker(
    sessionOf(served.account.identities.role('ShopFast-CustomerSupport')),
  );
  const shop = await serveShop({
    signInFor: signInWith(provider),
    broker: { endpoint: broker.endpoint, region: 'eu-west-1' },
    credentials: served.administrator.credentials,
    awsEndpoint: served.administrator.endpoint,
    now,
  });
  return { ...shop, broker };
}
