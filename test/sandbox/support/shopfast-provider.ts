// The sandbox's OpenID Connect provider, for ShopFast's web application alone.
import { afterAll, beforeAll } from 'vitest';
import {
  type IdentityProviders,
  startIdentityProviders,
} from '../../../sandbox/identity-providers/endpoint.ts';
import { APPLICATION_CLIENT } from '../../../sandbox/identity-providers/oidc.ts';
import type { Provider } from './served-shop.ts';

export let identityProviders: IdentityProviders;

/** For the tests of a file, where its package runs. Call at its top. */
export function useShopProvider(): void {
  beforeAll(async () => {
    identityProviders = await startIdentityProviders({ port: 0 });
    // Whose portal it is: nobody's.
    await identityProviders.serve('http://localhost:9/');
  });
  afterAll(() => identityProviders.close());
}

export const sandboxProvider = (): Provider => ({
  issuer: identityProviders.oidcIssuer,
  clientId: APPLICATION_CLIENT,
});
