// Settings that are right each by itself, and wrong together.
import { accessGrantsContradictions } from './access-grants-contradictions.ts';
import { identityCenterContradictions } from './identity-center-contradictions.ts';
import { portalContradictions } from './portal-contradictions.ts';
import type { Contradiction } from './problem.ts';
import { unknownRegionProblem } from './regions.ts';
import type { Settings } from './settings.ts';
import { greatestPlan, routeThrottles } from './throttles.ts';

/** RFC 5280 bounds the common name, which ACM takes from a certificate's first domain name. */
const LONGEST_CERTIFICATE_NAME = 64;

/** What is left of 4,096 for the lists: the other variables, with their names, take up less than 900. */
const MAX_VARIABLE_BYTES = 3_100;
/** The names of its variables, an account, a table's name and seconds. */
const DATA_ACCESS_VARIABLE_BYTES = 300;
/** The names of two variables, a table's name and a key's ARN. */
const SHARED_SESSIONS_VARIABLE_BYTES = 250;

/** A second: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const REQUESTS_PER_ENVIRONMENT = 10;

export function contradictionsIn(settings: Settings): Contradiction[] {
  return [
    ...unknownRegion(settings),
    ...autoScaling(settings),
    ...reservedConcurrency(settings),
    ...attempts(settings),
    ...usagePlans(settings),
    ...alarmTargets(settings),
    ...certificateAuthorities(settings),
    ...variables(settings),
    ...(settings.domain ? domain(settings, settings.domain) : []),
    ...(settings.portal ? portalContradictions(settings, settings.portal) : []),
    ...(settings.accessGrants ? accessGrantsContradictions(settings, settings.accessGrants) : []),
    ...(settings.identityCenter ? identityCenterContradictions(settings, settings.identityCenter) : []),
  ];
}

function unknownRegion({ region, allowUnknownRegion }: Settings): Contradiction[] {
  const message = region && !allowUnknownRegion ? unknownRegionProblem(region) : undefined;
  return message === undefined ? [] : [{ path: ['region'], message }];
}

function autoScaling({ provisionedConcurrency, maxProvisionedConcurrency }: Settings): Contradiction[] {
  const path = ['maxProvisionedConcurrency'];
  if (maxProvisionedConcurrency < provisionedConcurrency) {
    const message = `must be at least provisionedConcurrency, which is ${provisionedConcurrency}`;
    return [{ path, message }];
  }
  if (provisionedConcurrency > 0 || maxProvisionedConcurrency === 0) return [];
  return [{ path, message: 'must have a provisionedConcurrency to scale from, which is 0' }];
}

/** What is provisioned is taken from what is reserved. */
function reservedConcurrency(settings: Settings): Contradiction[] {
  const { reservedConcurrency: reserved, maxProvisionedConcurrency, throttleRateLimit } = settings;
  if (reserved === undefined) return [];
  const path = ['reservedConcurrency'];
  if (reserved < maxProvisionedConcurrency) {
    const message = `must be at least maxProvisionedConcurrency, which is ${maxProvisionedConcurrency}`;
    return [{ path, message }];
  }
  const taken = reserved * REQUESTS_PER_ENVIRONMENT;
  if (taken >= throttleRateLimit) return [];
  const message = `takes ${taken} requests a second, and throttleRateLimit lets ${throttleRateLimit} through: Lambda would refuse everybody first`;
  return [{ path, message }];
}

function attempts(settings: Settings): Contradiction[] {
  return (['dynamoDbTimeoutMs', 'stsTimeoutMs'] as const).flatMap((name) => {
    const worstMs = settings[name] * settings.maxAttempts;
    if (worstMs <= settings.requestBudgetMs) return [];
    const message = `${settings.maxAttempts} attempts take ${worstMs} ms, and requestBudgetMs is ${settings.requestBudgetMs}`;
    return [{ path: [name], message }];
  });
}

