// Policy documents: what IAM accepts as one, and how it words a refusal.
import { AwsError } from '../aws-error.ts';
import { requireComparable, requireVariables } from './condition-keys.ts';
import { parseOperator } from './condition-operators.ts';
import { arnParts, variablesIn } from './policy-text.ts';

/** A policy document as parsed JSON. */
export type PolicyDocument = { Version?: string; Statement: unknown };

/** A statement of a document that has passed `checkPolicy`. */
export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** A resource's policy names principals, as a trust policy does, and resources, as an identity policy does. */
type Kind = 'identity' | 'trust' | 'resource';

const VERSIONS = ['2012-10-17', '2008-10-17'];
const DOCUMENT_KEYS = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_KEYS = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'],
  ...['Resource', 'NotResource', 'Condition'],
]);
/** @throws AwsError MalformedPolicyDocument */
export function malformed(message: string): never {
  throw new AwsError('MalformedPolicyDocument', message);
}

/**
 * The document of an API parameter.
 * @throws AwsError MalformedPolicyDocument
 */
export function parsePolicy(text: string, kind: Kind): PolicyDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    malformed('This policy contains invalid Json');
  }
  const twice = memberThatStandsTwice(text);
  if (twice !== undefined) malformed(`Syntax error: the policy element ${twice} stands twice.`);
  return checkPolicy(document, kind);
}

/** Which of two `JSON.parse` would keep is no matter of taste: `Deny` or `Allow`. The text is valid JSON. */
function memberThatStandsTwice(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (string !== undefined && colon !== undefined) {
      const name = JSON.parse(string) as string;
      if (open.at(-1)?.has(name)) return name;
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}

/**
 * Checks the grammar of an identity policy or of a role's trust policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @throws AwsError MalformedPolicyDocument
 */
export function checkPolicy(document: unknown, kind: Kind): PolicyDocument {
  if (!isObject(document)) malformed('Syntax errors in policy.');
  for (const key of Object.keys(document)) {
    if (!DOCUMENT_KEYS.has(key)) malformed(`Syntax error: unknown policy element ${key}.`);
  }
  const version = document['Version'];
  if (version !== undefined && !VERSIONS.includes(version as string)) {
    malformed('The policy must contain a valid version string');
  }
  const statements = statementsOf(document as PolicyDocument);
  if (statements.length === 0) malformed('Syntax errors in policy.');
  const sids = new Set<string>();
  for (const statement of statements) {
    checkStatement(statement, kind);
    if (statement.Sid === undefined) continue;
    if (sids.has(statement.Sid)) malformed('Statement IDs (SID) in a single policy must be unique.');
    sids.add(statement.Sid);
  }
  return document as PolicyDocument;
}

/** The statements, also where the document holds a single one without brackets. */
export function statementsOf(document: PolicyDocument): PolicyStatement[] {
  return listOf(document.Statement) as PolicyStatement[];
}

/** Characters as IAM counts them against its limits: white space between tokens does not count. */
export function policySize(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}

function checkStatement(statement: unknown, kind: Kind): void {
  if (!isObject(statement)) malformed('Syntax errors in policy.');
  for (const key of Object.keys(statement)) {
    if (!STATEMENT_KEYS.has(key)) malformed(`Syntax error: unknown statement element ${key}.`);
  }
  const sid = statement['Sid'];
  if (sid !== undefined && !(typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid))) {
    malformed('Statement IDs (SID) must be alpha-numeric.');
  }
  if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny') {
    malformed('Syntax error: Effect must be Allow or Deny.');
  }
  checkActions(exactlyOne(statement, 'Action', 'Policy statement must contain actions.'), kind);
  if (kind === 'trust') checkTrustStatement(statement);
  if (kind === 'identity') checkIdentityStatement(statement);
  if (kind === 'resource') checkResourceStatement(statement);
  if (statement['Condition'] !== undefined) checkCondition(statement['Condition']);
}

function checkActions(actions: string[], kind: Kind): void {
  for (const action of actions) {
    if (action !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) {
      malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
    if (kind === 'trust' && !action.toLowerCase().startsWith('sts:')) {
      malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
  }
}

function checkTrustStatement(statement: Record<string, unknown>): void {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  for (const field of ['Resource', 'NotResource', 'NotPrincipal']) {
    if (statement[field] !== undefined) malformed(`Has prohibited field ${field}`);
  }
  if (statement['Principal'] === undefined) malformed('Missing required field Principal');
}

function checkIdentityStatement(statement: Record<string, unknown>): void {
  if (statement['Principal'] !== undefined || statement['NotPrincipal'] !== undefined) {
    malformed('Policy document should not specify a principal.');
  }
  checkResources(statement);
}

function checkResourceStatement(statement: Record<string, unknown>): void {
  if (statement['NotPrincipal'] !== undefined) malformed('Has prohibited field NotPrincipal');
  if (statement['Principal'] === undefined) malformed('Missing required field Principal');
  checkResources(statement);
}

function checkResources(statement: Record<string, unknown>): void {
  for (const resource of exactlyOne(statement, 'Resource', 'Policy statement must contain resources.')) {
    if (resource !== '*') checkResource(resource);
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html */
function checkResource(resource: string): void {
  const [arn, partition, service, region] = resource.split(':');
  if (arn !== 'arn' || !/^arn:[^:]+:[^:]+:.+$/.test(resource)) {
    malformed(`Resource ${resource} must be in ARN format or "*".`);
  }
  if (!/^(aws|\*)$/.test(partition as string)) {
    malformed(`Partition "${partition}" is not valid for resource "${resource}".`);
  }
  if (service === 'iam' && region !== '' && region !== '*') {
    malformed(`IAM resource ${resource} cannot contain region information.`);
  }
  if (
    arnParts(resource)
      .slice(0, 5)
      .some((part) => variablesIn(part).length > 0)
  ) {
    malformed(`Resource ${resource} can have variables after its fifth colon only.`);
  }
  requireVariables(resource);
}

function checkCondition(condition: unknown): void {
  if (!isObject(condition)) malformed('Syntax errors in policy.');
  for (const [operator, keys] of Object.entries(condition)) {
    if (!parseOperator(operator)) malformed(`Invalid Condition type : ${operator}.`);
    if (!isObject(keys)) malformed('Syntax errors in policy.');
    const names = Object.keys(keys).map((key) => key.toLowerCase());
    if (new Set(names).size < names.length) malformed(`Syntax error: a key of ${operator} stands twice.`);
    for (const [key, values] of Object.entries(keys)) {
      const list = listOf(values);
      if (!list.every((value) => ['string', 'boolean', 'number'].includes(typeof value))) {
        malformed('Syntax errors in policy.');
      }
      requireComparable(operator, key, list.map(String));
    }
  }
}

/** The strings of `Action` or `NotAction` (`Resource`, `NotResource`), of which a statement has just one. */
function exactlyOne(statement: Record<string, unknown>, field: string, missing: string): string[] {
  const present = [statement[field], statement[`Not${field}`]].filter((value) => value !== undefined);
  if (present.length !== 1) malformed(missing);
  const values = listOf(present[0]);
  if (values.length === 0) malformed(missing);
  if (!values.every((value) => typeof value === 'string')) malformed('Syntax errors in policy.');
  return values as string[];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
