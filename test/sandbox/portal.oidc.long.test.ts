// As portal.oidc.test.ts, of a portal that is a public client: PKCE alone ties the code to it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeployedPortal, deployPortal } from './support/deployed-portal.ts';
import { hasOidcProvider, listedTo, oidcPortal, usersAndTargets } from './support/oidc-portal.ts';

describe.runIf(hasOidcProvider)('a portal that is a public client', () => {
  let portal: DeployedPortal;
  beforeAll(async () => {
    portal = await deployPortal(oidcPortal({ clientId: 'portal-public', clientAuthentication: 'none' }));
  });
  afterAll(() => portal?.stop());

  test.each(usersAndTargets)('shows %s what their groups may open', async (user, services) => {
    expect(await listedTo(user, portal)).toEqual(services);
  });

  test('is told where the provider takes it for another client', async () => {
    const wrong = await deployPortal(oidcPortal({ clientId: 'portal', clientAuthentication: 'none' }));
    try {
      const page = await wrong.signIn('', 'ada@example.com');
      expect(page.status).toBe(403);
      expect(page.html).toContain('The identity provider does not know the portal');
    } finally {
      await wrong.stop();
    }
  });
});
