// The attributes that a user pool's users may have: OpenID Connect's standard ones and the template's own.
import { AwsError } from '../aws-error.ts';

/** An entry of `Schema` of AWS::Cognito::UserPool; a custom attribute's name without `custom:`. */
export interface SchemaAttributeProperties {
  readonly Name: string;
  readonly AttributeDataType?: 'String' | 'Number' | 'Boolean' | 'DateTime';
  readonly Mutable?: boolean;
  readonly Required?: boolean;
  /** Templates give lengths as strings. */
  readonly StringAttributeConstraints?: { readonly MinLength?: string; readonly MaxLength?: string };
}

interface Constraints {
  readonly minLength: number;
  readonly maxLength: number;
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const standardAttributes = [
  'address',
  'birthdate',
  'email',
  'email_verified',
  'family_name',
  'gender',
  'given_name',
  'locale',
  'middle_name',
  'name',
  'nickname',
  'phone_number',
  'phone_number_verified',
  'picture',
  'preferred_username',
  'profile',
  'updated_at',
  'website',
  'zoneinfo',
];

export class AttributeSchema {
  readonly #constraints = new Map<string, Constraints>(
    standardAttributes.map((name) => [name, { minLength: 0, maxLength: 2048 }]),
  );
  readonly #custom = new Set<string>();

  /** Throws for an attribute that is not a string: nothing here would check it. */
  constructor(entries: readonly SchemaAttributeProperties[]) {
    for (const entry of entries) {
      const standard = standardAttributes.includes(entry.Name);
      const name = standard ? entry.Name : `custom:${entry.Name}`;
      if ((entry.AttributeDataType ?? 'String') !== 'String') {
        throw new Error(`The sandbox knows string attributes only: ${name} is ${entry.AttributeDataType}`);
      }
      if (!standard) this.#custom.add(name);
      this.#constraints.set(name, {
        minLength: Number(entry.StringAttributeConstraints?.MinLength ?? 0),
        maxLength: Number(entry.StringAttributeConstraints?.MaxLength ?? 2048),
      });
    }
  }

  /** With their `custom:` prefix. */
  get customAttributes(): ReadonlySet<string> {
    return this.#custom;
  }

  has(name: string): boolean {
    return this.#constraints.has(name);
  }

  /** Throws `InvalidParameterException` that names every attribute at fault, as Cognito does. */
  check(attributes: ReadonlyMap<string, string>): void {
    const faults = [...attributes].flatMap(([name, value]) => {
      const fault = this.#fault(name, value);
      return fault ? [`${name}: ${fault}\n`] : [];
    });
    if (faults.length > 0) {
      throw new AwsError(
        'InvalidParameterException',
        `Attributes did not conform to the schema: ${faults.join('')}`,
      );
    }
  }

  #fault(name: string, value: string): string | undefined {
    const constraints = this.#constraints.get(name);
    if (!constraints) return 'Attribute does not exist in the schema.';
    if (value.length < constraints.minLength) {
      return `String must be no shorter than ${constraints.minLength} characters`;
    }
    if (value.length > constraints.maxLength) {
      return `String must be no longer than ${constraints.maxLength} characters`;
    }
    return undefined;
  }
}
