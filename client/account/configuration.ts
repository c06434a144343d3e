// What the shared configuration of AWS (~/.aws/config and ~/.aws/credentials) says of a profile.
import { loadSharedConfigFiles } from '@smithy/core/config';

type Environment = Readonly<Record<string, string | undefined>>;

export type Profile = Readonly<Record<string, string | undefined>>;

/** Profiles by their names; none where there are no such files. What the credentials file says comes first, as for SDKs. */
export class Configuration {
  private constructor(private readonly profiles: ReadonlyMap<string, Profile>) {}

  static async read(): Promise<Configuration> {
    const { configFile, credentialsFile } = await loadSharedConfigFiles();
    const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
    return new Configuration(
      new Map([...names].map((name) => [name, { ...configFile[name], ...credentialsFile[name] }])),
    );
  }

  profile(name: string): Profile | undefined {
    return this.profiles.get(name);
  }

  /** The profile and those that it takes its credentials from, each once. */
  sourcesOf(name: string): [name: string, profile: Profile][] {
    const sources = new Map<string, Profile>();
    for (let next: string | undefined = name; next !== undefined && !sources.has(next); ) {
      const profile = this.profiles.get(next);
      if (!profile) break;
      sources.set(next, profile);
      next = profile['source_profile'];
    }
    return [...sources];
  }
}

/** The profile by which AWS SDKs go, where none is named. */
export function inheritedProfile(env: Environment): string {
  return env['AWS_PROFILE'] || 'default';
}
