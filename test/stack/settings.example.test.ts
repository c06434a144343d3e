// Settings with an example of cdk.json's, where one is chosen.
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../lib/settings/context.ts';

describe('settings', () => {
  it('are complete and consistent with each example of cdk.json, which adds to them where it is chosen', () => {
    const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
    expect(readSettings(new App({ context }).node)[0]).not.toHaveProperty('accessGrants');
    for (const example of Object.keys(context.examples)) {
      const [sandbox, ...others] = readSettings(new App({ context: { ...context, example } }).node);
      expect(sandbox).toMatchObject({ environmentName: 'Sandbox', dataAccess: {}, portal: {} });
      expect(others).toEqual(readSettings(new App({ context }).node).slice(1));
    }
  });

  it('keep what an environment has itself, whatever an example has', () => {
    const examples = { shop: { sandbox: { maxAttempts: 1, logRetentionDays: 7 }, other: {} } };
    const environments = { sandbox: { maxAttempts: 2 } };
    const { node } = new App({ context: { environments, examples, example: 'shop' } });
    expect(readSettings(node)).toMatchObject([
      { environmentName: 'Sandbox', maxAttempts: 2, logRetentionDays: 7 },
      { environmentName: 'Other' },
    ]);
  });

  it.each([
    ['none', undefined],
    ['shop', { shop: {} }],
  ])('refuse an example that there is not, and say that there are %s', (names, examples) => {
    const { node } = new App({ context: { examples, example: 'toString' } });
    expect(() => readSettings(node)).toThrow(`there is no example toString; cdk.json has ${names}`);
  });
});
