// What stays when its stack goes, or never came to be, in prose.
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesizeService } from './synthesis.ts';

const production = synthesizeService({}, 'production');
const sandbox = synthesizeService();

type Resource = {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};

const resourcesOf = (template: Template): Record<string, Resource> => template.toJSON()['Resources'];

/** Logical id without its digest → deletion policy, of what is not simply deleted. */
function kept(template: Template): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(resourcesOf(template))
      .filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete')
      .map(([id, { DeletionPolicy }]) => [id.slice(0, -8), DeletionPolicy]),
  );
}

describe('outside the sandbox', () => {
  it('the registrations, the logs, and the role that trust policies name by its unique id outlive their stack', () => {
    expect(kept(production)).toEqual({
      AccessMetadataTable: 'Retain',
      CredentialsManagerLogGroup: 'Retain',
      GatewayAccessLogGroup: 'RetainExceptOnCreate',
      ServiceRole: 'RetainExceptOnCreate',
    });
    for (const { DeletionPolicy, UpdateReplacePolicy } of Object.values(resourcesOf(production))) {
      expect(UpdateReplacePolicy).toBe(DeletionPolicy?.replace('ExceptOnCreate', ''));
    }
  });

  it('a first deployment that fails leaves nothing whose name the next would find taken', () => {
    const named = Object.values(resourcesOf(production)).filter(
      ({ DeletionPolicy, Properties = {} }) =>
        DeletionPolicy === 'Retain' && Object.keys(Properties).some((name) => /^(\w+)?Name$/.test(name)),
    );
    expect(named).toEqual([]);
  });

  it('what is deleted when a first deployment fails is not protected from deletion', () => {
    const deleted = Object.values(resourcesOf(production)).filter(
      ({ DeletionPolicy }) => DeletionPolicy !== 'Retain',
    );
    expect(deleted.filter(({ Properties }) => Properties?.['DeletionProtectionEnabled'])).toEqual([]);
  });

  it('the registrations are protected from deletion, and can be brought back', () => {
    production.hasResource('AWS::DynamoDB::Table', {
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
      DeletionPolicy: 'Retain',
    });
  });
});

describe('in the sandbox', () => {
  it('everything goes with its stack', () => {
    expect(kept(sandbox)).toEqual({});
    sandbox.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
    sandbox.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
    sandbox.hasResource('AWS::IAM::Role', {
      Properties: { RoleName: 'IAMSessionBroker' },
      DeletionPolicy: 'Delete',
    });
  });
});
