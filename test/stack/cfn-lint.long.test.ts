// cfn-lint on the stacks of data access, where it is there.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { accessGrantsWith, grantWith, identityCenterWith } from '../support/data-access-settings.ts';
import { synthesizeDataAccess } from './synthesis.ts';

const lint = spawnSync('cfn-lint', ['--version']).status === 0 ? it : it.skip;

lint('has no finding in the stacks of S3 Access Grants and IAM Identity Center', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'iam-session-broker-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const grants = [
    grantWith(),
    grantWith({ scope: 's3://shop-data/users/list.csv' }),
    grantWith({ role: undefined, directoryGroup: 'Sales' }),
  ];
  const own = { instanceArn: undefined, identityStoreId: undefined };
  const files = [identityCenterWith(), identityCenterWith(own)].flatMap((identityCenter, at) => {
    const { accessGrants, identityCenter: center } = synthesizeDataAccess({
      accessGrants: accessGrantsWith({ grants }),
      identityCenter,
    });
    return [accessGrants, center].map((template, which) => {
      const file = join(directory, `${at}${which}.template.json`);
      writeFileSync(file, JSON.stringify(template?.toJSON()));
      return file;
    });
  });
  expect(execFileSync('cfn-lint', files, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })).toBe(
    '',
  );
});
