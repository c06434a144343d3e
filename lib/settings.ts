// The deployment's settings: their bounds and defaults, read from the CDK context in cdk.json.
import type { Node } from 'constructs';
import { z } from 'zod';
import { checkUsagePlans, timeOutDefaults, type UsagePlanSettings } from '../service/environment.ts';

const hostName = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** What an application may send that has no plan of its own. */
const defaultUsagePlans: UsagePlanSettings = {
  default: { rateLimit: 100, burstLimit: 200 },
  registration: { rateLimit: 5, burstLimit: 20 },
  applications: {},
};

/** A function's environment variables have 4 KB in all; the plans may take up most of it. */
const MAX_USAGE_PLANS_BYTES = 3_000;

const environmentSettings = z
  .strictObject({
    /** Execution environments kept initialized; each serves one request at a time. 1–1,000, default 1. */
    provisionedConcurrency: z.int().min(1).max(1_000).default(1),
    /** The gateway's stage throttle over all applications, in requests a second. 1–10,000, default 500. */
    throttleRateLimit: z.int().min(1).max(10_000).default(500),
    /** Requests that the stage throttle takes at once. 1–5,000, default 1,000. */
    throttleBurstLimit: z.int().min(1).max(5_000).default(1_000),
    /**
     * Requests that an application may send: `default`, `registration` (about its registration), and
     * `applications` by name, each a `rateLimit` a second and a `burstLimit` at once.
     */
    usagePlans: z.unknown().default({}).transform(readUsagePlans),
    /** Host names that a JWKSetURL may have, lower case. Default: none named, any public DNS name. */
    jwksHosts: z.array(z.string().regex(hostName, 'must be a lower-case host name')).max(100).default([]),
    /**
     * Whether an access role is accepted only if its trust policy requires the application's external id.
     * Default false: registered with a warning.
     */
    requirePinnedTrust: z.boolean().default(false),
    /** Milliseconds that one attempt at DynamoDB may take. 100–5,000. */
    dynamoDbTimeoutMs: z.int().min(100).max(5_000).default(timeOutDefaults.dynamoDbTimeoutMs),
    /** Milliseconds that one attempt at STS may take. 100–5,000. */
    stsTimeoutMs: z.int().min(100).max(5_000).default(timeOutDefaults.stsTimeoutMs),
    /** Milliseconds that fetching a JWK set may take. 100–5,000. */
    jwksTimeoutMs: z.int().min(100).max(5_000).default(timeOutDefaults.jwksTimeoutMs),
    /** Attempts at one call of DynamoDB or STS. 1–5. */
    maxAttempts: z.int().min(1).max(5).default(timeOutDefaults.maxAttempts),
    /** Milliseconds after which a request is answered, whatever it waits for. 1,000–9,000: below the function's time-out. */
    requestBudgetMs: z.int().min(1_000).max(9_000).default(timeOutDefaults.requestBudgetMs),
    /** Days that logs are kept: one of the periods that CloudWatch Logs offers. Default 30. */
    logRetentionDays: z
      .literal([
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
        3653,
      ])
      .default(30),
  })
  .superRefine((settings, context) => {
    for (const name of ['dynamoDbTimeoutMs', 'stsTimeoutMs'] as const) {
      const worstMs = settings[name] * settings.maxAttempts;
      if (worstMs <= settings.requestBudgetMs) continue;
      const message = `${settings.maxAttempts} attempts take ${worstMs} ms, and requestBudgetMs is ${settings.requestBudgetMs}`;
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .superRefine(({ usagePlans, throttleRateLimit, throttleBurstLimit }, context) => {
    const { applications, ...common } = usagePlans;
    for (const [name, { rateLimit, burstLimit }] of Object.entries({ ...common, ...applications })) {
      if (rateLimit <= throttleRateLimit && burstLimit <= throttleBurstLimit) continue;
      const message =
        `the plan ${name} allows more than the stage throttle lets through: ` +
        `throttleRateLimit ${throttleRateLimit}, throttleBurstLimit ${throttleBurstLimit}`;
      context.addIssue({ code: 'custom', path: ['usagePlans'], message });
    }
  });

function readUsagePlans(plans: unknown, context: z.RefinementCtx): UsagePlanSettings {
  try {
    const checked = checkUsagePlans({ ...defaultUsagePlans, ...(plans as object) });
    const bytes = Buffer.byteLength(JSON.stringify(checked));
    if (bytes <= MAX_USAGE_PLANS_BYTES) return checked;
    throw new Error(`wrong usage plans: ${bytes} bytes as JSON, and at most ${MAX_USAGE_PLANS_BYTES} fit`);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}

/** One environment's settings, every default filled in. */
export interface Settings extends z.output<typeof environmentSettings> {
  /** Suffix of the stacks' names, `Sandbox`. */
  readonly environmentName: string;
  /** Whether what cannot be made again is kept when its stack goes: everywhere but in the sandbox. */
  readonly isRetained: boolean;
}

const context = z
  .record(
    z.string().regex(/^[a-z][a-z0-9]{0,30}$/, 'must be lower-case letters and digits'),
    environmentSettings,
  )
  .default({ sandbox: environmentSettings.parse({}) });

/** Reads context key `environments`: name → settings. Throws at synthesis, naming the setting, its value and its bound. */
export function readSettings(node: Node): Settings[] {
  const parsed = context.safeParse(node.tryGetContext('environments') ?? undefined);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `environments.${issue.path.join('.')}: ${issue.message}`,
    );
    throw new Error(`cdk.json context has wrong settings:\n${problems.join('\n')}`);
  }
  return Object.entries(parsed.data).map(([name, settings]) => ({
    environmentName: name.charAt(0).toUpperCase() + name.slice(1),
    isRetained: name !== 'sandbox',
    ...settings,
  }));
}
