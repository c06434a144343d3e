// Settings of an environment with a portal, and the identity provider's metadata that they name.
import { fileURLToPath } from 'node:url';

/** From the project's root: what an identity provider publishes of itself. */
export const metadataFile = fileURLToPath(new URL('./saml/identity-provider.xml', import.meta.url));

/** A target that members of a group may open. */
export const targetWith = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  service: 'admin',
  role: 'arn:aws:iam::111122223333:role/Administrator',
  groups: ['cloudadmin'],
  ...over,
});

/** The least that a portal's settings must have, and what a test changes of it. */
export const portalWith = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  identityProvider: { saml: { metadata: metadataFile } },
  targets: [targetWith()],
  ...over,
});
