// The identity provider's metadata: what is read of it, and what is refused with which words.
import { beforeAll, describe, expect, it } from 'vitest';
import {
  identityProviderOf,
  MetadataError,
  signingCertificatesAt,
} from '../../../service/saml/identity-provider.ts';
import { frozenClock } from '../../support/clock.ts';
import { IDENTITY_PROVIDER, identityProviderMetadata, SIGN_ON_URL } from '../../support/saml/metadata.ts';
import {
  bareCertificate,
  createSigningCertificate,
  type SigningCertificate,
} from '../../support/saml/signing-certificate.ts';

const now = frozenClock().now();
let certificate: SigningCertificate;
let further: SigningCertificate;
let expired: SigningCertificate;
let weak: SigningCertificate;
let elliptic: SigningCertificate;
let ofExponentThree: SigningCertificate;

beforeAll(async () => {
  [certificate, further, expired, weak, elliptic, ofExponentThree] = await Promise.all([
    createSigningCertificate(),
    createSigningCertificate({ notBefore: new Date(now + 1_000) }),
    createSigningCertificate({ notAfter: new Date(now) }),
    createSigningCertificate({ keySize: 1_024 }),
    createSigningCertificate({ keyType: 'ec' }),
    createSigningCertificate({ publicExponent: 3 }),
  ]);
});

const metadata = () => identityProviderMetadata({ certificates: [certificate] });
const refusal = (text: string, options = {}): string => {
  try {
    identityProviderOf(text, now, options);
  } catch (error) {
    expect(error).toBeInstanceOf(MetadataError);
    return (error as Error).message;
  }
  return expect.fail('it was accepted');
};

