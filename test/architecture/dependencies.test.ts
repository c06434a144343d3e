// The rules of who may construct, read or import what. Which room leads to which: rooms.test.ts.
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  packageOf,
  readManifest,
  runnableFilesOf,
  type SourceFile,
  sourceFile,
  sourceFilesOf,
} from '../support/source-tree.ts';

const service = sourceFilesOf('service');
const lib = sourceFilesOf('lib', 'bin');
const sandbox = sourceFilesOf('sandbox');
const all = [...service, ...lib, ...sandbox];

/** `file → import`, for the imports that a rule does not allow. */
const importsBeside = (files: readonly SourceFile[], allowed: (from: string) => boolean) =>
  files.flatMap(({ path, imports }) =>
    imports
      .filter(({ isPackage, from }) => !isPackage && !from.startsWith('node:') && !allowed(from))
      .map(({ from }) => `${path} → ${from}`),
  );
const filesThatImport = (files: readonly SourceFile[], matching: (name: string) => boolean) =>
  files.filter(({ imports }) => imports.some(({ from }) => matching(from))).map(({ path }) => path);
const filesWith = (files: readonly SourceFile[], pattern: RegExp) =>
  files.filter(({ code }) => pattern.test(code)).map(({ path }) => path);

describe('the folders', () => {
  it('lib imports of service only the names of the settings', () => {
    const settings = ['broker', 'data-access-broker', 'portal'].map(
      (name) => `service/${name}/environment.ts`,
    );
    const within = (from: string) => from.startsWith('lib/') || settings.includes(from);
    expect(importsBeside(lib, within)).toEqual([]);
  });

  it('only lib and bin import the CDK', () => {
    const isCdk = (name: string) => /^(aws-cdk-lib|constructs|cdk-nag)(\/|$)/.test(name);
    expect(filesThatImport([...service, ...sandbox], isCdk)).toEqual([]);
  });
});

describe('the function', () => {
  it('uses the AWS SDK only in its adapters and where it is put together', () => {
    const usesSdk = ({ imports }: SourceFile) =>
      imports.some(({ from, isTypeOnly }) => from.startsWith('@aws-sdk/') && !isTypeOnly);
    expect(service.filter(usesSdk).map(({ path }) => path)).toEqual([
      'service/broker/broker.ts',
      'service/broker/rehearsal-stage.ts',
      'service/broker/shared-sessions.ts',
      'service/bundle/execution-role-credentials.ts',
      'service/data-access/access-grants.ts',
      'service/identity-context/exchange-table.ts',
      'service/portal-sessions/command-line-codes.ts',
      'service/portal-sessions/portal-sessions.ts',
      'service/portal-sessions/portal-users.ts',
      'service/portal/main.ts',
      'service/registrations/access-metadata-table.ts',
      'service/sessions/assumed-role.ts',
      'service/shared-sessions/data-keys.ts',
      'service/shared-sessions/shared-items.ts',
      'service/sign-in/short-lived-table.ts',
      'service/usage-plans/cell-rate-table.ts',
      'service/web-identity/role-sessions.ts',
      'service/web-identity/signing-key.ts',
    ]);
  });

  it('makes clients, and reads the clock, only where it is put together', () => {
    const mains = ['service/broker/broker.ts', 'service/portal/main.ts'];
    const [broker, ...others] = mains;
    expect(filesWith(service, /\bnew \w*Client\(|\w+Client\.from\(/)).toEqual([
      broker,
      'service/broker/rehearsal-stage.ts',
      'service/broker/shared-sessions.ts',
      ...others,
    ]);
    expect(filesWith(service, /\bDate\.now\b|\bnew Date\(\s*\)/)).toEqual(mains);
  });

  it('reads process.env in one file', () => {
    expect(filesWith(service, /\bprocess\W+env\b|'node:process'/)).toEqual(['service/variables.ts']);
  });

  it('needs nothing that is not deployed with it', () => {
    const { dependencies } = readManifest();
    const packages = service.flatMap(({ imports }) =>
      imports
        .filter(({ isPackage, isTypeOnly }) => isPackage && !isTypeOnly)
        .map(({ from }) => packageOf(from)),
    );
    expect(new Set(packages)).toEqual(new Set(Object.keys(dependencies)));
  });
});

describe('the libraries of SAML', () => {
  it('stand in the portal’s room of SAML: whatever else reads XML in the service has another reason', () => {
    const isSaml = (name: string) => ['@node-saml/node-saml', 'saxes'].includes(packageOf(name));
    expect(filesThatImport(service, isSaml)).toEqual([
      'service/saml/authentication-request.ts',
      'service/saml/plain-xml.ts',
      'service/saml/service-provider-metadata.ts',
      'service/saml/verified-response.ts',
    ]);
  });
});

describe('the library of OpenID Connect', () => {
  it('stands in the portal’s room of it, and where that is put together', () => {
    expect(filesThatImport(service, (name) => packageOf(name) === 'openid-client')).toEqual([
      'service/oidc/authorization-answer.ts',
      'service/oidc/authorization-request.ts',
      'service/oidc/client-assertion.ts',
      'service/oidc/code-exchange.ts',
      'service/oidc/exchange-refusal.ts',
      'service/oidc/id-token.ts',
      'service/oidc/identity-provider.ts',
      'service/portal/oidc-sign-in.ts',
    ]);
  });
});

describe('the client library', () => {
  const library = sourceFilesOf('client/library');
  const { dependencies, peerDependencies } = readManifest('client/library');

  it('needs two packages besides the types of the SDK, and one that every SDK client brings along', () => {
    expect(Object.keys(dependencies)).toEqual([
      '@aws-crypto/sha256-js',
      '@smithy/signature-v4',
      '@smithy/types',
    ]);
    expect(Object.keys(peerDependencies ?? {})).toEqual(['@aws-sdk/credential-provider-node']);
    const imports = library.flatMap((file) => file.imports).filter(({ isPackage }) => isPackage);
    expect(new Set(imports.map(({ from }) => packageOf(from)))).toEqual(
      new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies ?? {})]),
    );
    const types = imports.filter(({ from }) => from === '@smithy/types');
    expect(types.every(({ isTypeOnly }) => isTypeOnly)).toBe(true);
  });

  it('logs nothing', () => {
    expect(filesWith(library, /\bconsole\b|\bprocess\b/)).toEqual([]);
  });
});

