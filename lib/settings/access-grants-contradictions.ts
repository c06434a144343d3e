// Settings of S3 Access Grants that are right each by itself, and wrong together.
import { type GrantSettings, isNamed } from './access-grants.ts';
import { bucketOf, MOST_RESOURCES } from './access-grants-bounds.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Contradiction } from './problem.ts';
import { unknownRegionProblem } from './regions.ts';
import type { AccessGrantsSettings, Settings } from './settings.ts';

/** The instance, and the location role. */
const RESOURCES_IN_ANY_CASE = 2;

export function accessGrantsContradictions(
  { identityCenter, allowUnknownRegion }: Settings,
  given: AccessGrantsSettings,
): Contradiction[] {
  const found = [
    ...unknownRegion(given, allowUnknownRegion),
    ...repeated(given),
    ...unknownBuckets(given),
    ...given.grants.flatMap((grant, index) =>
      grantProblems(grant, given, identityCenter).map(({ path, message }) => ({
        path: ['grants', index, ...path],
        message,
      })),
    ),
    ...differentCenters(given, identityCenter),
    ...resources(given),
  ];
  return found.map(({ path, message }) => ({ path: ['accessGrants', ...path], message }));
}

function unknownRegion({ region }: AccessGrantsSettings, isAllowed: boolean): Contradiction[] {
  const message = region && !isAllowed ? unknownRegionProblem(region) : undefined;
  return message === undefined ? [] : [{ path: ['region'], message }];
}

/** What S3 and IAM would refuse at deployment: a second of the same. */
function repeated({
  buckets,
  existingBuckets,
  locations,
  roles,
  grants,
}: AccessGrantsSettings): Contradiction[] {
  const all = [
    ...[...buckets.entries()].map(([index, name]) => ({ path: ['buckets', index], key: name })),
    ...[...existingBuckets.entries()].map(([index, name]) => ({
      path: ['existingBuckets', index],
      key: name,
    })),
    ...[...locations.entries()].map(([index, scope]) => ({ path: ['locations', index], key: scope })),
    ...[...roles.entries()].map(([index, name]) => ({
      path: ['roles', index],
      key: `role ${name.toLowerCase()}`,
    })),
    ...[...grants.entries()].map(([index, grant]) => ({ path: ['grants', index], key: sameGrant(grant) })),
  ];
  const first = new Map<string, string>();
  return all.flatMap(({ path, key }) => {
    const before = first.get(key);
    if (before === undefined) first.set(key, path.join('.'));
    return before === undefined ? [] : [{ path, message: `must not be that of ${before} again` }];
  });
}

/** What tells one grant from another for S3. */
function sameGrant({ scope, permission, role, directoryUser, directoryGroup, application }: GrantSettings) {
  return JSON.stringify([scope, permission, role, directoryUser, directoryGroup, application]);
}

function unknownBuckets({ buckets, existingBuckets, locations }: AccessGrantsSettings): Contradiction[] {
  const known = [...buckets, ...existingBuckets];
  return locations.flatMap((scope, index) =>
    known.includes(bucketOf(scope))
      ? []
      : [
          {
            path: ['locations', index],
            message: `must be in one of buckets and existingBuckets${didYouMean(bucketOf(scope), known)}`,
          },
        ],
  );
}

function grantProblems(
  grant: GrantSettings,
  { locations, roles, identityCenterArn, account, region }: AccessGrantsSettings,
  center: Settings['identityCenter'],
): Contradiction[] {
  const problems: Contradiction[] = [];
  const { scope, role, directoryUser, directoryGroup } = grant;
  const refuse = (name: string, message: string) => problems.push({ path: [name], message });
  if (!locations.some((location) => scope.startsWith(location))) {
    const hint = didYouMean(bucketOf(scope), [...new Set(locations.map(bucketOf))]);
    refuse('scope', `must lie in one of the locations, which are ${locations.join(', ') || 'none'}${hint}`);
  }
  if (role !== undefined) {
    if (isNamed(grant) && !roles.includes(role))
      refuse('role', `must be one of roles, or the ARN of another role${didYouMean(role, roles)}`);
    return problems;
  }
  const [name, given, known] =
    directoryUser !== undefined
      ? (['directoryUser', directoryUser, Object.keys(center?.users ?? {})] as const)
      : (['directoryGroup', directoryGroup as string, Object.keys(center?.groups ?? {})] as const);
  if (identityCenterArn === undefined && !center)
    refuse(name, 'must not be without an identityCenterArn: nobody else knows users and groups');
  else if (isNamed(grant) && !known.includes(given))
    refuse(name, `must be one of identityCenter’s, or an id of the directory${didYouMean(given, known)}`);
  else if (isNamed(grant) && (account !== center?.account || region !== center?.region))
    refuse(
      name,
      'must be an id of the directory: identityCenter is of another account or region, and its stack cannot be asked',
    );
  return problems;
}

function differentCenters(
  { identityCenterArn, account, region }: AccessGrantsSettings,
  center: Settings['identityCenter'],
): Contradiction[] {
  if (!center) return [];
  if (center.instanceArn !== undefined && identityCenterArn !== center.instanceArn)
    return [
      { path: ['identityCenterArn'], message: `must be that of identityCenter, ${center.instanceArn}` },
    ];
  if (region !== center.region)
    return [
      {
        path: ['region'],
        message: `must be that of identityCenter, ${center.region ?? 'which has none'}: S3 Access Grants knows the users and groups of its own region`,
      },
    ];
  if (center.instanceArn === undefined && identityCenterArn === undefined && account !== center.account)
    return [
      {
        path: ['identityCenterArn'],
        message:
          'must be given: identityCenter makes an instance of another account, and its stack cannot be asked',
      },
    ];
  return [];
}

function resources({ buckets, locations, roles, grants }: AccessGrantsSettings): Contradiction[] {
  const count = RESOURCES_IN_ANY_CASE + 2 * buckets.length + locations.length + roles.length + grants.length;
  if (count <= MOST_RESOURCES) return [];
  const message = `buckets, locations, roles and grants make ${count} resources, and a stack has at most ${MOST_RESOURCES}`;
  return [{ path: ['grants'], message }];
}
