// Forgeries of what a signed ID token says: as only a provider that is wrong, or another's token, would have it.

import { TENANT_CLAIM } from '../../../support/oidc/portal.ts';
import { CLIENT, ISSUER } from '../../../support/oidc/provider.ts';
import { CANARY, type Forgery } from './forgery.ts';

type Claims = Readonly<Record<string, unknown>>;
type Row = readonly [name: string, claims: Claims | ((now: number) => Claims)];

const rows = (refused: Forgery['refused'], says: string, ...all: readonly Row[]): Forgery[] =>
  all.map(([name, claims]) => ({
    name: `an ID token ${name}`,
    issuing: ({ provider }) => ({
      claims: typeof claims === 'function' ? claims(provider.clock.seconds()) : claims,
    }),
    refused,
    says,
  }));

export const claims: readonly Forgery[] = [
  ...rows(
    'IssuerMismatch',
    '(iss)',
    ['of another issuer', { iss: 'https://evil.example.com' }],
    ['whose issuer has a slash more', { iss: `${ISSUER}/` }],
    ['whose issuer is written otherwise', { iss: ISSUER.toUpperCase() }],
  ),
  ...rows(
    'AudienceMismatch',
    '(aud)',
    ['for another client', { aud: CANARY }],
    ['for others', { aud: [CANARY, 'other'] }],
    ['for a client whose name is written otherwise', { aud: CLIENT.toUpperCase() }],
    ['for no client', { aud: [] }],
  ),
  ...rows(
    'AudienceMismatch',
    '',
    ['for the portal and another, which does not say to whom it was issued', { aud: [CLIENT, CANARY] }],
    ['for the portal and another, to which it was issued', { aud: [CLIENT, CANARY], azp: CANARY }],
  ),
  ...rows('AudienceMismatch', '(azp)', ['for the portal alone that was issued to another', { azp: CANARY }]),
  ...rows(
    'RequestMismatch',
    '(nonce)',
    ['to another request', { nonce: CANARY }],
    ['to an empty request', { nonce: '' }],
  ),
  ...rows(
    'ResponseExpired',
    '(exp)',
    ['that ended a minute ago', (now) => ({ exp: now - 60 })],
    ['that ended long ago', { exp: 0 }],
  ),
  ...rows('ResponseNotYetValid', '(nbf)', ['that begins later', (now) => ({ nbf: now + 61 })]),
  ...rows('ResponseNotYetValid', '(iat)', ['of the future', (now) => ({ iat: now + 61 })]),
  ...rows(
    'ResponseMalformed',
    'cannot be read',
    ...['iss', 'aud', 'exp', 'iat', 'sub', 'nonce'].map(
      (name): Row => [`without ${name}`, { [name]: undefined }],
    ),
    ['whose issuer is a list', { iss: [ISSUER] }],
    ['whose audience is a number', { aud: 1 }],
    ['whose end is a text', { exp: '4102444800' }],
    ['whose time is a text', { iat: '0' }],
    ['whose subject is a number', { sub: 1 }],
  ),
  ...rows(
    'NameIdNotAllowed',
    'the claim sub, which names the user',
    ['that names nobody', { sub: '' }],
    ['that names somebody with a space before', { sub: ' ada' }],
    ['that names somebody in two lines', { sub: 'ada\nroot' }],
    ['that names somebody at length', { sub: 'a'.repeat(257) }],
  ),
  ...rows(
    'AttributeNotAllowed',
    'the groups',
    ['whose groups are a number', { groups: 1 }],
    ['whose groups are an object', { groups: { dba: true } }],
    ['one of whose groups is a list', { groups: ['dba', ['root']] }],
    ['one of whose groups is nothing', { groups: ['dba', null] }],
  ),
  ...rows(
    'TenantNotAllowed',
    'exactly one value',
    ['of two tenants', { [TENANT_CLAIM]: ['Yellow', 'Blue'] }],
    ['of no tenant', { [TENANT_CLAIM]: [] }],
    ['of a tenant without a name', { [TENANT_CLAIM]: '' }],
  ),
  ...rows('AttributeNotAllowed', 'the tenant', ['of a tenant that is an object', { [TENANT_CLAIM]: {} }]),
];
