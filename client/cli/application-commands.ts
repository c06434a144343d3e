// The commands of an application's team and of the portal's users, which the package iam-session-broker-client has, too.
import type { Commands } from './command.ts';

export const applicationCommands: Commands = new Map([
  [
    'register',
    {
      summary: 'registers an application, as a file says',
      load: async () => (await import('./register.ts')).register,
    },
  ],
  ['show', { summary: 'shows what is registered', load: async () => (await import('./show.ts')).show }],
  [
    'deregister',
    {
      summary: 'ends a registration',
      load: async () => (await import('./deregister.ts')).deregister,
    },
  ],
  [
    'credentials',
    {
      summary: 'gets the credentials of the tenant that a token is of',
      load: async () => (await import('./credentials.ts')).credentials,
    },
  ],
  [
    'grants',
    {
      summary: 'lists what the user of a token may reach in S3',
      load: async () => (await import('./grants.ts')).grants,
    },
  ],
  [
    'login',
    {
      summary: 'gets the credentials of a target of the console portal, by way of the browser',
      load: async () => (await import('./login.ts')).login,
    },
  ],
  [
    'doctor',
    {
      summary: 'tells what is wrong between here and credentials',
      load: async () => (await import('./doctor/doctor.ts')).doctor,
    },
  ],
]);
