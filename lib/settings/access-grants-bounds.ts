// What the settings of S3 Access Grants may be, one by one: names of buckets and roles, scopes, locations, who is granted.

/** An instance's: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-limitations.html */
export const MOST_LOCATIONS = 1_000;
export const MOST_GRANTS = 100_000;
/** A stack's: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const MOST_RESOURCES = 500;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_AccessGrantsLocationConfiguration.html */
const LONGEST_KEY = 1_024;

const name = '(?!\\d+\\.\\d+\\.\\d+\\.\\d+(?:/|$))[a-z0-9](?:[a-z0-9]|[.-](?=[a-z0-9])|-(?=-)){1,61}[a-z0-9]';
export const bucketName = new RegExp(`^${name}$`);
const location = new RegExp(`^s3://${name}/(?:.*/)?$`, 's');
const path = new RegExp(`^s3://${name}/(?<key>.*)$`, 's');

export const roleName = /^[\w+=,.@-]{1,64}$/;
/** Without what a policy would read as a wildcard or a variable. */
export const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;
/** https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_User.html */
export const directoryId = /^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$/;
export const instanceArn = /^arn:aws[a-z-]*:sso:::instance\/(sso)?ins-[a-zA-Z0-9-.]{16}$/;
/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Application.html */
export const applicationArn =
  /^arn:aws[a-z-]*:sso::\d{12}:application\/(sso)?ins-[a-zA-Z0-9-.]{16}\/apl-[a-zA-Z0-9]{16}$/;

/** What is wrong with a location's scope, or `undefined`. */
export function locationProblem(scope: string): string | undefined {
  if (!location.test(scope))
    return 'must be a bucket or a folder in it, as s3://bucket/ or s3://bucket/folder/';
  return wildcardProblem(scope);
}

/** What is wrong with the scope of a grant, or `undefined`. */
export function scopeProblem(scope: string): string | undefined {
  const key = path.exec(scope)?.groups?.['key'];
  if (!key || key.endsWith('/'))
    return 'must be keys that begin alike, as s3://bucket/folder/*, or one, as s3://bucket/key';
  if (key.length > LONGEST_KEY) return `must have at most ${LONGEST_KEY} characters after the bucket`;
  return wildcardProblem(scope.replace(/\*$/, ''));
}

/** S3 Access Grants writes scopes into session policies, where these would be read as more than they are. */
function wildcardProblem(text: string): string | undefined {
  if (text.includes('*')) return 'must have a * at its end alone';
  return /[?]|\$\{/.test(text) ? 'must have no ? and no ${: a policy would read them as more' : undefined;
}

/** Of a scope or a location. */
export function bucketOf(scope: string): string {
  return scope.split('/')[2] as string;
}

/** Whether a scope has keys beside a folder's: `users*` has those of `users-private/` too. */
export function isWiderThanFolder(scope: string): boolean {
  return scope.endsWith('*') && !scope.endsWith('/*');
}
