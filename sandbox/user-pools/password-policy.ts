// A user pool's password policy.
import { AwsError } from '../aws-error.ts';

/** `Policies.PasswordPolicy` of AWS::Cognito::UserPool. */
export interface PasswordPolicyProperties {
  readonly MinimumLength?: number;
  readonly RequireUppercase?: boolean;
  readonly RequireLowercase?: boolean;
  readonly RequireNumbers?: boolean;
  readonly RequireSymbols?: boolean;
  readonly TemporaryPasswordValidityDays?: number;
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html */
const characterClasses = [
  { property: 'RequireLowercase', pattern: /[a-z]/, noun: 'lowercase' },
  { property: 'RequireUppercase', pattern: /[A-Z]/, noun: 'uppercase' },
  { property: 'RequireNumbers', pattern: /[0-9]/, noun: 'numeric' },
  { property: 'RequireSymbols', pattern: /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/, noun: 'symbol' },
] as const;

/** Cognito's own where a pool names none: eight characters, of every class. */
const defaultProperties: PasswordPolicyProperties = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
};

export class PasswordPolicy {
  readonly #properties: PasswordPolicyProperties;

  constructor(properties: PasswordPolicyProperties = defaultProperties) {
    this.#properties = properties;
  }

  /** Throws `InvalidPasswordException` for a password that the policy refuses; it names the rule, never the password. */
  check(password: string): void {
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html
    if (/^\s|\s$/.test(password)) {
      throw new AwsError(
        'InvalidParameterException',
        "Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
      );
    }
    if (password.length < (this.#properties.MinimumLength ?? 8)) throw refusal('Password not long enough');
    for (const { property, pattern, noun } of characterClasses) {
      if (this.#properties[property] && !pattern.test(password)) {
        throw refusal(`Password must have ${noun} characters`);
      }
    }
  }
}

function refusal(reason: string): AwsError {
  return new AwsError('InvalidPasswordException', `Password did not conform with policy: ${reason}`);
}
