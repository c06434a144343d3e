// The denials on an access role: inline policies by which sessions that were issued before a time may do nothing.
import { randomUUID } from 'node:crypto';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { CommandFailure } from './command.ts';

/** Which sessions are denied everything. */
export interface Denial {
  /** Those that were issued before; milliseconds since the epoch, in whole seconds: AWS compares no finer. */
  readonly before: number;
  /** Only those with one of these values of the session tag; all where it is absent. */
  readonly tag?: { readonly key: string; readonly values: readonly string[] };
  /** Only those of this source identity; all where it is absent. */
  readonly sourceIdentity?: string;
}

export interface PutDenial extends Denial {
  readonly policyName: string;
}

const PREFIX = 'IAMSessionBrokerRevocation';
/**
 * How long a denial can matter. The broker's sessions last an hour, the ceiling of role chaining; other ways into a role
 * give 12 hours at most: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html
 */
const LONGEST_SESSION_MS = 12 * 60 * 60 * 1000;

/**
 * Every revocation puts a policy of its own. One policy for all would have to be read before it is written, and IAM shows
 * what was just written a while later only: of two revocations a moment apart, the second would take the first back. See
 * docs/adr/0028-revocation-denies-first.md.
 */
export class RoleDenials {
  constructor(private readonly client: IAMClient) {}

  /** Oldest first. @throws CommandFailure where there is no such role */
  async of(roleName: string): Promise<PutDenial[]> {
    const denials = await this.find(roleName);
    if (denials) return denials;
    throw new CommandFailure(`there is no role ${roleName}: its sessions have ended with it`);
  }

  /** The same; `undefined` where there is no such role. */
  async find(roleName: string): Promise<PutDenial[] | undefined> {
    const names = await this.#policyNames(roleName);
    if (!names) return undefined;
    const denials: PutDenial[] = [];
    for (const policyName of names) {
      const denial = await this.#read(roleName, policyName);
      if (denial) denials.push({ ...denial, policyName });
    }
    return denials.sort((one, other) => one.before - other.before);
  }

  /**
   * Puts a denial, once those that can matter no longer have made room for it. It takes the place of none that reaches
   * further: that one's sessions would be let in again.
   *
   * @param there what the role has already: see {@link of}
   * @returns the name of its policy
   * @throws CommandFailure where the role has no room for it
   */
  async put(roleName: string, denial: Denial, there: readonly PutDenial[]): Promise<string> {
    for (const { policyName } of there.filter((each) => hasPassed(each, denial.before))) {
      await this.#delete(roleName, policyName);
    }
    const policyName = policyNameOf(denial);
    if (await this.#put(roleName, policyName, denial)) return policyName;
    // A denial for all is no longer than one for a tenant, and denies whatever that denies: it can take its place.
    // The youngest: no other revocation deletes that for its age.
    const replaceable = there.findLast(
      (each) => !hasPassed(each, denial.before) && each.before <= denial.before,
    );
    if (isForAll(denial) && replaceable && (await this.#put(roleName, replaceable.policyName, denial))) {
      return replaceable.policyName;
    }
    throw full(roleName, denial);
  }

  async #policyNames(roleName: string): Promise<string[] | undefined> {
    const names: string[] = [];
    try {
      for await (const { PolicyNames = [] } of paginateListRolePolicies(
        { client: this.client },
        { RoleName: roleName },
      )) {
        names.push(...PolicyNames.filter((name) => name.startsWith(PREFIX)));
      }
    } catch (error) {
      if (isNamed(error, 'NoSuchEntityException')) return undefined;
      throw error;
    }
    return names;
  }

  /** `undefined` where another hand has deleted or written it. */
  async #read(roleName: string, policyName: string): Promise<Denial | undefined> {
    try {
      const { PolicyDocument = '' } = await this.client.send(
        new GetRolePolicyCommand({ RoleName: roleName, PolicyName: policyName }),
      );
      return denialOf(JSON.parse(decodeURIComponent(PolicyDocument)));
    } catch (error) {
      if (isNamed(error, 'NoSuchEntityException') || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** False where the role's inline policies would be too large. */
  async #put(roleName: string, policyName: string, denial: Denial): Promise<boolean> {
    try {
      await this.client.send(
        new PutRolePolicyCommand({
          RoleName: roleName,
          PolicyName: policyName,
          PolicyDocument: JSON.stringify(documentOf(denial)),
        }),
      );
      return true;
    } catch (error) {
      if (isNamed(error, 'LimitExceededException')) return false;
      throw error;
    }
  }

  async #delete(roleName: string, policyName: string): Promise<void> {
    await this.client
      .send(new DeleteRolePolicyCommand({ RoleName: roleName, PolicyName: policyName }))
      .catch((error: unknown) => {
        if (!isNamed(error, 'NoSuchEntityException')) throw error;
      });
  }
}

/** A name that no other denial has. */
export function policyNameOf({ before }: Denial): string {
  return `${PREFIX}-${compact(before)}-${randomUUID().slice(0, 8)}`;
}

/** Whether every session that it denies has expired by then. */
export function hasPassed({ before }: Denial, time: number): boolean {
  return before + LONGEST_SESSION_MS <= time;
}

/** ISO 8601, UTC, in whole seconds. */
export function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** The policy of a denial. All conditions must hold of a session that it denies. */
export function documentOf({ before, tag, sourceIdentity }: Denial) {
  const whose: Record<string, readonly string[]> = {
    ...(tag && { [`aws:PrincipalTag/${tag.key}`]: tag.values }),
    ...(sourceIdentity !== undefined && { 'aws:SourceIdentity': [sourceIdentity] }),
  };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          DateLessThan: { 'aws:TokenIssueTime': iso(before) },
          ...(Object.keys(whose).length > 0 && { StringEquals: whose }),
        },
      },
    ],
  };
}

function denialOf(document: Partial<ReturnType<typeof documentOf>>): Denial | undefined {
  const { DateLessThan, StringEquals } = document.Statement?.[0]?.Condition ?? {};
  const before = Date.parse(DateLessThan?.['aws:TokenIssueTime'] ?? '');
  if (Number.isNaN(before)) return undefined;
  const { 'aws:SourceIdentity': identities, ...tags } = StringEquals ?? {};
  const [sourceIdentity] = [identities ?? []].flat();
  const [tag] = Object.entries(tags);
  return {
    before,
    ...(tag && { tag: { key: tag[0].replace(/^aws:PrincipalTag\//, ''), values: [tag[1]].flat() } }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
}

function isForAll({ tag, sourceIdentity }: Denial): boolean {
  return !tag && sourceIdentity === undefined;
}

function compact(time: number): string {
  return iso(time).replace(/[-:]/g, '');
}

function full(roleName: string, { tag }: Denial): CommandFailure {
  const remedy = tag
    ? 'revoke the whole application, which takes the place of its tenants'
    : 'move some of them into a managed policy';
  return new CommandFailure(
    `nothing was revoked: the inline policies of ${roleName} have reached what IAM allows, 10,240 characters in all; ${remedy}`,
  );
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
