// The stories of the demo: which there are, and where each can be played.
import { tellBroker } from './broker/tell.ts';
import { tellConsole } from './console/tell.ts';
import { tellData } from './data/tell.ts';
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

const each: Readonly<Record<string, Story>> = {
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
  data: {
    about: 'departments ask S3 Access Grants for data, and are denied what is not theirs',
    refuses: (place) =>
      place === 'aws'
        ? '--story data is played in the sandbox: an account has one instance of S3 Access Grants, and yours may be in use'
        : undefined,
    tell: (_, environment, narrator) => tellData(environment, narrator),
  },
};

export const stories: Readonly<Record<string, Story>> = {
  ...each,
  all: {
    about: `${Object.keys(each).join(', ')}, one after the other`,
    refuses(place, environment) {
      return Object.values(each)
        .map((story) => story.refuses(place, environment))
        .find((refusal) => refusal !== undefined);
    },
    async tell(place, environment, narrator) {
      const endings: string[] = [];
      for (const [name, story] of Object.entries(each)) {
        narrator.say(`\n${name}: ${story.about}\n`);
        endings.push(`${name}: ${await story.tell(place, environment, narrator)}`);
      }
      return endings.join('\n\n');
    },
  },
};
