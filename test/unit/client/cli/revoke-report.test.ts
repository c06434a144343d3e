// What `isb revoke` tells of what others wrote: into the table, and into the role's policies.
import { describe, expect, it } from 'vitest';
import { renderPlan, renderRevoked } from '../../../../client/cli/revoke-report.ts';

/** Clears the screen, and turns the line around. */
const steering = '\u001b[2J\u202e';
const shown = '\\u001b[2J\\u202e';
const denial = {
  before: Date.UTC(2030, 3, 1, 12),
  tag: { key: 'TenantID', values: [`Yellow${steering}`] },
  policyName: 'IAMSessionBrokerRevocation-1',
};

describe('what would steer the terminal of an operator', () => {
  it('is shown escaped in what there is', () => {
    const lines = renderPlan({
      registered: {
        applicationName: 'App',
        accessRoleName: 'AppAccess',
        sessionTagKey: `Tenant${steering}`,
        version: '1',
      },
      tenants: ['Yellow'],
      inForce: [denial],
      applications: ['App', `Other${steering}`],
    });

    expect(lines).toEqual([
      `revokes     sessions with Tenant${shown} = Yellow of the access role AppAccess, application App`,
      `            which it shares with Other${shown}: theirs too`,
      `in force    sessions with TenantID = Yellow${shown} issued before 2030-04-01T12:00:00Z (IAMSessionBrokerRevocation-1)`,
    ]);
  });

  it('is shown escaped in what was done', () => {
    const [denied, dropped] = renderRevoked({ denial, dropped: ['App', `Other${steering}`] });

    expect(denied).toContain(`Yellow${shown} issued before`);
    expect(dropped).toBe(`dropped     what the broker keeps for App, Other${shown}`);
  });
});
