// Settings that are right each by itself, and wrong together.
import type { Path } from './problem.ts';
import type { Settings } from './settings.ts';

export interface Contradiction {
  readonly path: Path;
  readonly message: string;
}

/** RFC 5280 bounds the common name, which ACM takes from a certificate's first domain name. */
const LONGEST_CERTIFICATE_NAME = 64;

/** What is left of 4,096 for the lists: the other variables, with their names, take up less than 900. */
const MAX_VARIABLE_BYTES = 3_100;

export function contradictionsIn(settings: Settings): Contradiction[] {
  return [
    ...autoScaling(settings),
    ...attempts(settings),
    ...usagePlans(settings),
    ...alarmTargets(settings),
    ...variables(settings),
    ...(settings.domain ? domain(settings, settings.domain) : []),
  ];
}

function autoScaling({ provisionedConcurrency, maxProvisionedConcurrency }: Settings): Contradiction[] {
  if (maxProvisionedConcurrency >= provisionedConcurrency) return [];
  const message = `must be at least provisionedConcurrency, which is ${provisionedConcurrency}`;
  return [{ path: ['maxProvisionedConcurrency'], message }];
}

function attempts(settings: Settings): Contradiction[] {
  return (['dynamoDbTimeoutMs', 'stsTimeoutMs'] as const).flatMap((name) => {
    const worstMs = settings[name] * settings.maxAttempts;
    if (worstMs <= settings.requestBudgetMs) return [];
    const message = `${settings.maxAttempts} attempts take ${worstMs} ms, and requestBudgetMs is ${settings.requestBudgetMs}`;
    return [{ path: [name], message }];
  });
}

function usagePlans({ usagePlans, throttleRateLimit, throttleBurstLimit }: Settings): Contradiction[] {
  const { applications, ...common } = usagePlans;
  const plans = [
    ...Object.entries(common).map(([name, plan]) => ({ path: ['usagePlans', name], name, plan })),
    ...Object.entries(applications).map(([name, plan]) => ({
      path: ['usagePlans', 'applications', name],
      name,
      plan,
    })),
  ];
  return plans
    .filter(({ plan }) => plan.rateLimit > throttleRateLimit || plan.burstLimit > throttleBurstLimit)
    .map(({ path, name }) => ({
      path,
      message:
        `the plan ${name} allows more than the stage throttle lets through: ` +
        `throttleRateLimit ${throttleRateLimit}, throttleBurstLimit ${throttleBurstLimit}`,
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

/** A function's environment variables have 4 KB in all: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
function variables({ jwksHosts, registrars, usagePlans }: Settings): Contradiction[] {
  const bytes = Buffer.byteLength(jwksHosts.join(',') + registrars.join(' ') + JSON.stringify(usagePlans));
  if (bytes <= MAX_VARIABLE_BYTES) return [];
  const message = `registrars and usagePlans together must have at most ${MAX_VARIABLE_BYTES} bytes, and have ${bytes}`;
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
