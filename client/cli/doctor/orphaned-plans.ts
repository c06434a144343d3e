// Usage plans of applications that never appeared: there is no role of the name, or none that is registered.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { nameOfError } from '../../account/error-name.ts';
import { findRole } from '../iam-roles.ts';
import { Registrations } from '../registrations.ts';
import { shownName } from '../shown-text.ts';
import type { Deployment } from './deployment.ts';
import { type Finding, notTried, ok, warning } from './finding.ts';

type Config = Pick<IAMClientConfig, 'region' | 'credentials' | 'maxAttempts'>;

export async function orphanedPlans(config: Config, deployment: Deployment): Promise<Finding[]> {
  const names = Object.keys(deployment.plans);
  if (names.length === 0) return [];
  const iam = new IAMClient(config);
  try {
    const without = await absent(names, (name) => findRole(iam, name));
    const rest = names.filter((name) => !without.includes(name));
    const unregistered = await unregisteredOf(rest, config, deployment);
    const findings = [
      ...without.map((name) => orphan(name, 'there is no role of that name')),
      ...unregistered.map((name) => orphan(name, 'it is not registered')),
    ];
    return findings.length > 0 ? findings : [ok('all usage plans are of applications that there are')];
  } catch (error) {
    const remedy = 'operators may, with iam:GetRole, and dynamodb:GetItem on the table AccessMetadata';
    return [notTried(`whose usage plans there are cannot be looked up: ${nameOfError(error)}`, remedy)];
  }
}

async function unregisteredOf(
  names: readonly string[],
  config: Config,
  { accessMetadataTableName }: Deployment,
): Promise<string[]> {
  if (accessMetadataTableName === undefined) return [];
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const registrations = new Registrations(documents, accessMetadataTableName);
  return absent(names, (name) => registrations.read(name));
}

/** Names that nothing is found for. */
async function absent(
  names: readonly string[],
  find: (name: string) => Promise<object | undefined>,
): Promise<string[]> {
  const missing: string[] = [];
  for (const name of names) if (!(await find(name))) missing.push(name);
  return missing;
}

function orphan(name: string, problem: string): Finding {
  return warning(
    `usage plan of ${shownName(name)}: ${problem}`,
    'check its spelling in cdk.json, or take it out',
  );
}
