// The SAML room in a bundle: it runs as an ES module, although the library below it is CommonJS; and the broker has nothing of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import type * as Room from '../../../service/saml/saml-sign-in.ts';

const directory = mkdtempSync(join(tmpdir(), 'saml-bundle-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** As lib/function-code.ts bundles, which writes a directory of a synthesis. */
const options = {
  bundle: true,
  packages: 'bundle',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  metafile: true,
  banner: {
    js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;

describe('bundled as an ES module', () => {
  it('the SAML room loads, and writes its metadata and a request', async () => {
    const outfile = join(directory, 'saml.mjs');
    await build({ ...options, entryPoints: ['service/saml/saml-sign-in.ts'], outfile });
    const { SamlSignIn } = (await import(pathToFileURL(outfile).href)) as typeof Room;
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
    const { metafile } = await build({
      ...options,
      entryPoints: ['service/broker/main.ts'],
      outfile: join(directory, 'broker.mjs'),
    });
    const inputs = Object.keys(metafile.inputs);
    expect(
      inputs.filter((path) => /node-saml|saxes|xmldom|xml-crypto|service\/(saml|sign-in)\//.test(path)),
    ).toEqual([]);
    expect(inputs).toContain('service/broker/main.ts');
  });
});
