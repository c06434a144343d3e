// OpenID Connect providers of IAM: which URLs are taken, what is shown of one, and who may make it.
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  type CreateOpenIDConnectProviderCommandInput,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iam } from '../../sandbox/services/iam/service.ts';
import { bareAccount } from './fixtures/bare-account.ts';
import { type ServedAccount, serveAccount } from './fixtures/served-account.ts';

const accountId = '123456789012';
const arnOf = (name: string) => `arn:aws:iam::${accountId}:oidc-provider/${name}`;

let served: ServedAccount;
let client: IAMClient;

beforeAll(async () => {
  served = await serveAccount([iam]);
  client = new IAMClient(served.administrator);
});
afterAll(() => served.close());

const create = (Url: string, more: Partial<CreateOpenIDConnectProviderCommandInput> = {}, by = client) =>
  by.send(new CreateOpenIDConnectProviderCommand({ Url, ...more }));
const get = (arn: string) =>
  client.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
const remove = (arn: string) =>
  client.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
const list = async () =>
  (await client.send(new ListOpenIDConnectProvidersCommand())).OpenIDConnectProviderList?.map(
    ({ Arn }) => Arn,
  );

describe('a provider', () => {
  it('is made, shown without its scheme, listed and deleted', async () => {
    const { OpenIDConnectProviderArn: arn = '' } = await create('https://shown.example/path/', {
      ClientIDList: ['one', 'two'],
      ThumbprintList: ['a'.repeat(40)],
      Tags: [{ Key: 'Team', Value: 'blue' }],
    });
    expect(arn).toBe(arnOf('shown.example/path/'));
    expect(await get(arn)).toMatchObject({
      Url: 'shown.example/path/',
      ClientIDList: ['one', 'two'],
      ThumbprintList: ['a'.repeat(40)],
      Tags: [{ Key: 'Team', Value: 'blue' }],
      CreateDate: expect.any(Date),
    });
    expect(await list()).toContain(arn);
    await remove(arn);
    expect(await list()).not.toContain(arn);
    await expect(get(arn)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await remove(arn);
  });

  it('needs no client and no thumbprint, and gets a client once', async () => {
    const { OpenIDConnectProviderArn = '' } = await create('https://clients.example');
    for (const ClientID of ['one', 'one', 'two']) {
      await client.send(
        new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }),
      );
    }
    expect((await get(OpenIDConnectProviderArn)).ClientIDList).toEqual(['one', 'two']);
  });

  it('has 100 clients at most', async () => {
    const clients = Array.from({ length: 100 }, (_, n) => `client-${n}`);
    await expect(
      create('https://many.example', { ClientIDList: [...clients, 'more'] }),
    ).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    const { OpenIDConnectProviderArn = '' } = await create('https://many.example', { ClientIDList: clients });
    const add = (ClientID: string) =>
      client.send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
    await add('client-7');
    await expect(add('more')).rejects.toMatchObject({
      message: 'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100',
    });
  });

  it('is there once: the same host and path is taken, whatever the scheme', async () => {
    await create('http://127.0.0.1:4000/');
    for (const url of ['http://127.0.0.1:4000/', 'https://127.0.0.1:4000/']) {
      await expect(create(url)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    }
  });

  it.each([
    'https://idp.example.com',
    'https://idp.example.com/',
    'https://idp.example.com/tenant/v2.0',
    'http://localhost:4570/',
    'https://localhost:4568/pool',
    'http://127.0.0.1',
    'http://[::1]:4570',
  ])('may have the URL %s', (url) => {
    const { oidcProviders } = bareAccount().identities;
    expect(oidcProviders.create({ url }).url).toBe(url);
  });

  it.each([
    ['http://idp.example.com', 'it must begin with https://'],
    ['https://idp.example.com:8443', 'it must not contain a port'],
    ['http://idp.example.com:80', 'it must begin with https://'],
    ['https://user@idp.example.com', 'it must not contain a user'],
    ['https://idp.example.com?a=b', 'it must have no query and no fragment'],
    ['https://idp.example.com/#', 'it must have no query and no fragment'],
    ['https://localhost.example.com:1', 'it must not contain a port'],
    ['http://127.0.0.1.example.com', 'it must begin with https://'],
    ['ftp://localhost', 'it must begin with https://'],
    ['idp.example.com', 'it is no URL'],
    ['https://idp.example.com/a b', 'it is no URL'],
  ])('may not have the URL %s', async (url, says) => {
    await expect(create(url)).rejects.toMatchObject({
      message: `Invalid Open ID Connect Provider URL: ${says}`,
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });

  it.each<[string, string, object, RegExp]>([
    ['a URL of 256 characters', `https://${'a'.repeat(248)}`, {}, /'url'.* less than or equal to 255/],
    [
      'an empty client id',
      'https://e.example',
      { ClientIDList: [''] },
      /'clientID'.* greater than or equal to 1/,
    ],
    [
      'a client id of 256',
      'https://e.example',
      { ClientIDList: ['a'.repeat(256)] },
      /'clientID'.* less than or equal to 255/,
    ],
    ['a thumbprint of 39', 'https://e.example', { ThumbprintList: ['a'.repeat(39)] }, /'thumbprintList'/],
    [
      'six thumbprints',
      'https://e.example',
      { ThumbprintList: Array(6).fill('a'.repeat(40)) },
      /fewer than 6/,
    ],
  ])('is refused with %s, and then it is not there', async (_, url, more, says) => {
    await expect(create(url, more)).rejects.toMatchObject({ message: expect.stringMatching(says) });
    expect(await list()).not.toContain(arnOf(url.slice('https://'.length)));
  });

  it('is not there to be given a client', async () => {
    const OpenIDConnectProviderArn = arnOf('missing.example');
    const add = new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID: 'one' });
    await expect(client.send(add)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    });
  });
});

