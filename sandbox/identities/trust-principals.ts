// The principals of a trust policy, which IAM stores by unique id: one deleted and recreated is another.
import { malformed, type PolicyDocument, type PolicyStatement, statementsOf } from './policy-document.ts';

/** A role or user that a trust policy may name. */
export interface Principal {
  readonly arn: string;
  /** `AROA…` or `AIDA…`. */
  readonly id: string;
}

/**
 * The policy as IAM stores it: ARNs of roles and users replaced by their unique ids, a bare account number
 * by its root ARN.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 * @throws AwsError MalformedPolicyDocument for a principal that is not known
 */
export function storePrincipals(policy: PolicyDocument, principals: readonly Principal[]): PolicyDocument {
  return mapAwsPrincipals(policy, (value) => {
    if (value === '*' || /^arn:aws:iam::\d{12}:root$/.test(value)) return value;
    if (/^\d{12}$/.test(value)) return `arn:aws:iam::${value}:root`;
    if (/^arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]{1,64}\/[\w+=,.@-]{2,64}$/.test(value)) return value;
    const principal = principals.find(({ arn, id }) => arn === value || id === value);
    return principal?.id ?? malformed(`Invalid principal in policy: "AWS":"${value}"`);
  });
}

/** The stored policy as it reads: ids of principals that still exist as ARNs, the others as the ids they were. */
export function showPrincipals(policy: PolicyDocument, principals: readonly Principal[]): PolicyDocument {
  return mapAwsPrincipals(policy, (value) => principals.find(({ id }) => id === value)?.arn ?? value);
}

/** A provider's ARN, or the domain of one that needs none. */
function isFederated(value: string): boolean {
  return (
    /^arn:aws:iam::\d{12}:(oidc|saml)-provider\/\S+$/.test(value) || /^[a-z\d-]+(\.[a-z\d-]+)+$/i.test(value)
  );
}

/** Service principals that IAM knows, without `.amazonaws.com`: those of the services that a project like this one meets. */
const services = new Set([
  ...[
    'access-grants.s3',
    'apigateway',
    'appsync',
    'athena',
    'backup',
    'batch',
    'cloudformation',
    'cloudfront',
  ],
  ...[
    'cloudtrail',
    'cloudwatch',
    'codebuild',
    'codedeploy',
    'codepipeline',
    'cognito-idp',
    'config',
    'delivery.logs',
  ],
  ...[
    'dynamodb',
    'ec2',
    'ecs',
    'ecs-tasks',
    'eks',
    'elasticmapreduce',
    'events',
    'firehose',
    'glue',
    'iot',
    'kinesis',
  ],
  ...[
    'lakeformation',
    'lambda',
    'edgelambda',
    'logs',
    'monitoring',
    'ops.apigateway',
    'pipes',
    'pods.eks',
    'rds',
  ],
  ...[
    'redshift',
    's3',
    'sagemaker',
    'scheduler',
    'secretsmanager',
    'ses',
    'sns',
    'sqs',
    'ssm',
    'states',
    'transfer',
  ],
]);

function mapAwsPrincipals(policy: PolicyDocument, map: (value: string) => string): PolicyDocument {
  const statements = statementsOf(policy).map((statement) => {
    const mapped: PolicyStatement = { ...statement };
    if (mapped.Principal !== undefined) mapped.Principal = mapElement(mapped.Principal, map);
    return mapped;
  });
  return { ...policy, Statement: Array.isArray(policy.Statement) ? statements : statements[0] };
}

function mapElement(
  element: '*' | Record<string, string | string[]>,
  map: (value: string) => string,
): '*' | Record<string, string | string[]> {
  if (element === '*') return element;
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    malformed('Invalid principal in policy.');
  }
  return Object.fromEntries(
    Object.entries(element).map(([kind, values]) => [kind, mapValues(kind, values, map)]),
  );
}

function mapValues(kind: string, values: string | string[], map: (value: string) => string) {
  const list = [values].flat();
  if (list.length === 0 || !list.every((value) => typeof value === 'string')) {
    malformed('Invalid principal in policy.');
  }
  switch (kind) {
    case 'AWS':
      return Array.isArray(values) ? values.map(map) : map(values);
    case 'Service':
      for (const value of list) {
        if (!services.has(value.replace(/\.amazonaws\.com$/, '')) || !value.endsWith('.amazonaws.com')) {
          malformed(`Invalid principal in policy: "SERVICE":"${value}"`);
        }
      }
      return values;
    case 'Federated':
      // A provider may come later than the role that trusts it, and a role outlives one that is deleted.
      if (list.every(isFederated)) return values;
      return malformed('Federated principals must be valid domain names or SAML metadata ARNs');
    default:
      return malformed(`Invalid principal in policy: unknown type ${kind}`);
  }
}
