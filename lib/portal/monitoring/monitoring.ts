// Everything that watches over the portal: objectives, alarms, the dashboard, and the queries of the logs.
import { Construct } from 'constructs';
import { CountAlarm, type CountAlarmProps } from '../../monitoring/alarms.ts';
import { SavedQueries } from '../../monitoring/saved-queries.ts';
import { ServiceLevel } from '../../monitoring/service-level.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Gateway } from '../gateway.ts';
import type { PortalFunction } from '../portal-function.ts';
import type { State } from '../state.ts';
import { capacityAlarms, denialAlarms, dependencyAlarms } from './alarms.ts';
import { PortalDashboard } from './dashboard.ts';
import { availability, latency } from './objectives.ts';
import { portalRunbookOf } from './runbook.ts';
import { queries } from './saved-queries.ts';

export interface MonitoringProps {
  readonly portalFunction: PortalFunction;
  readonly gateway: Gateway;
  readonly state: State;
  readonly settings: Settings;
}

export class Monitoring extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, { portalFunction, gateway, state, settings }: MonitoringProps) {
    super(scope, id);
    const { function: handler } = portalFunction;
    const runbookUrl = portalRunbookOf(settings.runbookUrl);
    const onCall = { alarmTargets: settings.alarmTargets, runbookUrl };
    const raise = (alarm: Omit<CountAlarmProps, 'onCall'>) => new CountAlarm(this, { ...alarm, onCall });

    const serviceLevels = [
      new ServiceLevel(this, 'Availability', availability, onCall),
      new ServiceLevel(this, 'Latency', latency, onCall),
    ];
    const counted = [...capacityAlarms(handler, gateway), ...dependencyAlarms, ...denialAlarms].map(raise);
    this.dashboardName = new PortalDashboard(this, 'Overview', {
      handler,
      gateway,
      state,
      runbookUrl: settings.runbookUrl && runbookUrl,
      serviceLevels,
      alarms: [...serviceLevels.flatMap((level) => level.alarms), ...counted],
    }).dashboardName;

    new SavedQueries(this, 'Queries', {
      queries,
      folderName: `IAMSessionBroker/${settings.environmentName}/Portal`,
      logGroupNames: {
        'function-log': handler.logGroup.logGroupName,
        'access-log': gateway.logGroupName,
      },
    });
  }
}
