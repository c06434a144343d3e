// Usage plans in the settings: what is left out is filled in, and what is wrong is said in the words of a setting.
import { z } from 'zod';
import { checkUsagePlans, type UsagePlanSettings } from '../../service/broker/environment.ts';
import { didYouMean } from './did-you-mean.ts';

/** What an application may send that has no plan of its own. */
const defaultUsagePlans: UsagePlanSettings = {
  default: { rateLimit: 100, burstLimit: 200 },
  registration: { rateLimit: 5, burstLimit: 20 },
  applications: {},
};

/** A function's environment variables have 4 KB in all; the plans may take up most of it. */
const MAX_BYTES = 3_000;

export function readUsagePlans(plans: unknown, context: z.RefinementCtx): UsagePlanSettings {
  try {
    const given = { ...defaultUsagePlans, ...requireKnownKeys(plans) };
    const checked = checkUsagePlans(given);
    const bytes = Buffer.byteLength(JSON.stringify(checked));
    if (bytes <= MAX_BYTES) return checked;
    throw new Error(`wrong usage plans: ${bytes} bytes as JSON, and at most ${MAX_BYTES} fit`);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}

/** The function, which gets all three, has other words for what is too much. */
function requireKnownKeys(plans: unknown): Partial<UsagePlanSettings> {
  const known = Object.keys(defaultUsagePlans);
  const what = 'may have default, registration and applications, each or none of them';
  if (typeof plans !== 'object' || plans === null || Array.isArray(plans))
    throw new Error(`must be an object that ${what}`);
  const unknown = Object.keys(plans).filter((key) => !known.includes(key));
  if (unknown.length === 0) return plans;
  throw new Error(`${what}, and has ${unknown.map((key) => `${key}${didYouMean(key, known)}`).join(', ')}`);
}
