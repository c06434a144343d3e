// Profiles of ~/.aws/config in which `isb` is a credential_process, and shells that have them.
import { fileURLToPath } from 'node:url';
import { fileWith, shellOf } from './isb-world.ts';

const isbFile = fileURLToPath(new URL('../../../client/cli/isb.mjs', import.meta.url));

/** As `credential_process` has it, and a shell. */
export const processCommand = (options: string) =>
  `${process.execPath} ${isbFile} credentials --format credential-process ${options}`;

export const profile = (name: string, lines: string) => `[profile ${name}]\n${lines}\n`;

/** A shell with no keys of its own. */
export function shellWith(...profiles: string[]): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, ...others } = shellOf();
  return {
    ...others,
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    AWS_CONFIG_FILE: fileWith(profiles.join('\n'), 'config'),
  };
}
