// ListRoles: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { optionalText, requireInteger } from '../../constraints.ts';
import { shownRole } from './shown-role.ts';

const DEFAULT_MAX_ITEMS = 100;

/** A page begins after the role that the marker names, base64-encoded, in the order of names. */
export const listRoles: Operation = {
  authorize: () => ({ action: 'iam:ListRoles', resource: '*' }),
  run({ account, input }) {
    const pathPrefix = optionalText('pathPrefix', input['PathPrefix'], {
      maxLength: 512,
      pattern: /^\/[!-~]*$/,
    });
    const maxItems = requireInteger('maxItems', input['MaxItems'] ?? DEFAULT_MAX_ITEMS, {
      min: 1,
      max: 1_000,
    });
    const after = readMarker(input['Marker']);
    const names = [...account.identities.roles.values()]
      .filter(({ path }) => path.startsWith(pathPrefix ?? '/'))
      .map(({ roleName }) => roleName)
      .filter((name) => after === undefined || name > after)
      .sort();
    const page = names.slice(0, maxItems);
    const isTruncated = names.length > page.length;
    return {
      Roles: page.map((name) => {
        // AWS leaves the tags out of lists.
        const { Tags: _, ...role } = shownRole(account, account.identities.role(name));
        return role;
      }),
      IsTruncated: isTruncated,
      Marker: isTruncated ? Buffer.from(page.at(-1) ?? '').toString('base64') : undefined,
    };
  },
};

/** @throws AwsError ValidationError */
function readMarker(marker: unknown): string | undefined {
  if (marker === undefined) return undefined;
  const name = Buffer.from(String(marker), 'base64').toString();
  if (Buffer.from(name).toString('base64') === marker && name) return name;
  throw new AwsError('ValidationError', 'Invalid Marker.');
}
