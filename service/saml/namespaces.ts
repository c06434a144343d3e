// The names that SAML 2.0 and XML Signature give their namespaces.

export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
export const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';
export const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
