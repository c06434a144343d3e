// What the portal sends to an identity provider: its metadata, and requests.
import { beforeAll, describe, expect, it } from 'vitest';
import { authenticationRequest } from '../../../service/saml/authentication-request.ts';
import { type IdentityProvider, identityProviderOf } from '../../../service/saml/identity-provider.ts';
import { METADATA, PROTOCOL } from '../../../service/saml/namespaces.ts';
import { attributeOf, childrenOf, readPlainXml } from '../../../service/saml/plain-xml.ts';
import { serviceProviderMetadata } from '../../../service/saml/service-provider-metadata.ts';
import { frozenClock } from '../../support/clock.ts';
import { IDENTITY_PROVIDER, identityProviderMetadata, SIGN_ON_URL } from '../../support/saml/metadata.ts';
import { requestIn } from '../../support/saml/portal.ts';
import { CONSUMER, ENTITY_ID } from '../../support/saml/response.ts';
import { createSigningCertificate } from '../../support/saml/signing-certificate.ts';

const serviceProvider = { entityId: ENTITY_ID, assertionConsumerUrl: CONSUMER };
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
let identityProvider: IdentityProvider;

beforeAll(async () => {
  const certificates = [await createSigningCertificate()];
  identityProvider = identityProviderOf(identityProviderMetadata({ certificates }), frozenClock().now());
});

describe('the portal’s metadata', () => {
  it('names the portal and its one consumer, wants signed assertions, and holds no key', () => {
    const entity = readPlainXml(serviceProviderMetadata(serviceProvider));
    expect(attributeOf(entity, 'entityID')).toBe(ENTITY_ID);
    const [descriptor] = childrenOf(entity, METADATA, 'SPSSODescriptor');
    if (!descriptor) return expect.fail('there is no SPSSODescriptor');
    expect(attributeOf(descriptor, 'WantAssertionsSigned')).toBe('true');
    expect(attributeOf(descriptor, 'AuthnRequestsSigned')).toBe('false');
    expect(attributeOf(descriptor, 'protocolSupportEnumeration')).toBe(PROTOCOL);
    expect(descriptor.children.map(({ local }) => local)).toEqual(['AssertionConsumerService']);
    const consumers = childrenOf(descriptor, METADATA, 'AssertionConsumerService');
    expect(
      consumers.map((consumer) => [attributeOf(consumer, 'Binding'), attributeOf(consumer, 'Location')]),
    ).toEqual([['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', CONSUMER]]);
  });

  it('is the same every time, and another where it says something else', () => {
    const named = { ...serviceProvider, nameIdFormat: PERSISTENT };
    expect(serviceProviderMetadata(serviceProvider)).toBe(serviceProviderMetadata(serviceProvider));
    expect(serviceProviderMetadata(named)).toContain(`<NameIDFormat>${PERSISTENT}</NameIDFormat>`);
    const idOf = (metadata: string) => attributeOf(readPlainXml(metadata), 'ID');
    expect(idOf(serviceProviderMetadata(named))).not.toBe(idOf(serviceProviderMetadata(serviceProvider)));
  });
});

describe('a request', () => {
  it('goes to the identity provider’s address, and says who asks and where the answer goes', async () => {
    const { id, location } = await authenticationRequest(serviceProvider, identityProvider, {
      forceAuthn: false,
    });
    expect(location.startsWith(`${SIGN_ON_URL}?SAMLRequest=`)).toBe(true);
    const request = readPlainXml(requestIn(location));
    expect(Object.fromEntries(request.attributes.map(({ local, value }) => [local, value]))).toEqual({
      ID: id,
      Version: '2.0',
      IssueInstant: expect.any(String),
      ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
      Destination: SIGN_ON_URL,
      AssertionConsumerServiceURL: CONSUMER,
    });
    // A way of authentication is not asked for: whoever signs in with a passkey would be refused.
    expect(request.children.map(({ local, text }) => [local, text])).toEqual([
      ['Issuer', ENTITY_ID],
      ['NameIDPolicy', ''],
    ]);
  });

  it('has an id that nobody can guess', async () => {
    const request = () => authenticationRequest(serviceProvider, identityProvider, { forceAuthn: false });
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await request()).id));
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^_[0-9a-f]{40}$/);
  });

  it('can ask for a name of a certain kind, and for a new sign-in', async () => {
    const named = { ...serviceProvider, nameIdFormat: PERSISTENT };
    const request = requestIn(
      (await authenticationRequest(named, identityProvider, { forceAuthn: true })).location,
    );
    expect(request).toContain(`Format="${PERSISTENT}"`);
    expect(request).toContain('ForceAuthn="true"');
  });

  it('keeps the parameters that the address has', async () => {
    const withQuery = { ...identityProvider, signOnUrl: `${SIGN_ON_URL}?idpid=C0123` };
    const { location } = await authenticationRequest(serviceProvider, withQuery, { forceAuthn: false });
    expect(new URL(location).searchParams.get('idpid')).toBe('C0123');
    expect(identityProvider.entityId).toBe(IDENTITY_PROVIDER);
  });
});
