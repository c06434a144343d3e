// AdminDeleteUser: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html
import type { Operation } from '../../account/operation.ts';
import { authorizeOnUserPool, userOf, userPoolOf } from './user-pool-request.ts';

export const adminDeleteUser: Operation = {
  authorize: authorizeOnUserPool('AdminDeleteUser'),
  run(call) {
    const userPool = userPoolOf(call);
    userPool.users.delete(userOf(userPool, call).username);
    return {};
  },
};
