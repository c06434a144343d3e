// The condition keys that the sandbox supplies. One that it never does would count as absent, and could grant.
import { AwsError } from '../aws-error.ts';

/**
 * Whole keys, and those that end in `/` with any name behind it; in lower case, for case does not count.
 *
 * Some are there for certain requests alone, as on AWS: what is absent then is absent there too. Objects of the sandbox's
 * buckets have no tags, so that `s3:ExistingObjectTag` is rightly absent.
 */
const supplied = [
  ...[
    'aws:currenttime',
    'aws:epochtime',
    'aws:requestedregion',
    'aws:resourceaccount',
    'aws:securetransport',
  ],
  ...[
    'aws:sourceip',
    'aws:principalaccount',
    'aws:principalarn',
    'aws:principalisawsservice',
    'aws:principaltype',
  ],
  ...[
    'aws:viaawsservice',
    'aws:userid',
    'aws:username',
    'aws:tokenissuetime',
    'aws:sourceaccount',
    'aws:sourcearn',
    'aws:sourceidentity',
  ],
  ...['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/', 'aws:tagkeys', 'iam:resourcetag/'],
  ...['sts:externalid', 'sts:rolesessionname', 'sts:sourceidentity', 'sts:transitivetagkeys'],
  ...['s3:prefix', 's3:delimiter', 's3:existingobjecttag/', 'dynamodb:leadingkeys'],
];

/** @throws AwsError NotImplemented that names the key */
export function requireSupplied(key: string): void {
  const name = key.toLowerCase();
  const isKnown = supplied.some((one) =>
    one.endsWith('/') ? name.startsWith(one) && name !== one : name === one,
  );
  if (isKnown) return;
  throw new AwsError('NotImplemented', `The sandbox does not supply the condition key ${key}.`, 501);
}

/** The variables in a text, `${aws:PrincipalTag/Team}`, with their defaults left out; `${*}`, `${?}` and `${$}` are none. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(/\$\{([^}*?$][^},]*)(?:,[^}]*)?\}/g)].map(([, name = '']) => name.trim());
}
