// The broker's story as the demo tells it: where it is played, and how it ends.
import { findRegion } from '../../client/account/region.ts';
import type { Narrator } from '../narration/narrator.ts';
import { endingOf } from './ending.ts';
import { playStory } from './story.ts';
import { awsTarget, sandboxTarget, type Target } from './target.ts';

/** @returns the words at the end of a story that came out right */
export async function tellBroker(
  place: Target['name'],
  environment: string,
  narrator: Narrator,
): Promise<string> {
  let target: Target | undefined;
  try {
    if (place === 'sandbox') {
      await narrator.step('Deploy the synthesized stacks into a sandbox', async (progress) => {
        target = await sandboxTarget({ environment, onProgress: progress, signal: narrator.signal });
        const stacks = ['IAMSessionBroker', 'IdentityProvider'];
        return `cdk synth → ${stacks.map((stack) => `${stack}-Service-${target?.environment}`).join(', ')}`;
      });
    } else {
      target = awsTarget(await findRegion(process.env), environment);
    }
    if (target) await playStory(target, narrator);
    return endingOf(place, narrator.notTried);
  } finally {
    await target?.stop();
  }
}
