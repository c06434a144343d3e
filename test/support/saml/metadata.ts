// Metadata of an identity provider, with whatever a test wants wrong in it.
import { bareCertificate, type SigningCertificate } from './signing-certificate.ts';

export const IDENTITY_PROVIDER = 'https://idp.example.com/saml/metadata';
export const SIGN_ON_URL = 'https://idp.example.com/saml/sso';

export interface MetadataFields {
  readonly entityId?: string;
  readonly signOnUrl?: string;
  readonly certificates: readonly Pick<SigningCertificate, 'certificatePem'>[];
  /** Attributes of EntityDescriptor, and of IDPSSODescriptor, as they are written. */
  readonly entityAttributes?: string;
  readonly descriptorAttributes?: string;
}

export function identityProviderMetadata({
  entityId = IDENTITY_PROVIDER,
  signOnUrl = SIGN_ON_URL,
  certificates,
  entityAttributes = '',
  descriptorAttributes = '',
}: MetadataFields): string {
  const keys = certificates.map(
    (certificate) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>` +
      `<ds:X509Certificate>${bareCertificate(certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  );
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}" ${entityAttributes}>`,
    `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" ${descriptorAttributes}>`,
    ...keys,
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${signOnUrl}/post"/>`,
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${signOnUrl}"/>`,
    `</md:IDPSSODescriptor></md:EntityDescriptor>`,
  ].join('\n');
}
