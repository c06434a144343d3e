// ListRoles: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
import type { Operation } from '../../account/operation.ts';
import { optionalText } from '../../constraints.ts';
import { pageOf } from './page.ts';
import { shownRole } from './shown-role.ts';

export const listRoles: Operation = {
  authorize: () => ({ action: 'iam:ListRoles', resource: '*' }),
  run(call) {
    const { account, input } = call;
    const pathPrefix = optionalText('pathPrefix', input['PathPrefix'], {
      maxLength: 512,
      pattern: /^\/[!-~]*$/,
    });
    const matching = [...account.identities.roles.values()].filter(({ path }) =>
      path.startsWith(pathPrefix ?? '/'),
    );
    const { names, isTruncated, marker } = pageOf(
      call,
      matching.map(({ roleName }) => roleName),
    );
    return {
      Roles: names.map((name) => {
        // AWS leaves the tags out of lists.
        const { Tags: _, ...role } = shownRole(account, account.identities.role(name));
        return role;
      }),
      IsTruncated: isTruncated,
      Marker: marker,
    };
  },
};
