// The candidates of an import: what every item of the reference's table would be registered as, and what is in the way.
import { describeAwsFailure } from './aws-failure.ts';
import type { IamRole } from './iam-roles.ts';
import {
  type Converted,
  convert,
  type ReferenceItem,
  type RegistrationDocument,
  roleKeyOf,
} from './reference-item.ts';
import { shownMessage } from './shown-text.ts';

/** What `POST /applications` takes, of a registrar and of the application itself. */
export interface ImportDocument extends RegistrationDocument {
  readonly ApplicationRoleId: string;
}

export interface Candidate {
  readonly name: string;
  /** Ready to be sent; absent where the item, or IAM, does not have all of it. */
  readonly document?: ImportDocument;
  /** Of the application's own role; there wherever the document is. */
  readonly applicationRoleArn?: string;
  /** Why it is not to be registered as it is. */
  readonly problems: readonly string[];
}

/** `undefined`: there is no such role. Rejects where that cannot be told. */
export type RoleLookup = (roleName: string) => Promise<IamRole | undefined>;

/** The candidates, by name. */
export async function candidatesOf(
  items: AsyncIterable<ReferenceItem>,
  lookUp: RoleLookup,
): Promise<Candidate[]> {
  const converted: Converted[] = [];
  for await (const item of items) converted.push(convert(item));
  converted.sort((one, other) => (one.name < other.name ? -1 : 1));

  const candidates: Candidate[] = [];
  for (const each of converted)
    candidates.push(await candidateOf(each, sharingWith(each, converted), lookUp));
  return candidates;
}

/** Items with the same access role, the one itself among them; none where it has none. */
function sharingWith({ accessRoleName }: Converted, converted: readonly Converted[]): Converted[] {
  if (accessRoleName === undefined) return [];
  const key = roleKeyOf(accessRoleName);
  return converted.filter((other) => other.accessRoleName && roleKeyOf(other.accessRoleName) === key);
}

async function candidateOf(
  { name, document, problems }: Converted,
  sharing: readonly Converted[],
  lookUp: RoleLookup,
): Promise<Candidate> {
  const all = [...problems, ...sharingProblem(name, sharing)];
  if (!document) return { name, problems: all };
  try {
    const role = await lookUp(document.ApplicationName);
    if (!role) return { name, problems: [...all, NO_ROLE] };
    all.push(...accessRoleProblem(document.AccessRoleName, await lookUp(nameOf(document.AccessRoleName))));
    const { ApplicationName, ...others } = document;
    return {
      name,
      document: { ApplicationName, ApplicationRoleId: role.roleId, ...others },
      applicationRoleArn: role.arn,
      problems: all,
    };
  } catch (error) {
    return {
      name,
      problems: [...all, `its roles cannot be looked up: ${shownMessage(describeAwsFailure(error))}`],
    };
  }
}

const NO_ROLE =
  'ApplicationName: there is no IAM role of this name. Only roles are applications here; for the reference users were, too';

/** Whose the role is, nobody but its people knows: the one that comes first in a table is not it. */
function sharingProblem(name: string, sharing: readonly Converted[]): string[] {
  if (sharing.length < 2) return [];
  const others = sharing.map((each) => each.name).filter((other) => other !== name);
  return [
    `AccessRoleName: is that of ${others.join(', ') || 'another item'} too. A role has one owner here, who names the ` +
      'others in SharedWith: register them by hand (docs/registration.md)',
  ];
}

function accessRoleProblem(accessRoleName: string, role: IamRole | undefined): string[] {
  if (!role) return ['AccessRoleName: there is no such IAM role: it must exist before it is registered'];
  const withPath = `${role.path.slice(1)}${nameOf(accessRoleName)}`;
  return withPath === accessRoleName ? [] : [`AccessRoleName: the role has a path: register ${withPath}`];
}

function nameOf(accessRoleName: string): string {
  return accessRoleName.slice(accessRoleName.lastIndexOf('/') + 1);
}
