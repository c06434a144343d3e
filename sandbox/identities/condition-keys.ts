// The condition keys that the sandbox supplies, and what they hold. One that it never does would count as absent, and could grant.
import { AwsError } from '../aws-error.ts';
import {
  type ConditionOperator,
  isReadable,
  type OperatorKind,
  parseOperator,
} from './condition-operators.ts';
import { isIssuerKey } from './issuer-url.ts';
import { variablesIn } from './policy-text.ts';

/**
 * Whole keys, and those that end in `/` with any name behind it; in lower case, for case does not count.
 *
 * Some are there for certain requests alone, as on AWS: what is absent then is absent there too. Objects of the sandbox's
 * buckets have no tags, so that `s3:ExistingObjectTag` is rightly absent; no service asks KMS for anybody, and so is
 * `kms:ViaService`. The claims of a token are `isIssuerKey`'s: those of one issuer are absent for another's.
 */
const supplied: Readonly<Record<string, readonly OperatorKind[]>> = {
  'aws:currenttime': ['date'],
  'aws:epochtime': ['date', 'number'],
  'aws:tokenissuetime': ['date'],
  'aws:securetransport': ['boolean'],
  'aws:principalisawsservice': ['boolean'],
  'aws:viaawsservice': ['boolean'],
  'aws:sourceip': ['address'],
  'aws:principalarn': ['arn', 'string'],
  'aws:sourcearn': ['arn', 'string'],
  's3:accessgrantsinstancearn': ['arn', 'string'],
  'sts:requestcontextproviders': ['arn', 'string'],
  ...Object.fromEntries(
    ['identitycenter:applicationarn', 'identitycenter:instancearn', 'identitystore:identitystorearn'].flatMap(
      (key) => [key, `sts:requestcontext/${key}`].map((name) => [name, ['arn', 'string'] as const]),
    ),
  ),
  ...Object.fromEntries(
    [
      ...['aws:principalaccount', 'aws:principaltype', 'aws:requestedregion', 'aws:resourceaccount'],
      ...['aws:sourceaccount', 'aws:tagkeys', 'aws:userid', 'aws:username', 'aws:sourceidentity'],
      ...['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/', 'iam:resourcetag/'],
      ...['sts:externalid', 'sts:rolesessionname', 'sts:sourceidentity', 'sts:transitivetagkeys'],
      ...['s3:prefix', 's3:delimiter', 's3:existingobjecttag/', 'dynamodb:leadingkeys'],
      ...['aws:federatedprovider', 'kms:calleraccount', 'kms:keyspec', 'kms:keyusage', 'kms:keyorigin'],
      ...['kms:messagetype', 'kms:requestalias', 'kms:resourcealiases', 'kms:signingalgorithm'],
      ...['kms:viaservice', 'iam:passedtoservice', 's3:accessgrantscope', 's3:accessgrantslocationscope'],
      ...['kms:encryptionalgorithm', 'kms:encryptioncontextkeys', 'sso:applicationaccount'],
      ...['identitystore:userid', 'sts:requestcontext/identitystore:userid'],
    ].map((name) => [name, ['string'] as const]),
  ),
};

const multivalued = new Set([
  ...['aws:tagkeys', 'sts:transitivetagkeys', 'dynamodb:leadingkeys', 'kms:resourcealiases'],
  ...['sts:requestcontextproviders', 'kms:encryptioncontextkeys'],
]);

function isMultivalued(key: string): boolean {
  return multivalued.has(key.toLowerCase()) || (isIssuerKey(key) && /:amr$/i.test(key));
}

/**
 * That an operator can compare a key with these values, as AWS does. What AWS would take for a condition that is never
 * met, or always, the sandbox refuses rather than guess.
 * @throws AwsError NotImplemented that names the key, the operator or the value
 */
export function requireComparable(operatorText: string, key: string, values: readonly string[]): void {
  const operator = parseOperator(operatorText) as ConditionOperator;
  const { kind, set } = operator;
  const takes = requireSupplied(key);
  if (kind !== 'presence' && !takes.includes(kind)) {
    throw refusal(`does not compare the condition key ${key} by ${operatorText}`);
  }
  if (kind !== 'presence' && set === undefined && isMultivalued(key)) {
    throw refusal(`compares the condition key ${key}, which has several values, by set operators alone`);
  }
  if (values.length === 0) throw refusal(`does not compare the condition key ${key} with no value`);
  for (const value of values) {
    if (!isReadable(kind, value)) throw refusal(`cannot read the value "${value}" of ${operatorText}`);
    requireVariables(value);
  }
}

/** @throws AwsError NotImplemented that names a variable which has no single value, or none that can be told */
export function requireVariables(text: string): void {
  for (const variable of variablesIn(text)) {
    if (!variable) throw refusal(`cannot read the variable in "${text}"`);
    requireSupplied(variable.name);
    if (isMultivalued(variable.name)) {
      throw refusal(`has no variable ${variable.name}: the key has several values`);
    }
  }
}

/** The kinds of operators that compare the key. */
function requireSupplied(key: string): readonly OperatorKind[] {
  if (isIssuerKey(key) || isEncryptionContextKey(key)) return ['string'];
  const [, family, name] = /^([^/]*\/)(.*)$/s.exec(key.toLowerCase()) ?? [];
  const kinds = supplied[key.toLowerCase()] ?? (name ? supplied[family as string] : undefined);
  if (!kinds || key.endsWith('/')) throw refusal(`does not supply the condition key ${key}`);
  return kinds;
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context */
function isEncryptionContextKey(key: string): boolean {
  return /^kms:encryptioncontext:./is.test(key);
}

function refusal(what: string): AwsError {
  return new AwsError('NotImplemented', `The sandbox ${what}.`, 501);
}
