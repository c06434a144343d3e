// The options that ask for data of S3: refused before anybody is asked where they cannot be meant.
import { type DataAccess, problemOfAccess } from '../library/data-access.ts';
import { WrongUsage } from './command.ts';

export const dataAccessOptions = {
  target: { type: 'string' },
  permission: { type: 'string' },
  'duration-seconds': { type: 'string' },
} as const;

type Values = Partial<Record<keyof typeof dataAccessOptions, string | undefined>>;

/** Of a command's usage. */
export const dataAccessUsage = `  --target S3-URI        asks for data: s3://bucket/prefix/* or s3://bucket/key, where the
                         registration has AccessGrants. Quote the asterisk
  --permission READ|WRITE|READWRITE
                         what is to be done there
  --duration-seconds N   how long the credentials last: 900 up to the registration's
                         MaxDurationSeconds, by default an hour at most`;

const optionOf = {
  target: '--target',
  permission: '--permission',
  durationSeconds: '--duration-seconds',
} as const;

/** `undefined` where none is given. @throws WrongUsage */
export function dataAccessOf(values: Values): DataAccess | undefined {
  const { target, permission, 'duration-seconds': duration } = values;
  if ([target, permission, duration].every((value) => value === undefined)) return undefined;
  const durationSeconds = duration !== undefined && /^\d{1,9}$/.test(duration) ? Number(duration) : duration;
  const access = { target, permission, durationSeconds };
  const found = problemOfAccess(access);
  if (found) throw new WrongUsage(`${optionOf[found.field]} ${found.problem}`);
  return access as DataAccess;
}
