// Which environments can be deployed: those of cdk.json or of an assembly, checked before anything is synthesized.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { requireEnvironment } from '../../sandbox/templates/environments.ts';

const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A project's file with this text. */
function cdkJson(content: string): string {
  const file = join(directory, 'cdk.json');
  writeFileSync(file, content);
  return file;
}
const contextOf = (context: unknown) => cdkJson(JSON.stringify({ app: 'node app.js', context }));
const two = { environments: { sandbox: {}, production: { account: 'wrong' } } };

describe('an environment of cdk.json', () => {
  test.each(['sandbox', 'Sandbox', 'PRODUCTION'])('is there in any case: %s', (environment) => {
    expect(() => requireEnvironment(environment, undefined, contextOf(two))).not.toThrow();
  });

  test.each(['staging', 'sand', '', 'toString'])(
    'that is unknown fails, naming those: “%s”',
    (environment) => {
      expect(() => requireEnvironment(environment, undefined, contextOf(two))).toThrow(
        `there is no environment ${environment}; cdk.json has sandbox, production`,
      );
    },
  );

  test.each([[undefined], [{}], [{ environments: null }]])(
    'is sandbox alone where the context is %j',
    (context) => {
      expect(() => requireEnvironment('sandbox', undefined, contextOf(context))).not.toThrow();
      expect(() => requireEnvironment('production', undefined, contextOf(context))).toThrow(
        'there is no environment production; cdk.json has sandbox',
      );
    },
  );

  test('is none where there are none', () => {
    expect(() => requireEnvironment('sandbox', undefined, contextOf({ environments: {} }))).toThrow(
      'there is no environment sandbox; cdk.json has none',
    );
  });

  test.each([
    '{',
    '[]',
    '{"context":{"environments":["sandbox"]}}',
    '{"context":{"environments":"sandbox"}}',
    '{"context":{"enviroments":{"gamma":{}}}}',
    '{"context":{"Environments":{"gamma":{}}}}',
    '{"context":{"environment":{"gamma":{}}}}',
    '{"context":{"environments":null,"environmnets":{"gamma":{}}}}',
  ])('is left to synthesis, which says what is wrong, where the file is %s', (content) => {
    expect(() => requireEnvironment('gamma', undefined, cdkJson(content))).not.toThrow();
  });

  test('is looked for at once where the rest of the context is the CDK’s own', () => {
    const file = contextOf({ '@aws-cdk/core:newStyleStackSynthesis': true, hostedZone: 'example.com' });
    expect(() => requireEnvironment('gamma', undefined, file)).toThrow('there is no environment gamma');
  });
});

describe('an environment of a cloud assembly', () => {
  const assemblyDirectory = inject('assemblyDirectory');

  test('is there, whatever cdk.json says', () => {
    const file = contextOf({ environments: { other: {} } });
    expect(() => requireEnvironment('Sandbox', assemblyDirectory, file)).not.toThrow();
  });

  test('that is unknown fails, naming those', () => {
    const file = contextOf({ environments: { other: {} } });
    expect(() => requireEnvironment('other', assemblyDirectory, file)).toThrow(
      'there is no environment other; the cloud assembly has sandbox, gamma, production',
    );
  });

  test('needs an assembly', () => {
    expect(() => requireEnvironment('sandbox', directory)).toThrow(
      `${directory} is no cloud assembly: it has no manifest.json`,
    );
  });
});
