// The session that registers: what only it has, which the application's policies and the function must spell alike.

/** Its role session name, and the one session tag that it carries. */
export const registrationSession = {
  name: 'IAMSessionBrokerRegistration',
  tagKey: 'IAMSessionBrokerRegistration',
  tagValue: 'Allowed',
} as const;

/** The function's own variable: seconds that it waits until IAM has carried a change everywhere. */
export const PROPAGATION_SECONDS = 'PROPAGATION_SECONDS';
