// AWScons's aws_config as the settings of a portal, and what somebody must decide or know before they are used.
import {
  groupName,
  MOST_GROUPS,
  MOST_TARGETS,
  urlPrefix as prefixForm,
  targetRoleProblem,
  targetServiceProblem,
} from '../../lib/settings/portal-bounds.ts';

/** What a config becomes; the notes are for people. */
export interface ImportedPortal {
  /** `portal` of an environment, but for its identity provider, which AWScons has elsewhere. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What must be decided before synthesis takes the settings. */
  readonly decisions: readonly string[];
  /** What is different from now on, or not needed any more. */
  readonly changes: readonly string[];
}

/** The config is none. */
export class WrongConfig extends Error {}

/** Of a stored key: the README has two names of the first. */
const keysOfKeys = ['aws_profile_name', 'aws_profile', 'aws_credentials_file'];
const known = ['url_prefix', 'targets', ...keysOfKeys];
const knownOfTarget = ['service', 'duration', 'role', 'groups'];

interface Notes {
  readonly decisions: string[];
  readonly changes: string[];
}

/** @throws WrongConfig */
export function importAwscons(config: unknown): ImportedPortal {
  const notes: Notes = { decisions: [], changes: [] };
  const { decisions, changes } = notes;
  const given = objectOf(config, 'aws_config must be an object with targets');
  const { targets: list } = given;
  if (!Array.isArray(list) || list.length === 0)
    throw new WrongConfig('aws_config.targets must be a list with a target at least');

  for (const key of Object.keys(given))
    if (!known.includes(key)) changes.push(`${key}: is no option of AWScons, and was left out`);
  for (const key of keysOfKeys)
    if (given[key] !== undefined)
      changes.push(
        `${key}: was dropped; the portal has no stored keys: it signs with a key in KMS, and AWS trusts that`,
      );
  const urlPrefix = prefixOf(given['url_prefix'], notes);
  const targets = list.map((entry, index) => targetOf(entry, `targets[${index}]`, notes));
  if (targets.length > MOST_TARGETS)
    decisions.push(`targets: there are ${targets.length}, and a portal has ${MOST_TARGETS} at most`);
  for (const service of repeated(targets.map((target) => String(target['service']))))
    decisions.push(`${service}: is there twice; take one of them out`);
  changes.push(
    'roles: each must trust the portal, and not the account that AWScons ran in: npx isb target-role prints the template',
  );
  decisions.push(
    'identityProvider: AWScons has it in saml_config; give the portal the metadata of your identity provider, and that the portal’s',
  );
  return { settings: { ...(urlPrefix !== '' && { urlPrefix }), targets }, decisions, changes };
}

function targetOf(entry: unknown, at: string, { decisions, changes }: Notes): Record<string, unknown> {
  const given = objectOf(entry, `${at} must be an object with service and role`);
  const { service, role, duration = 3_600, groups = [] } = given;
  if (typeof service !== 'string' || service === '') throw new WrongConfig(`${at}.service must be a text`);
  if (typeof role !== 'string' || role === '') throw new WrongConfig(`${at}.role must be a text`);
  if (typeof duration !== 'number' || !Number.isInteger(duration))
    throw new WrongConfig(`${at}.duration must be a whole number of seconds`);
  const names: unknown = typeof groups === 'string' ? [groups] : groups;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw new WrongConfig(`${at}.groups must be a list of texts`);

  if (typeof groups === 'string') changes.push(`${service}: groups was one text, and is a list of one`);
  for (const key of Object.keys(given))
    if (!knownOfTarget.includes(key))
      changes.push(`${service}: ${key} is no option of AWScons, and was left out`);
  if (targetServiceProblem(service) !== undefined)
    decisions.push(
      `${service}: cannot be the name of a target: 1–64 letters, digits and . _ -, no . at its beginning, and none that the portal needs itself`,
    );
  if (targetRoleProblem(role) !== undefined)
    decisions.push(`${service}: the role must be the ARN of one role, of aws, aws-us-gov or aws-cn`);
  if (names.length > MOST_GROUPS)
    decisions.push(`${service}: has ${names.length} groups, and a target has ${MOST_GROUPS} at most`);
  if (!names.every((name) => groupName.test(name)))
    decisions.push(`${service}: a group must be 1–256 characters without spaces around them`);
  if (names.length === 0)
    decisions.push(
      `${service}: has no groups, so that AWScons let in everybody who signed in; name groups, or say "everyone": true`,
    );
  if (duration < 900 || duration > 43_200)
    decisions.push(`${service}: lasts ${duration} seconds, and AWS gives 900 to 43200; choose one of these`);
  else if (duration > 3_600)
    changes.push(
      `${service}: lasts ${duration} seconds by web identity, and an hour at most if it is chained`,
    );
  return {
    service,
    role,
    ...(duration !== 3_600 && { duration }),
    ...(names.length > 0 && { groups: names }),
  };
}

/** Without the slash at its end, and with one before it. */
function prefixOf(prefix: unknown, { decisions, changes }: Notes): string {
  if (prefix === undefined || prefix === null || prefix === '') return '';
  if (typeof prefix !== 'string') throw new WrongConfig('aws_config.url_prefix must be a text');
  const trimmed = prefix.replace(/^\/+|\/+$/g, '');
  const urlPrefix = trimmed === '' ? '' : `/${trimmed}`;
  if (urlPrefix !== prefix) changes.push(`url_prefix: "${prefix}" is written "${urlPrefix}"`);
  if (!prefixForm.test(urlPrefix))
    decisions.push(
      `url_prefix: "${urlPrefix}" cannot be the prefix: at most four segments of letters, digits and . _ ~ -`,
    );
  return urlPrefix;
}

function objectOf(value: unknown, message: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WrongConfig(message);
  return value as Record<string, unknown>;
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
