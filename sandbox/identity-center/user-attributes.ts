// The attributes of a user, as CreateUser takes them.
import { AwsError } from '../aws-error.ts';
import { requireBoolean, requireList, requireStructure, requireText } from '../constraints.ts';
import type { UserAttributes } from './directory.ts';

type Check = (field: string, value: unknown) => unknown;

/** https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html */
const text: Check = (field, value) =>
  requireText(field, value, {
    maxLength: 1_024,
    pattern: /^[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r \u00a0\u3000]+$/u,
  });
const userName: Check = (field, value) =>
  requireText(field, value, { maxLength: 128, pattern: /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u });
const structure =
  (names: readonly string[]): Check =>
  (field, value) =>
    checked(field, requireStructure(field, value), {
      ...Object.fromEntries(names.map((name) => [name, text])),
      Primary: requireBoolean,
    });
const listOf =
  (names: readonly string[], max = 1): Check =>
  (field, value) =>
    requireList(field, value, { min: 1, max }).map((member, at) =>
      structure(names)(`${field}.${at + 1}.member`, member),
    );

const attributes: Readonly<Record<string, Check>> = {
  UserName: userName,
  Name: structure([
    ...['Formatted', 'FamilyName', 'GivenName', 'MiddleName'],
    ...['HonorificPrefix', 'HonorificSuffix'],
  ]),
  Emails: listOf(['Value', 'Type']),
  Addresses: listOf([
    ...['StreetAddress', 'Locality', 'Region', 'PostalCode'],
    ...['Country', 'Formatted', 'Type'],
  ]),
  PhoneNumbers: listOf(['Value', 'Type']),
  Photos: listOf(['Value', 'Type', 'Display'], 3),
  Roles: listOf(['Value', 'Type']),
  ...Object.fromEntries(
    [
      ...['DisplayName', 'NickName', 'ProfileUrl', 'UserType', 'Title', 'PreferredLanguage'],
      ...['Locale', 'Timezone', 'Website', 'Birthdate'],
    ].map((name) => [name, text]),
  ),
};

/** Without these the directory takes nobody, though the API's model has them optional. */
const REQUIRED: readonly (readonly [label: string, path: readonly string[]])[] = [
  ['userName', ['UserName']],
  ['displayName', ['DisplayName']],
  ['name.familyName', ['Name', 'FamilyName']],
  ['name.givenName', ['Name', 'GivenName']],
];

/**
 * @throws AwsError ValidationError; NotImplemented for an attribute that the sandbox does not know
 */
export function readUserAttributes(input: Readonly<Record<string, unknown>>): UserAttributes {
  const { IdentityStoreId: _, ...given } = input;
  const read = checked('', given, attributes);
  for (const [label, path] of REQUIRED) {
    const value = path.reduce<unknown>((at, name) => Object(at)[name], read);
    if (value === undefined) throw new AwsError('ValidationError', `${label} is a required attribute`);
  }
  return read;
}

function checked(
  field: string,
  given: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
): UserAttributes {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      const at = `${field}${field ? '.' : ''}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      if (!check) throw new AwsError('NotImplemented', `The sandbox does not have a user's ${at}.`, 501);
      return [[name, check(at, value)]];
    }),
  );
}
