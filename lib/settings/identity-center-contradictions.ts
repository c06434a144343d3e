// Settings of IAM Identity Center that are right each by itself, and wrong together.
import { directoryId, MOST_RESOURCES } from './access-grants-bounds.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Contradiction } from './problem.ts';
import { unknownRegionProblem } from './regions.ts';
import { isLoopbackUrl } from './saml-metadata.ts';
import type { IdentityCenterSettings, Settings } from './settings.ts';

/** Instance, issuer, application, its configuration, and the function that writes it. */
const RESOURCES_IN_ANY_CASE = 15;

export function identityCenterContradictions(
  settings: Settings,
  given: IdentityCenterSettings,
): Contradiction[] {
  const found = [
    ...unknownRegion(given, settings.allowUnknownRegion),
    ...issuer(given, settings.isRetained),
    ...actorRoles(settings, given),
    ...emails(given),
    ...unknownNames(given),
    ...assigned(given),
    ...resources(given),
  ];
  return found.map(({ path, message }) => ({ path: ['identityCenter', ...path], message }));
}

function unknownRegion({ region }: IdentityCenterSettings, isAllowed: boolean): Contradiction[] {
  const message = region && !isAllowed ? unknownRegionProblem(region) : undefined;
  return message === undefined ? [] : [{ path: ['region'], message }];
}

function issuer({ issuer: { url } }: IdentityCenterSettings, isRetained: boolean): Contradiction[] {
  if (!isRetained || !isLoopbackUrl(`${url}/`)) return [];
  const message = 'must be https: an address of the machine itself is for the sandbox alone';
  return [{ path: ['issuer', 'url'], message }];
}

/** The default is a role of the broker's account, which the stack of another must be told. */
function actorRoles({ account }: Settings, given: IdentityCenterSettings): Contradiction[] {
  if (given.actorRoles.length > 0 || account !== undefined || given.account === undefined) return [];
  const message = 'must be given where the environment has no account, and identityCenter has one';
  return [{ path: ['actorRoles'], message }];
}

/** An attribute that two users share tells neither. */
function emails({ users }: IdentityCenterSettings): Contradiction[] {
  const first = new Map<string, string>();
  return Object.entries(users).flatMap(([name, { email }]) => {
    const key = email.toLowerCase();
    const before = first.get(key);
    if (before === undefined) first.set(key, name);
    return before === undefined
      ? []
      : [{ path: ['users', name, 'email'], message: `must not be that of users.${before} too` }];
  });
}

function unknownNames({ users, groups, assignments }: IdentityCenterSettings): Contradiction[] {
  const userNames = Object.keys(users);
  const groupNames = Object.keys(groups);
  const check = (path: readonly string[], given: readonly string[], known: readonly string[], what: string) =>
    given.flatMap((name, index) => {
      if (given.indexOf(name) !== index)
        return [{ path: [...path, index], message: 'must not be named twice' }];
      return known.includes(name) || (path[0] === 'assignments' && directoryId.test(name))
        ? []
        : [{ path: [...path, index], message: `must be one of ${what}${didYouMean(name, known)}` }];
    });
  return [
    ...Object.entries(groups).flatMap(([name, members]) =>
      check(['groups', name], members, userNames, 'users'),
    ),
    ...check(['assignments', 'users'], assignments.users, userNames, 'users, or an id of the directory'),
    ...check(['assignments', 'groups'], assignments.groups, groupNames, 'groups, or an id of the directory'),
  ];
}

function assigned({ assignments: { users, groups }, everyone }: IdentityCenterSettings): Contradiction[] {
  const isAssigned = users.length + groups.length > 0;
  if (everyone && isAssigned)
    return [
      { path: ['everyone'], message: 'must not be true where there are assignments: it is one or the other' },
    ];
  if (everyone || isAssigned) return [];
  const message =
    'must name a user or a group; where whoever is in the directory may come, say everyone: true';
  return [{ path: ['assignments'], message }];
}

function resources({ users, groups, assignments }: IdentityCenterSettings): Contradiction[] {
  const members = Object.values(groups).reduce((sum, { length }) => sum + length, 0);
  const count =
    RESOURCES_IN_ANY_CASE +
    Object.keys(users).length +
    Object.keys(groups).length +
    members +
    assignments.users.length +
    assignments.groups.length;
  if (count <= MOST_RESOURCES) return [];
  const message = `users, groups, members and assignments make ${count} resources, and a stack has at most ${MOST_RESOURCES}`;
  return [{ path: ['users'], message }];
}
