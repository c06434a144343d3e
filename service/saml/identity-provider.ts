// The identity provider, as its metadata describes it: name, sign-on address and signing certificates.
import { X509Certificate } from 'node:crypto';
import { parsedUrl } from '../parsed-url.ts';
import { instantOf } from './instant.ts';
import { METADATA, PROTOCOL, SIGNATURE } from './namespaces.ts';
import { attributeOf, childrenOf, elementsOf, readPlainXml, type XmlElement, XmlError } from './plain-xml.ts';

export interface SigningCertificate {
  readonly pem: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

export interface IdentityProvider {
  readonly entityId: string;
  /** Where requests go: HTTP redirect binding. */
  readonly signOnUrl: string;
  /** All that it may sign with: two or more while it changes from one to the next. */
  readonly certificates: readonly SigningCertificate[];
  /** When the metadata ends, in milliseconds since the epoch. */
  readonly validUntil?: number;
}

/** Metadata that nobody can sign in with. `message` says what to correct, in one line. */
export class MetadataError extends Error {
  constructor(message: string) {
    super(`the identity provider’s metadata: ${message}`);
    this.name = 'MetadataError';
  }
}

const MAX_LENGTH = 1_000_000;
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const MIN_RSA_BITS = 2_048;
const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Reads metadata. A signature in it is not verified: whoever deploys the portal answers for where it is from. That it
 * wants signed requests is no reason to refuse it: Keycloak's says so of all clients (https://github.com/keycloak/keycloak/issues/15022),
 * and one that insists refuses the unsigned request itself.
 *
 * @param now milliseconds since the epoch
 * @param allowHttpOnLoopback for an identity provider of the sandbox
 * @throws MetadataError
 */
export function identityProviderOf(
  metadata: string,
  now: number,
  { allowHttpOnLoopback = false }: { readonly allowHttpOnLoopback?: boolean } = {},
): IdentityProvider {
  const entity = entityOf(metadata);
  const entityId = attributeOf(entity, 'entityID') ?? '';
  if (entityId === '' || entityId.length > 1_024)
    throw new MetadataError('it has no entityID of 1–1024 characters');
  const descriptors = childrenOf(entity, METADATA, 'IDPSSODescriptor');
  const [descriptor] = descriptors;
  if (!descriptor || descriptors.length > 1) {
    throw new MetadataError(`it has ${descriptors.length} IDPSSODescriptors, and must have one`);
  }
  if (!attributeOf(descriptor, 'protocolSupportEnumeration')?.split(/\s+/).includes(PROTOCOL)) {
    throw new MetadataError('its IDPSSODescriptor does not support SAML 2.0');
  }
  const ends = [entity, descriptor].map(validUntilOf).filter((end) => end !== undefined);
  const identityProvider = {
    entityId,
    signOnUrl: signOnUrlOf(descriptor, allowHttpOnLoopback),
    certificates: certificatesOf(descriptor),
    ...(ends.length > 0 && { validUntil: Math.min(...ends) }),
  };
  if (Math.min(...ends) <= now) throw new MetadataError('it has expired (validUntil)');
  if (identityProvider.certificates.every(({ notAfter }) => notAfter <= now)) {
    throw new MetadataError('its signing certificates have expired');
  }
  return identityProvider;
}

/** The certificates that signatures are verified with at a time, in PEM; none after the metadata's end. */
export function signingCertificatesAt({ certificates, validUntil }: IdentityProvider, now: number): string[] {
  if (validUntil !== undefined && validUntil <= now) return [];
  return certificates
    .filter(({ notBefore, notAfter }) => notBefore <= now && now < notAfter)
    .map(({ pem }) => pem);
}

function entityOf(metadata: string): XmlElement {
  if (metadata.length > MAX_LENGTH) throw new MetadataError(`it is longer than ${MAX_LENGTH} characters`);
  try {
    // Editors and servers write files with a byte order mark; nothing can be read into it here.
    const root = readPlainXml(metadata.replace(/^\uFEFF/, ''), { comments: 'skipped' });
    if (root.uri === METADATA && root.local === 'EntityDescriptor') return root;
  } catch (error) {
    if (error instanceof XmlError) throw new MetadataError(error.message);
    throw error;
  }
  throw new MetadataError('it is no EntityDescriptor of SAML 2.0');
}

function validUntilOf(element: XmlElement): number | undefined {
  const text = attributeOf(element, 'validUntil');
  if (text === undefined) return undefined;
  const end = instantOf(text);
  if (end === undefined) throw new MetadataError('its validUntil is no time in UTC');
  return end;
}

function signOnUrlOf(descriptor: XmlElement, allowHttpOnLoopback: boolean): string {
  const services = childrenOf(descriptor, METADATA, 'SingleSignOnService');
  const service = services.find((candidate) => attributeOf(candidate, 'Binding') === REDIRECT);
  if (!service) throw new MetadataError('it has no SingleSignOnService with the HTTP-Redirect binding');
  const text = attributeOf(service, 'Location') ?? '';
  const url = parsedUrl(text);
  const isLoopback = allowHttpOnLoopback && url?.protocol === 'http:' && loopbackHosts.includes(url.hostname);
  if (!url || (url.protocol !== 'https:' && !isLoopback) || url.username || url.password || url.hash) {
    throw new MetadataError('its sign-on address is no https URL without user, password and fragment');
  }
  return text;
}

function certificatesOf(descriptor: XmlElement): SigningCertificate[] {
  const certificates = childrenOf(descriptor, METADATA, 'KeyDescriptor')
    .filter((key) => (attributeOf(key, 'use') ?? 'signing') === 'signing')
    .flatMap((key) => [...elementsOf(key)])
    .filter(({ uri, local }) => uri === SIGNATURE && local === 'X509Certificate');
  if (certificates.length === 0) throw new MetadataError('it has no signing certificate (X509Certificate)');
  return certificates.map(({ text }, index) => certificateOf(text, index + 1));
}

function certificateOf(text: string, position: number): SigningCertificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(text, 'base64'));
  } catch {
    throw new MetadataError(`its signing certificate ${position} is none`);
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  // An exponent of 1 makes any text its own signature.
  if (asymmetricKeyType !== 'rsa' || modulusLength < MIN_RSA_BITS || publicExponent < 65_537n) {
    throw new MetadataError(
      `its signing certificate ${position} is of no RSA key of ${MIN_RSA_BITS} bits or more, with an exponent of 65537 or more`,
    );
  }
  return {
    pem: certificate.toString(),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
  };
}
