// The service provider's metadata: what an identity provider is given to know the portal by.
import { createHash } from 'node:crypto';
import { generateServiceProviderMetadata } from '@node-saml/node-saml';
import type { ServiceProvider } from './service-provider.ts';

/**
 * The document, the same every time. It holds no key: requests are not signed, and assertions are not encrypted. One signed
 * assertion consumer by HTTP POST.
 * SAML metadata, section 2.4.4
 */
export function serviceProviderMetadata(serviceProvider: ServiceProvider): string {
  const { entityId, assertionConsumerUrl, nameIdFormat } = serviceProvider;
  return generateServiceProviderMetadata({
    issuer: entityId,
    callbackUrl: assertionConsumerUrl,
    identifierFormat: nameIdFormat ?? null,
    wantAssertionsSigned: true,
    generateUniqueId: () => `_${createHash('sha256').update(JSON.stringify(serviceProvider)).digest('hex')}`,
  });
}
