// The SAML room in a bundle: it runs as an ES module, although the library below it is CommonJS; and the broker has nothing of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { buildOptions } from '../../../lib/function-code.ts';
import type * as Room from '../../../service/saml/saml-sign-in.ts';

const directory = mkdtempSync(join(tmpdir(), 'saml-bundle-'));
afterAll(() => rmSync(directory, { recursive: true }));

const options = { ...buildOptions(true), minify: true, metafile: true, outdir: directory } as const;

describe('bundled as an ES module', () => {
  it('the SAML room loads, and writes its metadata and a request', async () => {
    const entryPoints = { saml: 'service/saml/saml-sign-in.ts' };
    await build({ ...options, entryPoints, outExtension: { '.js': '.mjs' } });
    const { SamlSignIn } = (await import(pathToFileURL(join(directory, 'saml.mjs')).href)) as typeof Room;
    const signIn = new SamlSignIn({
      serviceProvider: { entityId: 'https://a/saml/metadata', assertionConsumerUrl: 'https://a/saml/acs' },
      identityProvider: () => ({
        entityId: 'https://idp.example.com',
        signOnUrl: 'https://idp.example.com/sso',
        certificates: [{ pem: 'none', notBefore: 0, notAfter: 0 }],
      }),
      attributes: { groups: ['groups'] },
      pendingSignIns: { begin: async () => 'binding', take: () => expect.fail('nothing is brought') },
      takenOnce: { take: () => expect.fail('nothing is brought') },
      now: () => 0,
    });
    expect(signIn.metadata()).toContain('Location="https://a/saml/acs"');
    expect((await signIn.begin({ path: '/', isAsked: false })).location).toMatch(
      /^https:\/\/idp.example.com\/sso\?SAML/,
    );
    await expect(signIn.finish(new URLSearchParams(), undefined)).rejects.toMatchObject({
      code: 'ResponseMalformed',
    });
  });

  it('the broker has no part of it, nor of the packages that it needs', async () => {
    const { metafile } = await build({ ...options, entryPoints: { broker: 'service/broker/main.ts' } });
    const inputs = Object.keys(metafile.inputs);
    expect(
      inputs.filter((path) => /node-saml|saxes|xmldom|xml-crypto|service\/(saml|sign-in)\//.test(path)),
    ).toEqual([]);
    expect(inputs).toContain('service/broker/main.ts');
  });
});
