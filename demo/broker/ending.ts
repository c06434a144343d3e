// The end of a story that came out right: what was seen, and what was not, and what a reader would do now.
import { TENANT } from './stage.ts';
import { SESSION_TAG_KEY } from './story.ts';
import type { Target } from './target.ts';

const nextSteps = {
  sandbox: `Next: npm start leaves the sandbox running, and docs/walkthrough.md goes the same way by hand, with the AWS \
CLI and curl.`,
  aws: `Next:
  npx isb who --tag ${SESSION_TAG_KEY}=${TENANT} tells whom the tenant’s sessions were handed out to.
  npm run probe -- --setup prepares the probe that a scheduler runs from now on: docs/probe.md.
  docs/registration.md says what to register for an application of your own.`,
} as const satisfies Record<Target['name'], string>;

export function endingOf(name: Target['name'], notTried: readonly string[]): string {
  const summary =
    notTried.length === 0
      ? 'Every step came out right.'
      : `Every step that was tried came out right. Not tried: ${notTried.join('; ')}.`;
  return `${summary}\n\n${nextSteps[name]}`;
}
