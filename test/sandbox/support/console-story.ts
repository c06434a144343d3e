// The console's story, told without a browser, in a sandbox of the shared assembly.
import { inject } from 'vitest';
import { type ConsoleOptions, tellConsole } from '../../../demo/console/tell.ts';
import { listen } from './listening.ts';

/** `ending` is `undefined` where a step failed. */
export async function tellOverHttp(amendTemplate?: ConsoleOptions['amendTemplate']) {
  const { narrator, lines } = listen();
  const ending = await tellConsole('sandbox', narrator, {
    assemblyDirectory: inject('assemblyDirectory'),
    variables: { CHROMIUM: '' },
    ...(amendTemplate && { amendTemplate }),
  }).catch(() => undefined);
  return { ending, lines, text: lines.join('\n') };
}
