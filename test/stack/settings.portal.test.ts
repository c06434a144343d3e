// The settings of a portal: what is taken, what is filled in, and how the rest is reported.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metadataFile, portalWith } from '../support/portal-settings.ts';
import { settingsOf } from './synthesis.ts';

const settingsWith = (portal: unknown, settings: object = {}, environment = 'sandbox') =>
  settingsOf({ [environment]: { ...settings, portal } })[0];
const expectProblem = (portal: Record<string, unknown>, message: string, settings: object = {}) =>
  expect(() => settingsWith(portalWith(portal), settings)).toThrow(`\nenvironments.sandbox.portal${message}`);
const saml = (over: Record<string, unknown>) => ({
  identityProvider: { saml: { metadata: metadataFile, ...over } },
});

describe('a portal', () => {
  it('is absent unless it is set', () => {
    expect(settingsOf({ sandbox: {} })[0]).not.toHaveProperty('portal');
  });

  it('has defaults for all but the identity provider and the targets', () => {
    expect(settingsWith(portalWith())?.portal).toEqual({
      urlPrefix: '',
      identityProvider: { saml: { metadata: metadataFile } },
      sessionSeconds: 28_800,
      tenantTagKey: 'TenantID',
      targets: [
        {
          service: 'admin',
          role: 'arn:aws:iam::111122223333:role/Administrator',
          duration: 3_600,
          groups: ['cloudadmin'],
          everyone: false,
          mode: 'web-identity',
        },
      ],
    });
  });

  it.each<[unknown, string]>([
    [{}, '.identityProvider: must have saml or oidc'],
    [null, ' is null: must have identityProvider and targets'],
    ['none', ' is "none": must have identityProvider and targets'],
    [{ ...portalWith(), targts: [] }, ' has no targts; did you mean targets?'],
    [{ ...portalWith(), url_prefix: '/aws' }, ' has no url_prefix; did you mean urlPrefix?'],
  ])('must not be %j', (portal, message) => {
    expect(() => settingsWith(portal)).toThrow(`\nenvironments.sandbox.portal${message}`);
  });

  it('has a name of its own where the environment has a domain', () => {
    const domain = { product: 'shop', topLevelDomain: 'example.com', hostedZoneId: 'Z0123456789EXAMPLE' };
    const settings = settingsWith(portalWith(), { region: 'eu-west-1', domain }, 'gamma');
    expect(settings?.portal?.domain).toEqual({
      name: 'console.eu-west-1.gamma.shop.example.com',
      hostedZoneId: 'Z0123456789EXAMPLE',
    });
  });
});

describe('the prefix of its URLs', () => {
  it.each(['', '/aws', '/aws/console', '/_-~.9'.replace('.', '')])('may be "%s"', (urlPrefix) => {
    expect(settingsWith(portalWith({ urlPrefix }))?.portal?.urlPrefix).toBe(urlPrefix);
  });

  it.each(['/', 'aws', '/aws/', '//aws', '/..', '/./aws', '/a?b', '/a b', '/%61', '/a/b/c/d/e'])(
    'must not be "%s"',
    (urlPrefix) => {
      expectProblem({ urlPrefix }, `.urlPrefix is "${urlPrefix}": must be empty, or a path as /aws`);
    },
  );
});

describe('the identity provider', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'portal-settings-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = (text: string) => {
    const path = join(directory, 'metadata.xml');
    writeFileSync(path, text);
    return path;
  };

  it.each(['https://login.example.com/metadata?app=1', 'http://127.0.0.1:4568/metadata'])(
    'may publish its metadata at %s',
    (metadata) => {
      const { identityProvider } = settingsWith(portalWith(saml({ metadata })))?.portal ?? {};
      expect(identityProvider).toEqual({ saml: { metadata } });
    },
  );

  it.each([
    'http://login.example.com/metadata',
    'http://127.0.0.1.example.com/metadata',
    'ftp://login.example.com/',
    'https://',
    '',
  ])('must not publish its metadata at "%s"', (metadata) => {
    expectProblem(
      saml({ metadata }),
      `.identityProvider.saml.metadata is ${JSON.stringify(metadata)}: must be the path`,
    );
  });

  it('is on the machine itself in the sandbox alone', () => {
    const portal = portalWith(saml({ metadata: 'http://127.0.0.1:4568/metadata' }));
    expect(() => settingsWith(portal, {}, 'gamma')).toThrow(
      'portal.identityProvider.saml.metadata is "http://127.0.0.1:4568/metadata": must be https',
    );
  });

  it('shows no password of a URL', () => {
    expect(() => settingsWith(portalWith(saml({ metadata: 'https://ada:canary@idp.example.com/' })))).toThrow(
      /metadata is "https:\/\/…@idp\.example\.com\/": must be a URL without user name, password/,
    );
  });

  it.each([
    ['no metadata', '<a/>', 'must be the metadata of a SAML identity provider'],
    [
      'metadata of a service provider',
      '<EntityDescriptor entityID="x"><SPSSODescriptor/></EntityDescriptor>',
      'must be the metadata of a SAML identity provider',
    ],
    ['a private key', '-----BEGIN PRIVATE KEY-----', 'must have no private key'],
    ['more than a megabyte', ' '.repeat(1_000_001), 'must have at most 1000000 bytes, and has 1000001'],
  ])('must not be a file of %s', (_, text, message) => {
    const metadata = file(text);
    expectProblem(saml({ metadata }), `.identityProvider.saml.metadata is "${metadata}": ${message}`);
  });

  it('must not be a file that there is not', () => {
    expectProblem(
      saml({ metadata: join(directory, 'none.xml') }),
      `.identityProvider.saml.metadata is "${join(directory, 'none.xml')}": must be a file, and there is none`,
    );
  });

  it('is one', () => {
    const oidc = { issuer: 'https://login.example.com', clientId: 'portal' };
    expectProblem({ identityProvider: { saml: { metadata: metadataFile }, oidc } }, '.identityProvider is ');
    expectProblem({ identityProvider: {} }, '.identityProvider is {}: must have saml or oidc, and not both');
    expectProblem({ identityProvider: { samll: {} } }, '.identityProvider has no samll; did you mean saml?');
    expectProblem(
      saml({ groupAttribute: 'x' }),
      '.identityProvider.saml has no groupAttribute; did you mean',
    );
  });
});

