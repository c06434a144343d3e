// `isb` in a clone: the table of its commands. Each is loaded where it is asked for.
import { applicationCommands } from './application-commands.ts';
import type { Commands, Surroundings } from './command.ts';
import { runCommand } from './run-command.ts';

const commands: Commands = new Map([
  ...applicationCommands,
  [
    'applications',
    {
      summary: 'tells which applications are registered, and what is known of each',
      load: async () => (await import('./applications.ts')).applications,
    },
  ],
  [
    'end-sessions',
    {
      summary: 'ends the sessions that a user has of the portal, and of AWS by it',
      load: async () => (await import('./end-sessions.ts')).endSessions,
    },
  ],
  [
    'import',
    {
      summary: 'registers the applications that the reference implementation has in its table',
      load: async () => (await import('./import.ts')).importReference,
    },
  ],
  [
    'import-portal',
    {
      summary: 'makes the settings of a portal of an aws_config of AWScons',
      load: async () => (await import('./import-portal.ts')).importPortal,
    },
  ],
  [
    'revoke',
    {
      summary: 'ends the sessions that an application, or a tenant of it, has got so far',
      load: async () => (await import('./revoke.ts')).revoke,
    },
  ],
  [
    'target-role',
    {
      summary: 'prints the CloudFormation template of a role that the portal opens',
      load: async () => (await import('./target-role.ts')).targetRole,
    },
  ],
  [
    'who',
    {
      summary: 'tells who got sessions for which tenant, from the audit log',
      load: async () => (await import('./who.ts')).who,
    },
  ],
]);

/** Runs a command. Returns the exit code, and never rejects. */
export function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  return runCommand(commands, args, surroundings);
}
