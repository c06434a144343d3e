// The targets of a portal, and who may open them.
import { PortalError } from '../portal-errors.ts';
import type { Target } from './target.ts';

/** Of a user, what decides. */
export interface Member {
  readonly groups: readonly string[];
  /** The identity provider left groups out. */
  readonly groupsOverage: boolean;
}

export class Targets {
  readonly #byService: ReadonlyMap<string, Target>;

  constructor(targets: readonly Target[]) {
    this.#byService = new Map(targets.map((target) => [target.service, target]));
  }

  /** @throws PortalError TargetNotFound */
  find(service: string): Target {
    const target = this.#byService.get(service);
    if (!target) throw new PortalError('TargetNotFound', 'no target has this address');
    return target;
  }

  /** Those that this user may open, in the order of the settings. */
  openTo(member: Member): Target[] {
    return [...this.#byService.values()].filter((target) => mayOpen(target, member));
  }
}

/** Names of groups compare exactly, letter case too, as identity providers tell them apart. */
export function mayOpen({ groups, everyone }: Target, member: Member): boolean {
  return everyone ? groups.length === 0 : groups.some((group) => member.groups.includes(group));
}

/** @throws PortalError NotInGroup, GroupsLeftOut: with the groups that would do */
export function requireMember(target: Target, member: Member): void {
  if (mayOpen(target, member)) return;
  const wanted = target.groups.join(', ');
  if (member.groupsOverage)
    throw new PortalError('GroupsLeftOut', `it takes one of ${wanted}, and your groups were left out`);
  throw new PortalError('NotInGroup', `it takes one of ${wanted}`);
}