function usagePlans(settings: Settings): Contradiction[] {
  const { default: common, registration, applications } = settings.usagePlans;
  const { throttleRateLimit, throttleBurstLimit } = settings;
  const throttles = routeThrottles(settings);
  const ofCredentials = greatestPlan(throttles.credentials);
  const ofApplications = greatestPlan(throttles.applications);
  const plans = [
    { path: ['default'], plan: common, most: ofCredentials },
    { path: ['registration'], plan: registration, most: ofApplications },
    ...Object.entries(applications).map(([name, plan]) => ({
      path: ['applications', name],
      plan,
      most: ofCredentials,
    })),
  ];
  return plans
    .filter(({ plan, most }) => plan.rateLimit > most.rateLimit || plan.burstLimit > most.burstLimit)
    .map(({ path, most }) => ({
      path: ['usagePlans', ...path],
      message:
        `must be at most ${most.rateLimit} a second and ${most.burstLimit} at once, so that a flood leaves room for others; ` +
        `lower it, or raise throttleRateLimit, which is ${throttleRateLimit}, and throttleBurstLimit, which is ${throttleBurstLimit}`,
    }));
}

function alarmTargets({ region, alarmTargets }: Settings): Contradiction[] {
  return alarmTargets.flatMap((arn, index) =>
    region && arn.split(':')[3] !== region
      ? [
          {
            path: ['alarmTargets', index],
            message: `must be of the region ${region}: an alarm reaches no other`,
          },
        ]
      : [],
  );
}

/** A name that a suffix allows is not trusted so far: whoever has names in that domain would be, too. */
function certificateAuthorities({ jwksHosts, jwksCertificateAuthorities }: Settings): Contradiction[] {
  if (jwksCertificateAuthorities.length === 0 || jwksHosts.some((host) => !host.startsWith('*.'))) return [];
  const message =
    'must have a host that jwksHosts names exactly, without *.: these authorities are trusted for no other';
  return [{ path: ['jwksCertificateAuthorities'], message }];
}

/** A function's environment variables have 4 KB in all: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
function variables(settings: Settings): Contradiction[] {
  const { jwksHosts, registrars, usagePlans, dataAccess, sharedSessions } = settings;
  const lists = [jwksHosts.join(','), registrars.join(' '), JSON.stringify(usagePlans)];
  if (dataAccess) lists.push(JSON.stringify(dataAccess.identityCenterApplications));
  const bytes =
    Buffer.byteLength(lists.join('')) +
    (dataAccess ? DATA_ACCESS_VARIABLE_BYTES : 0) +
    (sharedSessions ? SHARED_SESSIONS_VARIABLE_BYTES : 0);
  if (bytes <= MAX_VARIABLE_BYTES) return [];
  const others = [
    'registrars',
    'usagePlans',
    ...(dataAccess ? ['dataAccess'] : []),
    ...(sharedSessions ? ['sharedSessions'] : []),
  ].reduce((names, name, index, all) => `${names}${index < all.length - 1 ? ', ' : ' and '}${name}`);
  const message = `${others} together must have at most ${MAX_VARIABLE_BYTES} bytes, and have ${bytes}`;
  return [{ path: ['jwksHosts'], message }];
}

function domain(
  { account, region }: Settings,
  { name, hostedZoneId, hostedZoneName }: NonNullable<Settings['domain']>,
) {
  const problems: Contradiction[] = [];
  if (!region) {
    problems.push({ path: ['region'], message: 'must be given with a domain: it is part of the DNS name' });
    return problems;
  }
  if (name.length > LONGEST_CERTIFICATE_NAME) {
    const message = `must be at most ${LONGEST_CERTIFICATE_NAME} characters for its certificate, and has ${name.length}`;
    problems.push({ path: ['domain', 'name'], message });
  }
  if (hostedZoneName && !name.endsWith(`.${hostedZoneName}`)) {
    problems.push({ path: ['domain', 'hostedZoneName'], message: `${name} does not lie in it` });
  }
  if (!hostedZoneId && !account) {
    const message =
      'must be given with a domain that has no hostedZoneId: the hosted zone is looked up there';
    problems.push({ path: ['account'], message });
  }
  return problems;
}
