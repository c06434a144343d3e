// AdminSetUserPassword: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html
import type { Operation } from '../../account/operation.ts';
import { authorizeOnUserPool, requiredString, userOf, userPoolOf } from './user-pool-request.ts';

/** With `Permanent` the user may sign in at once; otherwise the password is one to be changed first. */
export const adminSetUserPassword: Operation = {
  authorize: authorizeOnUserPool('AdminSetUserPassword'),
  run(call) {
    const userPool = userPoolOf(call);
    const user = userOf(userPool, call);
    const password = requiredString(call.input, 'Password');
    userPool.passwordPolicy.check(password);
    user.password = password;
    user.status = call.input['Permanent'] === true ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
    return {};
  },
};
