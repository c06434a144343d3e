// The partitions that have a console, and the hosts that sign in to it and show it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html

export interface ConsolePartition {
  /** What `<region>.` is put before; the bare host serves one region alone. */
  readonly signInHost: string;
  readonly consoleHost: string;
  readonly defaultRegion: string;
  /** How the codes of its regions begin. */
  readonly regions: RegExp;
}

const partitions: Readonly<Record<string, ConsolePartition>> = {
  aws: {
    signInHost: 'signin.aws.amazon.com',
    consoleHost: 'console.aws.amazon.com',
    defaultRegion: 'us-east-1',
    regions: /^(?!cn-|us-gov-|(us|eu)-iso)[a-z]{2}(-[a-z]+)+-\d{1,2}$/,
  },
  'aws-us-gov': {
    signInHost: 'signin.amazonaws-us-gov.com',
    consoleHost: 'console.amazonaws-us-gov.com',
    defaultRegion: 'us-gov-west-1',
    regions: /^us-gov-[a-z]+-\d{1,2}$/,
  },
  'aws-cn': {
    signInHost: 'signin.amazonaws.cn',
    consoleHost: 'console.amazonaws.cn',
    defaultRegion: 'cn-north-1',
    regions: /^cn-[a-z]+-\d{1,2}$/,
  },
};

/** @param name the second part of an ARN. Throws for a partition without a console that is known here */
export function consolePartition(name: string): ConsolePartition {
  const partition = Object.hasOwn(partitions, name) ? partitions[name] : undefined;
  if (!partition) throw new Error(`the console of the partition ${name} is not known here`);
  return partition;
}