describe('metadata', () => {
  it('gives name, address and certificates', () => {
    const { certificates, ...rest } = identityProviderOf(metadata(), now);
    expect(rest).toEqual({ entityId: IDENTITY_PROVIDER, signOnUrl: SIGN_ON_URL });
    expect(certificates.map(({ pem }) => bareCertificate({ certificatePem: pem }))).toEqual([
      bareCertificate(certificate),
    ]);
  });

  it('may have comments, a byte order mark, and certificates in lines', () => {
    const inLines = metadata().replace(bareCertificate(certificate), (text) =>
      text.replace(/.{64}/g, '$&\n   '),
    );
    expect(identityProviderOf(`\ufeff${inLines}<!-- from the vendor -->`, now).certificates).toHaveLength(1);
  });

  it('has certificates that count between their beginning and their end', () => {
    const identityProvider = identityProviderOf(
      identityProviderMetadata({ certificates: [expired, certificate, further] }),
      now,
    );
    const counting = (time: number) =>
      signingCertificatesAt(identityProvider, time).map((pem) => bareCertificate({ certificatePem: pem }));
    expect(counting(now)).toEqual([bareCertificate(certificate)]);
    expect(counting(now - 1_000)).toEqual([expired, certificate].map(bareCertificate));
    expect(counting(now + 1_000)).toEqual([certificate, further].map(bareCertificate));
  });

  it('counts until its own end, or its descriptor’s', () => {
    const ends = {
      entityAttributes: 'validUntil="2030-04-03T00:00:00Z"',
      descriptorAttributes: 'validUntil="2030-04-02T00:00:00Z"',
    };
    const identityProvider = identityProviderOf(
      identityProviderMetadata({ certificates: [certificate], ...ends }),
      now,
    );
    expect(identityProvider.validUntil).toBe(Date.UTC(2030, 3, 2));
    expect(signingCertificatesAt(identityProvider, Date.UTC(2030, 3, 2) - 1)).toHaveLength(1);
    expect(signingCertificatesAt(identityProvider, Date.UTC(2030, 3, 2))).toEqual([]);
  });

  it('may have an address on loopback by http, where that is allowed', () => {
    const text = identityProviderMetadata({
      certificates: [certificate],
      signOnUrl: 'http://127.0.0.1:8080/sso',
    });
    expect(refusal(text)).toContain('no https URL');
    expect(identityProviderOf(text, now, { allowHttpOnLoopback: true }).signOnUrl).toBe(
      'http://127.0.0.1:8080/sso',
    );
    const elsewhere = text.replaceAll('127.0.0.1:8080', '127.0.0.1.example.com');
    expect(refusal(elsewhere, { allowHttpOnLoopback: true })).toContain('no https URL');
  });

  // Keycloak's always does, whatever its client is told; one that insists refuses the request itself.
  it.each(['true', '1', 'false'])('may wish for signed requests (%s)', (wish) => {
    const text = identityProviderMetadata({
      certificates: [certificate],
      descriptorAttributes: `WantAuthnRequestsSigned="${wish}"`,
    });
    expect(text).toContain(`WantAuthnRequestsSigned="${wish}"`);
    expect(identityProviderOf(text, now)).toEqual(identityProviderOf(metadata(), now));
  });

  const refused: readonly [name: string, edit: (text: string) => string, says: string][] = [
    [
      'a document type',
      (text) => text.replace('<md:Entity', '<!DOCTYPE x><md:Entity'),
      'it has a document type',
    ],
    ['an entity', (text) => text.replace(IDENTITY_PROVIDER, '&x;'), 'not well-formed'],
    ['no XML', () => 'https://idp.example.com/metadata', 'not well-formed'],
    ['HTML', () => '<html/>', 'no EntityDescriptor'],
    [
      'several entities',
      (text) =>
        `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${text.replace(/<\?.*\?>/, '')}</md:EntitiesDescriptor>`,
      'no EntityDescriptor',
    ],
    ['no name', (text) => text.replace(IDENTITY_PROVIDER, ''), 'entityID'],
    [
      'a service provider',
      (text) => text.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
      '0 IDPSSODescriptors',
    ],
    [
      'two descriptors',
      (text) => text.replace(/<md:IDPSSO[\s\S]*IDPSSODescriptor>/, '$&$&'),
      '2 IDPSSODescriptors',
    ],
    [
      'SAML 1.1',
      (text) => text.replace('SAML:2.0:protocol', 'SAML:1.1:protocol'),
      'does not support SAML 2.0',
    ],
    ['no address for redirects', (text) => text.replace('HTTP-Redirect', 'SOAP'), 'HTTP-Redirect'],
    ['an address by http', (text) => text.replaceAll('https://idp', 'http://idp'), 'no https URL'],
    [
      'an address with a user',
      (text) => text.replaceAll('https://idp.example.com/saml/sso"', 'https://a:b@idp.example.com/"'),
      'no https URL',
    ],
    [
      'an address that is a script',
      (text) => text.replaceAll('https://idp.example.com/saml/sso"', 'javascript:alert(1)"'),
      'no https URL',
    ],
    ['no address', (text) => text.replaceAll('https://idp.example.com/saml/sso"', '"'), 'no https URL'],
    ['no certificate', (text) => text.replace('use="signing"', 'use="encryption"'), 'no signing certificate'],
    ['a certificate that is none', (text) => text.replace(/MII/, 'MIJ'), 'certificate 1 is none'],
    [
      'an end that has passed',
      (text) =>
        text.replace('<md:EntityDescriptor', '<md:EntityDescriptor validUntil="2030-04-01T12:00:00Z"'),
      'expired (validUntil)',
    ],
    [
      'an end that is no time',
      (text) => text.replace('<md:EntityDescriptor', '<md:EntityDescriptor validUntil="soon"'),
      'no time in UTC',
    ],
    ['too much', (text) => text + ' '.repeat(1_000_000), 'longer than'],
  ];
  it.each(refused)('with %s is refused', (_, edit, says) => {
    const text = edit(metadata());
    expect(text).not.toBe(metadata());
    const message = refusal(text);
    expect(message).toContain(says);
    expect(message).toMatch(/^the identity provider’s metadata: [^\n<]*$/);
  });

  it.each([
    ['short', () => weak],
    ['elliptic', () => elliptic],
    ['of exponent 3', () => ofExponentThree],
  ])('with a certificate whose key is %s is refused, whatever else it has', (_, of) => {
    const text = identityProviderMetadata({ certificates: [certificate, of()] });
    expect(refusal(text)).toContain('signing certificate 2 is of no RSA key of 2048 bits');
  });

  it('whose certificates have all expired is refused', () => {
    expect(refusal(identityProviderMetadata({ certificates: [expired] }))).toContain('have expired');
  });
});
