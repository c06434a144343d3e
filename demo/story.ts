// The stories of the demo: which there are, and where each can be played.
import { tellBroker } from './broker/tell.ts';
import { tellConsole } from './console/tell.ts';
import type { Narrator } from './narration/narrator.ts';

export type Place = 'sandbox' | 'aws';

export interface Story {
  /** For the usage. */
  readonly about: string;
  /** Why it is not played there, or `undefined`. */
  refuses(place: Place, environment: string): string | undefined;
  /** Resolves to the words at the end, if every step came out right. */
  tell(place: Place, environment: string, narrator: Narrator): Promise<string>;
}

export const stories: Readonly<Record<string, Story>> = {
  broker: {
    about: 'an application gets credentials of its user’s tenant',
    refuses: () => undefined,
    tell: tellBroker,
  },
  console: {
    about: 'people sign in to the portal, and open the AWS console as themselves',
    refuses(place, environment) {
      if (place === 'aws')
        return '--story console is played in the sandbox, whose identity provider and users it knows; docs/portal.md says how to try a portal in AWS';
      return environment.toLowerCase() === 'sandbox'
        ? undefined
        : `--story console is played with the targets of the environment sandbox, and not of ${environment}`;
    },
    tell: (_, environment, narrator) => tellConsole(environment, narrator),
  },
};
