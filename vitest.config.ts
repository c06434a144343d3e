import { defineConfig } from 'vitest/config';

// What is supported stands in package.json; the SDK need not repeat it in every worker.
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

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
          include: ['test/{architecture,unit,property,conformance,docs}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'stack',
          env,
          include: ['test/stack/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'sandbox',
          env,
          include: ['test/sandbox/**/*.test.ts'],
          globalSetup: ['test/sandbox/support/synthesis.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
