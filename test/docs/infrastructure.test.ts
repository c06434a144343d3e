// What teams deploy as it stands: up to date, within CloudFormation's limits, and of one mind.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registrationSession } from '../../client/infrastructure/registration-session.ts';
import {
  renderBrokeredApplicationTemplate,
  renderRegistrationFunction,
} from '../../scripts/infrastructure.ts';

const FUNCTION = 'client/infrastructure/generated/registration-function.js';
const TEMPLATE = 'client/infrastructure/generated/brokered-application.template.json';
const MODULE = 'client/infrastructure/terraform';
const has = (command: string) => spawnSync(command, ['--version']).status === 0;

describe('the template for teams without the CDK', () => {
  it('and its function are what their sources give (npm run docs)', () => {
    expect(readFileSync(FUNCTION, 'utf8') === renderRegistrationFunction()).toBe(true);
    expect(readFileSync(TEMPLATE, 'utf8') === renderBrokeredApplicationTemplate()).toBe(true);
  });

  it('is sent as it stands: 51,200 bytes at most', () => {
    expect(readFileSync(TEMPLATE).length).toBeLessThanOrEqual(51_200);
  });

  const lint = has('cfn-lint') ? it : it.skip;
  lint('has nothing that cfn-lint finds', () => {
    execFileSync('cfn-lint', [TEMPLATE], { stdio: 'pipe' });
  });
});

describe('the Terraform module', () => {
  const terraform = has('terraform') ? it : it.skip;
  terraform('is HCL, formatted by terraform fmt', () => {
    execFileSync('terraform', ['fmt', '-check', '-diff', MODULE], { stdio: 'pipe' });
  });

  it('asks for the session that the function has', () => {
    const text = readdirSync(MODULE)
      .filter((name) => name.endsWith('.tf'))
      .map((name) => readFileSync(`${MODULE}/${name}`, 'utf8'))
      .join('\n');
    const { name, tagKey, tagValue } = registrationSession;
    expect(tagKey).toBe(name);
    expect(text).toContain(`session         = "${name}"`);
    for (const line of [
      'Condition = { StringEquals = { "sts:RoleSessionName" = local.session } }',
      `StringEquals                = { "aws:RequestTag/\${local.session}" = "${tagValue}" }`,
      `Condition = { StringNotEquals = { "aws:PrincipalTag/\${local.session}" = "${tagValue}" } }`,
      'Condition = { StringNotLike = { "aws:userid" = "*:${local.session}" } }',
      'Condition = { StringEquals = { "sts:ExternalId" = var.application_name } }',
      'lifecycle_scope = "CRUD"',
    ]) {
      expect(text).toContain(line);
    }
  });
});