describe('the examples', () => {
  const examples = sourceFilesOf('examples');

  it('are of applications: they import packages, and no file of the project but those of the same application', () => {
    expect(examples.length).toBeGreaterThan(2);
    const folders = new Set(examples.map(({ path }) => dirname(path)));
    for (const folder of folders) {
      const ofFolder = examples.filter(({ path }) => dirname(path) === folder);
      expect(importsBeside(ofFolder, (from) => dirname(from) === folder)).toEqual([]);
    }
    expect(
      filesThatImport([...all, ...sourceFilesOf('client', 'demo', 'probe')], (from) =>
        from.startsWith('examples/'),
      ),
    ).toEqual([]);
  });
});

describe('the construct for applications', () => {
  const packagesOf = (files: readonly SourceFile[]) =>
    new Set(
      files.flatMap(({ imports }) =>
        imports.filter(({ isPackage }) => isPackage).map(({ from }) => packageOf(from)),
      ),
    );
  const files = sourceFilesOf('client/infrastructure');
  const isOfFunction = ({ path }: SourceFile) => path.startsWith('client/infrastructure/registration/');

  it('needs the CDK as its user has it, and nothing else', () => {
    const { dependencies = {}, peerDependencies = {} } = readManifest('client/infrastructure');
    expect(dependencies).toEqual({});
    expect(packagesOf(files.filter((file) => !isOfFunction(file)))).toEqual(
      new Set(Object.keys(peerDependencies)),
    );
  });

  it('has a function that needs what the client library needs', () => {
    const { dependencies } = readManifest('client/library');
    expect(packagesOf(files.filter(isOfFunction))).toEqual(new Set(Object.keys(dependencies)));
  });
});

describe('the policy simulator', () => {
  const name = '@cloud-copilot/iam-simulate';

  it('stands behind one file of the sandbox, and is never deployed: its licence is the AGPL', () => {
    expect(filesThatImport(all, (from) => packageOf(from) === name)).toEqual([
      'sandbox/authorization/authorization.ts',
    ]);
    expect(filesWith(all, /iam-simulate/)).toEqual(['sandbox/authorization/authorization.ts']);
    expect(readManifest().dependencies).not.toHaveProperty([name]);
  });
});

describe('every file', () => {
  it('exports by name', () => {
    expect(filesWith(all, /^export default\b|\bas default\b/m)).toEqual([]);
  });

  it('names the files it imports with their ending', () => {
    expect(importsBeside(all, (from) => /\.(ts|mjs|json)$/.test(from))).toEqual([]);
  });
});

describe('a text that may be a URL', () => {
  const folders = [
    'bench',
    'bin',
    'client',
    'demo',
    'examples',
    'lib',
    'probe',
    'sandbox',
    'scripts',
    'service',
  ];
  // URL.canParse of Node.js 20 takes some for none, once it has been optimized. In pieces: this file is no exception.
  const asking = new RegExp(`\\b${['can', 'Parse'].join('')}\\b`);

  it('is parsed, and never asked whether it could be', () => {
    expect(filesWith(runnableFilesOf(...folders, 'test'), asking)).toEqual([]);
  });
});

describe('these rules see', () => {
  it('the files', () => {
    for (const files of [service, lib, sandbox]) expect(files.length).toBeGreaterThan(5);
    expect(service.find(({ path }) => path === 'service/broker/broker.ts')?.imports).toContainEqual({
      from: 'service/broker/api.ts',
      isPackage: false,
      isTypeOnly: false,
    });
  });

  it('every form of an import, and none in a comment', () => {
    const { imports } = sourceFile(
      'service/example.ts',
      [
        "import { a,\n  b } from './a.ts';",
        "import type { C } from '../lib/c.ts';",
        "import './d.ts';",
        "export { e } from 'zod/mini';",
        "export * from '@aws-sdk/client-sts';",
        "const f = await import('./f.ts');",
        "import { join } from 'node:path';",
        "// import { g } from './g.ts';",
        "/* import { h } from './h.ts'; */",
      ].join('\n'),
    );
    expect(imports).toEqual([
      { from: 'service/a.ts', isPackage: false, isTypeOnly: false },
      { from: 'lib/c.ts', isPackage: false, isTypeOnly: true },
      { from: 'service/d.ts', isPackage: false, isTypeOnly: false },
      { from: 'zod/mini', isPackage: true, isTypeOnly: false },
      { from: '@aws-sdk/client-sts', isPackage: true, isTypeOnly: false },
      { from: 'service/f.ts', isPackage: false, isTypeOnly: false },
      { from: 'node:path', isPackage: false, isTypeOnly: false },
    ]);
  });
});
