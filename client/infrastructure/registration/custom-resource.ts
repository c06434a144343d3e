// What CloudFormation, or Terraform, asks of the registration's function, and how it is answered.
import type { RegistrationFields } from '../../library/registration.ts';

/** The properties of the custom resource. CloudFormation sends every scalar as text, so the registration is JSON. */
export interface RegistrationProperties {
  readonly Endpoint: string;
  readonly Region: string;
  /** Whom the broker is called as: the application's own role, or a registrar's. */
  readonly RoleArn: string;
  readonly ApplicationName: string;
  /** Where a registrar registers: the unique id of the application's role. */
  readonly ApplicationRoleId?: string;
  /** JSON of the fields that docs/api.md describes. */
  readonly Registration: string;
}

export interface CustomResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Record<string, unknown>;
  readonly OldResourceProperties?: Record<string, unknown>;
}

/** An invocation of Terraform's `aws_lambda_invocation` with `lifecycle_scope = "CRUD"`. */
export interface TerraformRequest extends Record<string, unknown> {
  readonly tf: {
    readonly action: 'create' | 'update' | 'delete';
    readonly prev_input?: Record<string, unknown> | null;
  };
}

export interface Outcome {
  readonly physicalId: string;
  readonly data: Readonly<Record<string, string>>;
}

/** What is wrong with the properties: it names the field, and no value. */
export class InvalidProperties extends Error {
  override readonly name = 'InvalidProperties';
}

/** @throws InvalidProperties */
export function propertiesIn(given: Record<string, unknown>): RegistrationProperties {
  for (const name of ['Endpoint', 'Region', 'RoleArn', 'ApplicationName', 'Registration']) {
    if (typeof given[name] !== 'string' || given[name] === '') {
      throw new InvalidProperties(`${name}: must be a text that is not empty`);
    }
  }
  return given as unknown as RegistrationProperties;
}

/** @throws InvalidProperties */
export function registrationIn({ Registration }: RegistrationProperties): RegistrationFields {
  let fields: unknown;
  try {
    fields = JSON.parse(Registration);
  } catch {
    // A parser's message quotes what it read.
  }
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields))
    return fields as RegistrationFields;
  throw new InvalidProperties('Registration: must be a JSON object');
}

/** CloudFormation's answers have 4,096 bytes at most, of which names and ids that it gave itself take up 900. */
const LONGEST_TEXT = 1_500;

/** @param most bytes that it takes up as JSON */
export function shortened(text: string, most = LONGEST_TEXT): string {
  let bytes = 0;
  let length = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(JSON.stringify(character)) - 2;
    if (bytes > most) return `${text.slice(0, length)}…`;
    length += character.length;
  }
  return text;
}
