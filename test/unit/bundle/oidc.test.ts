// The OpenID Connect room in the portal's bundle: a module of its own, as that of SAML is; and the broker has nothing of it.
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildOptions } from '../../../lib/function-code.ts';

/** Nothing is written. */
const options = { ...buildOptions(true), metafile: true, write: false, outdir: 'bundle' } as const;

const oidc = /node_modules\/(openid-client|oauth4webapi)\/|service\/oidc\//;
const saml = /node_modules\/(@node-saml|saxes|@xmldom|xml-crypto)\/|service\/saml\//;

/** What is read once this output is, for it or below it, without being asked for later. */
function inputsOf({ outputs }: Metafile, output: string, seen = new Set<string>()): string[] {
  if (seen.has(output)) return [];
  seen.add(output);
  const { inputs = {}, imports = [] } = outputs[output] ?? {};
  const chunks = imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
  return [
    ...Object.keys(inputs),
    ...chunks.flatMap(({ path }) => inputsOf({ outputs, inputs: {} }, path, seen)),
  ];
}

describe('the portal’s bundle', () => {
  let metafile: Metafile;
  beforeAll(async () => {
    ({ metafile } = await build({ ...options, entryPoints: { index: 'service/portal/main.ts' } }));
  });
  const loadedBy = (entryPoint: string) => {
    const [output] =
      Object.entries(metafile.outputs).find(([, { entryPoint: of }]) => of === entryPoint) ?? [];
    if (output === undefined) throw new Error(`the bundle has no module of ${entryPoint}`);
    return inputsOf(metafile, output);
  };
  const isOf = (pattern: RegExp) => (path: string) => pattern.test(path);

  it('begins without the libraries of either way to sign in', () => {
    const loaded = loadedBy('service/portal/main.ts');
    expect(loaded).toContain('service/portal/api.ts');
    expect(loaded.filter(isOf(oidc))).toEqual([]);
    expect(loaded.filter(isOf(saml))).toEqual([]);
  });

  it('loads those of the one way, and not of the other', () => {
    const [byOidc, bySaml] = [
      loadedBy('service/portal/oidc-sign-in.ts'),
      loadedBy('service/portal/saml-sign-in.ts'),
    ];
    expect(byOidc.some(isOf(/openid-client/))).toBe(true);
    expect(byOidc.filter(isOf(saml))).toEqual([]);
    expect(bySaml.some(isOf(/node-saml/))).toBe(true);
    expect(bySaml.filter(isOf(oidc))).toEqual([]);
  });
});

describe('the broker’s bundle', () => {
  it('has no part of it', async () => {
    const { metafile } = await build({ ...options, entryPoints: { index: 'service/broker/main.ts' } });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain('service/broker/main.ts');
    expect(inputs.filter((path) => oidc.test(path))).toEqual([]);
  });
});
