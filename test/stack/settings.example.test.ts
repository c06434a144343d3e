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

  it.each<[string, unknown, unknown]>([
    ['settings of its environment that are none', { sandbox: {} }, { sandbox: null }],
    ['settings of its own environment that are none', {}, { other: 'Shop' }],
    ['an environment that is none', { sandbox: null }, { sandbox: {} }],
    ['an environment that is a list', { sandbox: [] }, { sandbox: { maxAttempts: 1 } }],
    ['an environment that is a text', { sandbox: 'Shop' }, { sandbox: { maxAttempts: 1 } }],
  ])('refuse %s', (_, environments, shop) => {
    const { node } = new App({ context: { environments, examples: { shop }, example: 'shop' } });
    expect(() => readSettings(node)).toThrow(
      /^cdk.json context has wrong settings:\nenvironments\.\w+( is .+)?: must be settings by their names$/,
    );
  });

  it.each([5, 'sandbox', [{}], null])('refuse an example that is %j', (shop) => {
    const { node } = new App({ context: { examples: { shop }, example: 'shop' } });
    expect(() => readSettings(node)).toThrow(
      'cdk.json context has wrong settings:\nexamples.shop must be settings by environment',
    );
  });
});
