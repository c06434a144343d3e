// What the broker's functions load at every start: the schema library is not among it, and nothing loads it before the table has answered.
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { buildOptions } from '../../../lib/function-code.ts';

const SCHEMA = /node_modules\/zod\/|service\/registrations\/(registration|schema|trusted-issuer)\.ts$/;

async function bundled(entryPoint: string): Promise<Metafile> {
  const { metafile } = await build({
    ...buildOptions(false),
    entryPoints: { index: entryPoint },
    outdir: 'bundle',
    write: false,
    metafile: true,
  });
  return metafile;
}

/** Of the module that is started, and of those that it imports before it runs. */
function startedWith({ outputs }: Metafile): string[] {
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external) visit(imported);
  };
  visit('bundle/index.js');
  return [...seen].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
}

describe.each(['service/broker/main.ts', 'service/data-access-broker/main.ts'])('%s', (entryPoint) => {
  it('is started without the schema of registrations, which lies in a module of its own', async () => {
    const metafile = await bundled(entryPoint);
    expect(startedWith(metafile)).toContain(entryPoint);
    expect(startedWith(metafile).filter((path) => SCHEMA.test(path))).toEqual([]);
    expect(Object.keys(metafile.inputs)).toContain('service/registrations/registration.ts');
  });
});