describe('an identity provider of OpenID Connect', () => {
  const oidc = (over: Record<string, unknown> = {}) => ({
    identityProvider: { oidc: { issuer: 'https://login.example.com/v2.0', clientId: 'portal', ...over } },
  });

  it('has defaults for all but issuer and client: the portal proves itself by its key', () => {
    expect(settingsWith(portalWith(oidc()))?.portal?.identityProvider).toEqual({
      oidc: {
        issuer: 'https://login.example.com/v2.0',
        clientId: 'portal',
        clientAuthentication: 'private_key_jwt',
        assertionAudience: 'issuer',
        scopes: ['profile', 'email'],
      },
    });
  });

  it.each([
    'https://login.example.com/',
    'https://login.example.com:8443/realms/a',
    'http://127.0.0.1:4570/oidc',
  ])('may be %s', (issuer) => {
    expect(settingsWith(portalWith(oidc({ issuer })))?.portal?.identityProvider.oidc?.issuer).toBe(issuer);
  });

  it.each([
    'http://login.example.com',
    'http://127.0.0.1.example.com/',
    'http://127.0.0.1:4570/oidc#part',
    'https://login.example.com/?a=1',
    'https://login.example.com/#part',
    'https://login.example.com:port/',
    'login.example.com',
    '',
  ])('must not be "%s"', (issuer) => {
    expectProblem(
      oidc({ issuer }),
      `.identityProvider.oidc.issuer is "${issuer}": must be the https URL of the issuer`,
    );
  });

  it('is on the machine itself in the sandbox alone', () => {
    const portal = portalWith(oidc({ issuer: 'http://127.0.0.1:4570/oidc' }));
    expect(() => settingsWith(portal, {}, 'gamma')).toThrow(
      'portal.identityProvider.oidc.issuer is "http://127.0.0.1:4570/oidc": must be https',
    );
  });

  it.each<[Record<string, unknown>, string]>([
    [{ clientId: '' }, '.clientId is "": must be a client id'],
    [
      { clientAuthentication: 'client_secret_basic' },
      '.clientAuthentication is "client_secret_basic": must be',
    ],
    [{ clientSecret: 'canary' }, ' has no clientSecret'],
    [
      { assertionAudience: 'https://a' },
      '.assertionAudience is "https://a": must be issuer or token_endpoint',
    ],
    [{ scopes: 'profile' }, '.scopes is "profile": must be a list of names of scopes'],
    [{ scopes: ['a b'] }, '.scopes.0 is "a b": must be the name of a scope'],
    [{ groupClaim: 'x' }, ' has no groupClaim; did you mean groupsClaim?'],
  ])('must not have %j', (over, message) => {
    expectProblem(oidc(over), `.identityProvider.oidc${message}`);
  });
});

describe('the session', () => {
  it.each([899, 43_201])('must not last %d seconds', (sessionSeconds) => {
    expectProblem(
      { sessionSeconds },
      `.sessionSeconds is ${sessionSeconds}: must be a whole number from 900`,
    );
  });

  it.each([
    ['aws:Tenant', 'must be the key of a session tag'],
    ['', 'must be the key of a session tag'],
    ['user', 'must not be User or Group'],
    ['Group', 'must not be User or Group'],
  ])('must not have the tenant in the tag "%s"', (tenantTagKey, message) => {
    expectProblem({ tenantTagKey }, `.tenantTagKey is "${tenantTagKey}": ${message}`);
  });
});
