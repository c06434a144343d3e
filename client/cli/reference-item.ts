// An item of the reference's table, and the registration document that it becomes.
import { isIP } from 'node:net';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { parsedUrl } from '../library/parsed-url.ts';
import { shownName } from './shown-text.ts';

export type ReferenceItem = Readonly<Record<string, AttributeValue>>;

/** What an item says of an application. The broker also asks for the unique id of the application's role. */
export interface RegistrationDocument {
  readonly ApplicationName: string;
  readonly AccessRoleName: string;
  readonly SessionTagKey: string;
  readonly JWTClaimName: string;
  readonly JWKSetURL: string;
}

export interface Converted {
  /** As it may be shown, whatever the item calls itself. */
  readonly name: string;
  /** Absent where there are problems. */
  readonly document?: RegistrationDocument;
  /** The role's name with its path, also where something else is wrong. */
  readonly accessRoleName?: string;
  /** Each names a member, and no value: that can be a secret, in an address say. */
  readonly problems: readonly string[];
}

interface Rule {
  /** Whether the text will do, in every deployment. */
  readonly allows: (text: string) => boolean;
  readonly what: string;
}

const matching = (pattern: RegExp, what: string): Rule => ({ allows: (text) => pattern.test(text), what });

/** docs/api.md, as far as it does not depend on the deployment; test/unit/client/cli/reference-item.test.ts compares. */
const rules = {
  ApplicationName: matching(
    /^[\w+=,.@-]{2,64}$/,
    'must be the name of an IAM role, without a path, of at least two characters',
  ),
  AccessRoleName: matching(
    /^(?=.{1,512}$)(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/,
    'must be the name of an IAM role of this account, with its path before it where it has one, and no ARN',
  ),
  SessionTagKey: matching(
    /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
    'must be an STS tag key: 1–128 letters, digits, spaces or _.:/=+-@, not starting with aws:',
  ),
  JWTClaimName: matching(/^.{1,256}$/su, 'must be the name of a claim, 1–256 characters'),
  JWKSetURL: {
    allows: isJwksUrl,
    what: 'must be an https URL as a browser would show it, of at most 2,048 characters, with a DNS name, and no user info or fragment',
  },
} satisfies Record<keyof RegistrationDocument, Rule>;

/** The reference has called it both. */
const ACCESS_ROLE_SPELLINGS = ['AccessRoleName', 'AccessPrincipalRoleName'] as const;
const members = new Set([...Object.keys(rules), ...ACCESS_ROLE_SPELLINGS]);

/** Converts an item, whatever it holds. */
export function convert(item: ReferenceItem): Converted {
  const problems: string[] = [];
  const read = (member: keyof RegistrationDocument, attribute: string = member): string => {
    const found = textOf(item[attribute], rules[member]);
    if (found.problem !== undefined) problems.push(`${attribute}: ${found.problem}`);
    return found.text ?? '';
  };

  const ApplicationName = read('ApplicationName');
  const [spelling = 'AccessRoleName', other] = ACCESS_ROLE_SPELLINGS.filter((name) => item[name]);
  const AccessRoleName = read('AccessRoleName', spelling);
  if (other && textOf(item[other], rules.AccessRoleName).text !== AccessRoleName) {
    problems.push(`${other}: differs from ${spelling}, whose other spelling it is: correct the item`);
  }
  const document = {
    ApplicationName,
    AccessRoleName,
    SessionTagKey: read('SessionTagKey'),
    JWTClaimName: read('JWTClaimName'),
    JWKSetURL: read('JWKSetURL'),
  };
  // It can be a restriction that a fork has added: left out, it would widen what the application gets.
  for (const name of Object.keys(item).filter((name) => !members.has(name))) {
    problems.push(`${shownName(name)}: is nothing that the reference stores: register by hand what it means`);
  }
  return {
    name: ApplicationName || '(an item without the name of an application)',
    ...(problems.length === 0 && { document }),
    ...(AccessRoleName !== '' && { accessRoleName: AccessRoleName }),
    problems,
  };
}

/** Letter case and path aside, as IAM keeps roles apart. */
export function roleKeyOf(accessRoleName: string): string {
  return accessRoleName.slice(accessRoleName.lastIndexOf('/') + 1).toLowerCase();
}

function textOf(
  value: AttributeValue | undefined,
  { allows, what }: Rule,
): { text: string; problem?: undefined } | { text?: undefined; problem: string } {
  if (value === undefined) return { problem: 'is missing' };
  if (typeof value.S !== 'string') return { problem: `${what}, and is no string (${typeOf(value)})` };
  return allows(value.S) ? { text: value.S } : { problem: what };
}

/** As DynamoDB names types: `N`, `L`, `M`. */
function typeOf(value: AttributeValue): string {
  return Object.keys(value).find((type) => /^(N|B|SS|NS|BS|M|L|NULL|BOOL)$/.test(type)) ?? 'unknown';
}

/** Which hosts and ports keys are fetched from, each deployment says for itself. */
function isJwksUrl(text: string): boolean {
  const url = text.length > 2048 ? undefined : parsedUrl(text);
  if (!url) return false;
  const { protocol, href, username, password, hostname } = url;
  const isAsShown = href === text || href === `${text}/`;
  const isAddress = isIP(hostname) !== 0 || hostname.startsWith('[');
  return (
    protocol === 'https:' && isAsShown && username + password === '' && !text.includes('#') && !isAddress
  );
}