describe('the permission', () => {
  const by = (...statements: Record<string, unknown>[]) => new IAMClient(served.allowed(...statements));

  it('is asked for on the URL with its path', async () => {
    const Resource = arnOf('permitted.example/a/*');
    const permitted = by({ Action: 'iam:CreateOpenIDConnectProvider', Resource });
    await create('https://permitted.example/a/b', {}, permitted);
    await expect(create('https://permitted.example/b', {}, permitted)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(
        /perform: iam:CreateOpenIDConnectProvider on resource: arn:aws:iam::123456789012:oidc-provider\/permitted.example\/b because/,
      ),
    });
  });

  it('to tag is another', async () => {
    const Tags = [{ Key: 'Team', Value: 'blue' }];
    const making = { Action: 'iam:CreateOpenIDConnectProvider', Resource: '*' };
    await expect(create('https://tagged.example', { Tags }, by(making))).rejects.toMatchObject({
      message: expect.stringContaining('iam:TagOpenIDConnectProvider'),
    });
    const tagging = { Action: 'iam:TagOpenIDConnectProvider', Resource: '*' };
    await create('https://tagged.example', { Tags }, by(making, tagging));
  });

  it('may go by the provider’s tags', async () => {
    await create('https://blue.example', { Tags: [{ Key: 'Team', Value: 'blue' }] });
    await create('https://red.example', { Tags: [{ Key: 'Team', Value: 'red' }] });
    const blue = by({
      Action: 'iam:DeleteOpenIDConnectProvider',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/Team': 'blue' } },
    });
    const deleting = (name: string) =>
      blue.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arnOf(name) }));
    await expect(deleting('red.example')).rejects.toMatchObject({ name: 'AccessDenied' });
    await deleting('blue.example');
  });

  it('is asked for to list, to read and to add', async () => {
    const none = by({ Action: 's3:*', Resource: '*' });
    const OpenIDConnectProviderArn = arnOf('clients.example');
    for (const command of [
      new ListOpenIDConnectProvidersCommand(),
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }),
      new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID: 'x' }),
    ]) {
      await expect(none.send(command as ListOpenIDConnectProvidersCommand)).rejects.toMatchObject({
        name: 'AccessDenied',
      });
    }
  });
});
