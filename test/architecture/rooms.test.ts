// The rooms of the house: which folder may import of which, and that no way leads back.
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circlesIn, importGraphOf, roomsOf } from '../support/import-graph.ts';
import { sourceFile, sourceFilesOf } from '../support/source-tree.ts';

/** What is below all rooms of the sandbox. The other files beside it put the sandbox together. */
const sandboxGround = ['aws-error', 'constraints', 'log-groups', 'loopback-listener', 'next-page'].map(
  (name) => `sandbox/${name}.ts`,
);

function roomOf(path: string): string {
  if (sandboxGround.includes(path)) return 'sandbox (ground)';
  const folder = dirname(path);
  // What watches over a function is part of its stack, and the doctor's steps of their command.
  if (folder === 'client/cli/doctor') return 'client/cli';
  return /^lib\/\w+\/monitoring$/.test(folder) ? dirname(folder) : folder;
}

/** Every room with its neighbours: what its files import of the project, besides each other. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  bin: [
    'lib/access-grants',
    'lib/broker',
    'lib/identity-center',
    'lib/identity-provider',
    'lib/portal',
    'lib/settings',
  ],

  lib: [],
  'lib/monitoring': [],
  'lib/settings': ['service/broker', 'service/data-access-broker', 'service/portal'],
  'lib/identity-provider': ['lib', 'lib/settings'],
  'lib/broker': ['lib', 'lib/monitoring', 'lib/settings', 'service/broker', 'service/data-access-broker'],
  'lib/identity-center': ['lib/settings'],
  'lib/access-grants': ['lib', 'lib/identity-center', 'lib/settings'],
  'lib/portal': ['lib', 'lib/monitoring', 'lib/settings', 'service/portal'],

  service: [],
  'service/bundle': [],
  'service/tracing': ['service'],
  'service/usage-plans': ['service'],
  'service/sign-in': ['service'],
  'service/saml': ['service', 'service/sign-in'],
  'service/oidc': ['service', 'service/sign-in'],
  'service/tokens': ['service'],
  'service/targets': ['service'],
  'service/console': ['service'],
  'service/pages': [],
  'service/portal': [
    'service',
    'service/audit',
    'service/console',
    'service/oidc',
    'service/pages',
    'service/portal-sessions',
    'service/saml',
    'service/sign-in',
    'service/targets',
    'service/web-identity',
  ],
  'service/portal-sessions': ['service', 'service/sign-in'],
  'service/web-identity': ['service'],
  'service/registrations': ['service', 'service/tokens'],
  'service/sessions': ['service', 'service/registrations', 'service/tokens'],
  'service/audit': ['service', 'service/registrations', 'service/sessions', 'service/tokens'],
  'service/broker': [
    'service',
    'service/audit',
    'service/registrations',
    'service/sessions',
    'service/tokens',
    'service/tracing',
    'service/usage-plans',
  ],

  'service/data-access': ['service'],
  'service/identity-context': ['service'],
  'service/data-access-broker': [
    'service',
    'service/audit',
    'service/broker',
    'service/data-access',
    'service/identity-context',
    'service/registrations',
    'service/sessions',
    'service/tokens',
  ],

  client: [],
  'client/account': [],
  'client/cli': ['client', 'client/account', 'client/library', 'client/login', 'client/portal'],
  'client/library': [],
  'client/login': ['client'],
  'client/portal': ['lib/settings'],
  'client/infrastructure': ['client/library', 'client/portal'],
  'client/infrastructure/registration': ['client/infrastructure', 'client/library'],
  demo: [
    'client',
    'client/account',
    'demo/broker',
    'demo/console',
    'demo/data',
    'demo/narration',
    'sandbox/templates',
  ],
  'demo/narration': [],
  'demo/sandbox': ['client/account', 'sandbox', 'sandbox/account'],
  'demo/broker': ['client', 'client/account', 'demo/narration', 'demo/sandbox', 'sandbox', 'sandbox/account'],
  'demo/console': ['client/account', 'demo/narration', 'demo/sandbox', 'sandbox', 'sandbox/account'],
  'demo/data': [
    'client/account',
    'client/library',
    'demo/narration',
    'demo/sandbox',
    'sandbox',
    'sandbox/templates',
  ],
  probe: ['client', 'client/account'],
  scripts: [
    'client',
    'client/infrastructure',
    'lib/broker',
    'lib/settings',
    'service',
    'service/broker',
    'service/registrations',
    'service/tokens',
  ],

  'sandbox (ground)': [],
  'sandbox/templates': [],
  'sandbox/identities': ['sandbox (ground)'],
  'sandbox/user-pools': ['sandbox (ground)'],
  'sandbox/access-grants': ['sandbox (ground)', 'sandbox/identities'],
  'sandbox/kms-keys': ['sandbox (ground)', 'sandbox/identities'],
  'sandbox/issued-tokens': ['sandbox (ground)', 'sandbox/identities'],
  'sandbox/identity-center': ['sandbox (ground)', 'sandbox/identities'],
  'sandbox/account': [
    'sandbox (ground)',
    'sandbox/access-grants',
    'sandbox/identities',
    'sandbox/identity-center',
    'sandbox/kms-keys',
    'sandbox/user-pools',
  ],
  'sandbox/filter-patterns': ['sandbox (ground)'],
  'sandbox/insights': ['sandbox (ground)'],
  'sandbox/authorization': ['sandbox/account', 'sandbox/identities'],
  'sandbox/signatures': ['sandbox (ground)', 'sandbox/account', 'sandbox/identities'],
  'sandbox/lambda': ['sandbox (ground)', 'sandbox/identities'],
  'sandbox/protocols': ['sandbox (ground)', 'sandbox/account'],
  'sandbox/custom-resources': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/identities',
    'sandbox/lambda',
  ],
  'sandbox/http-api': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/identities',
    'sandbox/lambda',
    'sandbox/signatures',
  ],
  'sandbox/aws-endpoint': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/identities',
    'sandbox/protocols',
    'sandbox/signatures',
  ],
  'sandbox/services/cloudformation': ['sandbox (ground)', 'sandbox/account'],
  'sandbox/services/cognito-idp': ['sandbox (ground)', 'sandbox/account', 'sandbox/user-pools'],
  'sandbox/services/dynamodb': ['sandbox (ground)', 'sandbox/account'],
  'sandbox/services/iam': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/identities',
  ],
  'sandbox/services/identitystore': ['sandbox (ground)', 'sandbox/account', 'sandbox/identity-center'],
  'sandbox/services/kms': ['sandbox (ground)', 'sandbox/account', 'sandbox/kms-keys'],
  'sandbox/services/logs': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/filter-patterns',
    'sandbox/insights',
  ],
  'sandbox/services/s3': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/protocols',
    'sandbox/signatures',
  ],
  'sandbox/services/s3control': [
    'sandbox (ground)',
    'sandbox/access-grants',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/identities',
    'sandbox/services/s3',
  ],
  'sandbox/services/sso-admin': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/identities',
    'sandbox/identity-center',
  ],
  'sandbox/services/sso-oauth': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/identity-center',
    'sandbox/issued-tokens',
  ],
  'sandbox/services/sts': [
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/identities',
    'sandbox/issued-tokens',
  ],
  'sandbox/services': [
    'sandbox/account',
    'sandbox/services/cloudformation',
    'sandbox/services/cognito-idp',
    'sandbox/services/dynamodb',
    'sandbox/services/iam',
    'sandbox/services/identitystore',
    'sandbox/services/kms',
    'sandbox/services/logs',
    'sandbox/services/s3',
    'sandbox/services/s3control',
    'sandbox/services/sso-admin',
    'sandbox/services/sso-oauth',
    'sandbox/services/sts',
  ],
  'sandbox/sign-in': ['sandbox/account', 'sandbox/aws-endpoint', 'sandbox/identities'],
  'sandbox/identity-providers': [],
  'sandbox/resources': [
    'sandbox (ground)',
    'sandbox/access-grants',
    'sandbox/account',
    'sandbox/authorization',
    'sandbox/custom-resources',
    'sandbox/http-api',
    'sandbox/identities',
    'sandbox/identity-center',
    'sandbox/kms-keys',
    'sandbox/lambda',
    'sandbox/services/dynamodb',
    'sandbox/services/s3',
    'sandbox/templates',
    'sandbox/user-pools',
  ],
  sandbox: [
    'client',
    'client/portal',
    'sandbox (ground)',
    'sandbox/account',
    'sandbox/aws-endpoint',
    'sandbox/custom-resources',
    'sandbox/http-api',
    'sandbox/identities',
    'sandbox/identity-providers',
    'sandbox/kms-keys',
    'sandbox/lambda',
    'sandbox/resources',
    'sandbox/services',
    'sandbox/services/dynamodb',
    'sandbox/sign-in',
    'sandbox/templates',
    'sandbox/user-pools',
  ],
};

const house = sourceFilesOf('bin', 'client', 'demo', 'lib', 'probe', 'sandbox', 'scripts', 'service');
const everything = [...house, ...sourceFilesOf('bench')];

describe('the rooms', () => {
  it('have the neighbours that they are allowed, and use each of them', () => {
    expect(Object.fromEntries(roomsOf(importGraphOf(house), roomOf))).toEqual(allowed);
  });

  it('lead to no circle', () => {
    expect(circlesIn(new Map(Object.entries(allowed)))).toEqual([]);
  });

  it('are none of the demo’s: what others need of it belongs to the client', () => {
    const importers = [...importGraphOf(everything)].filter(([path]) => !path.startsWith('demo/'));
    expect(importers.filter(([, imported]) => imported.some((from) => from.startsWith('demo/')))).toEqual([]);
  });
});

describe('the files', () => {
  it('import each other in no circle, types included', () => {
    expect(circlesIn(importGraphOf(everything))).toEqual([]);
  });
});

describe('these rules see', () => {
  const graphOf = (files: Record<string, string>) =>
    importGraphOf(Object.entries(files).map(([path, text]) => sourceFile(path, text)));

  it('a circle of types alone', () => {
    const graph = graphOf({
      'service/a.ts': "import type { B } from './tokens/b.ts';",
      'service/tokens/b.ts': "import { c } from './c.ts';",
      'service/tokens/c.ts': "export type { A } from '../a.ts';",
    });
    expect(circlesIn(graph)).toEqual([
      'service/a.ts → service/tokens/b.ts → service/tokens/c.ts → service/a.ts',
    ]);
  });

  it('a circle that a file outside of it leads to', () => {
    const graph = graphOf({
      'service/a.ts': "import './b.ts';",
      'service/b.ts': "import './c.ts';",
      'service/c.ts': "import './b.ts';",
    });
    expect(circlesIn(graph)).toEqual(['service/b.ts → service/c.ts → service/b.ts']);
  });

  it('a way between rooms', () => {
    const graph = graphOf({ 'service/tokens/a.ts': "import '../sessions/b.ts';\nimport './c.ts';" });
    expect([...roomsOf(graph, roomOf)]).toEqual([['service/tokens', ['service/sessions']]]);
  });
});
