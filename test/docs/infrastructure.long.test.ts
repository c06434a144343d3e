// The package of the construct as it is published, and the Terraform module against its providers.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PACKAGE = 'client/infrastructure';

it('is built, loaded by Node.js, and synthesizes with the function in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'infrastructure-'));
  const installed = join(folder, 'node_modules', 'iam-session-broker-infrastructure');
  mkdirSync(installed, { recursive: true });
  const dist = join(installed, 'dist');
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', PACKAGE, '--outDir', dist]);
  cpSync(join(PACKAGE, 'generated'), join(dist, 'infrastructure', 'generated'), { recursive: true });
  cpSync(join(PACKAGE, 'package.json'), join(installed, 'package.json'));
  for (const name of ['aws-cdk-lib', 'constructs']) {
    symlinkSync(join(process.cwd(), 'node_modules', name), join(folder, 'node_modules', name));
  }
  const script = join(folder, 'app.mjs');
  writeFileSync(
    script,
    `import { App, Stack } from 'aws-cdk-lib';
     import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
     import { BrokeredApplication } from 'iam-session-broker-infrastructure';
     const app = new App();
     const stack = new Stack(app, 'Shop');
     new BrokeredApplication(stack, 'Shop', {
       broker: { endpoint: 'https://broker.example.com/', apiId: 'abc123' },
       assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
       registration: { SessionTagKey: 'TenantID', JWTClaimName: 'tenant', JWKSetURL: 'https://a.example.com/jwks.json' },
     });
     console.log(JSON.stringify(app.synth().getStackByName('Shop').template));`,
  );
  const output = execFileSync(process.execPath, [script], { encoding: 'utf8', cwd: folder });
  expect(output).toContain('Custom::BrokerRegistration');
  expect(output).toContain('"ZipFile":');
});

describe('the Terraform module', () => {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-'));
  cpSync(PACKAGE, folder, { recursive: true });
  const module = join(folder, 'terraform');
  // Only where its providers are to be had, from the registry or a mirror.
  const isReady =
    spawnSync('terraform', ['init', '-backend=false', '-input=false'], { cwd: module }).status === 0;
  const validated = isReady ? it : it.skip;
  validated('is valid by its providers’ schemas', () => {
    execFileSync('terraform', ['validate', '-no-color'], { cwd: module, stdio: 'pipe' });
  });
});
