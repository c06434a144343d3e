// What a run of the probe does not try: by name, with the reason, and how to have it tried.
import type { Options } from './options.ts';

export interface Untried {
  readonly name: string;
  readonly why: string;
  readonly how: string;
}

type Choice = Pick<Options, 'mode' | 'all' | 'expiredTokenCommand'>;

/** None of them makes a run fail. */
export function untriedOf({ mode, all, expiredTokenCommand }: Choice): Untried[] {
  const untried: (Untried & { readonly isTried: boolean })[] = [
    {
      name: 'a signed GET /credentials',
      isTried: all,
      why: 'its token would stand in the log of whatever the request passes on its way',
      how: '--all',
    },
    {
      name: 'an expired token is refused',
      isTried: expiredTokenCommand !== undefined,
      why: 'no identity provider issues one',
      how: '--expired-token-command COMMAND, which prints one that was kept',
    },
    {
      name: 'registering and deregistering',
      isTried: mode === 'sandbox',
      why: 'a probe of what is registered writes nothing',
      how: '--teardown and --setup',
    },
    {
      name: 'the usage plan refuses a flood',
      isTried: false,
      why: 'for as long as it lasts the probe could ask for nothing else',
      how: 'a load test of your own, as an application of its own',
    },
  ];
  return untried.filter(({ isTried }) => !isTried).map(({ name, why, how }) => ({ name, why, how }));
}
