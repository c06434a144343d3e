// ShopFast's web application before the deployed broker: its data, granted to Ada alone, and its registration.
import { beforeAll, expect } from 'vitest';
import type { BrokerApplication } from './broker.ts';
import { data, SHOP, useDataBroker } from './data-broker.ts';
import { type ServedShop, type ShopParts, serveShop } from './served-shop.ts';

let app: BrokerApplication;

/** For the tests of a file. Call at its top. */
export function useDeployedShop(): void {
  useDataBroker();
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
}

/** For one test. */
export function serveDeployedShop(signInFor: ShopParts['signInFor']): Promise<ServedShop> {
  const { environment, account } = data.sandbox;
  return serveShop({
    signInFor,
    broker: { endpoint: data.broker.outputs.endpoint, region: account.region },
    credentials: app.own,
    awsEndpoint: environment['AWS_ENDPOINT_URL'],
  });
}
