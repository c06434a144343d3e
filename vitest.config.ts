import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What is supported stands in package.json; the SDK need not repeat it in every worker.
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Milliseconds that nothing but a hang takes, however busy the machine is; a poll says first what it waits for. */
const patience = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 240_000 } } };

/** The test files of a worker share what they import, which takes longer to load than most of them take. */
const shared = { isolate: false, setupFiles: ['test/support/leave-as-found.ts'] };

/** What an application has from the registry, is here the library as it stands: see tsconfig.json. */
const resolve = {
  alias: {
    'iam-session-broker-client': fileURLToPath(new URL('client/library/index.ts', import.meta.url)),
  },
};

export default defineConfig({
  test: {
    // Every core: what is waited for is mostly processes of the sandbox, not the tests themselves.
    maxWorkers: '100%',
    globalSetup: ['test/support/temporary-directory.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          env,
          ...patience,
          ...shared,
          include: ['test/{architecture,unit,property,conformance,docs}/**/*.test.ts'],
          exclude: ['**/*.long.test.ts', '**/*.isolated.test.ts'],
        },
      },
      {
        // What replaces a module, or changes its process for good.
        test: {
          name: 'isolated',
          env,
          ...patience,
          include: ['test/**/*.isolated.test.ts'],
        },
      },
      {
        test: {
          name: 'stack',
          env,
          ...patience,
          ...shared,
          include: ['test/stack/**/*.test.ts'],
          exclude: ['**/*.long.test.ts'],
        },
      },
      {
        resolve,
        test: {
          name: 'sandbox',
          env,
          ...patience,
          ...shared,
          include: ['test/sandbox/**/*.test.ts'],
          exclude: ['**/*.long.test.ts'],
          globalSetup: ['test/sandbox/support/synthesis.ts'],
        },
      },
      {
        // What is slow, and seldom goes wrong: `npm run test:long`.
        resolve,
        test: {
          name: 'long',
          env,
          ...patience,
          include: ['test/**/*.long.test.ts'],
          globalSetup: ['test/sandbox/support/synthesis.ts'],
        },
      },
    ],
  },
});
