// Monitoring: the service levels, the alarms on what threatens them, and the dashboard.
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { CountAlarm, type CountAlarmProps } from '../../monitoring/alarms.ts';
import { SavedQueries } from '../../monitoring/saved-queries.ts';
import { ServiceLevel } from '../../monitoring/service-level.ts';
import type { Settings } from '../../settings/settings.ts';
import type { AccessMetadata } from '../access-metadata.ts';
import type { CredentialsManager } from '../credentials-manager.ts';
import type { Gateway } from '../gateway.ts';
import type { SharedSessions } from '../shared-sessions.ts';
import type { UsagePlans } from '../usage-plans.ts';
import { capacityAlarms, functionErrors } from './capacity-alarms.ts';
import { changeAlarms } from './change-alarms.ts';
import { BrokerDashboard } from './dashboard.ts';
import { dataAccessAlarms } from './data-access-alarms.ts';
import { denialAlarms } from './denial-alarms.ts';
import { dependencyAlarms } from './dependency-alarms.ts';
import { failureCodesOf } from './metrics.ts';
import { availabilityOf, latency } from './objectives.ts';
import { queriesOf } from './saved-queries.ts';
import { sharedSessionsAlarms } from './shared-sessions-alarms.ts';

export interface MonitoringProps {
  readonly credentialsManager: CredentialsManager;
  readonly gateway: Gateway;
  readonly accessMetadata: AccessMetadata;
  readonly usagePlans: UsagePlans;
  readonly sharedSessions: SharedSessions | undefined;
  readonly settings: Settings;
}

export class Monitoring extends Construct {
  /**
   * What tells a bad deployment within minutes. None refers to the alias or the gateway but by name, so that the
   * alias's deployments can depend on them.
   */
  readonly rollbackAlarms: IAlarm[];
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { alias } = props.credentialsManager;
    const onCall = props.settings;
    const raise = (alarm: Omit<CountAlarmProps, 'onCall'>) => new CountAlarm(this, { ...alarm, onCall });

    const credentialsAvailability = new ServiceLevel(
      this,
      'Availability',
      availabilityOf(props.settings),
      onCall,
    );
    const credentialsLatency = new ServiceLevel(this, 'Latency', latency, onCall);
    const crashes = raise(functionErrors(alias));
    const capacity = capacityAlarms(alias, props.gateway, failureCodesOf(props.settings)).map(raise);
    const dependencies = [
      ...dependencyAlarms,
      ...(props.settings.dataAccess ? dataAccessAlarms : []),
      ...(props.settings.sharedSessions ? sharedSessionsAlarms : []),
    ].map(raise);
    const denials = denialAlarms.map(raise);
    const changes = changeAlarms.map(raise);

    this.rollbackAlarms = [credentialsAvailability.quickestAlarm, crashes];

    const serviceLevels = [credentialsAvailability, credentialsLatency];
    const overview = new BrokerDashboard(this, 'Overview', {
      ...props,
      runbookUrl: props.settings.runbookUrl,
      serviceLevels,
      alarms: [
        ...serviceLevels.flatMap((level) => level.alarms),
        crashes,
        ...capacity,
        ...dependencies,
        ...denials,
        ...changes,
      ],
    });
    this.dashboardName = overview.dashboardName;

    new SavedQueries(this, 'Queries', {
      queries: queriesOf(props.settings),
      folderName: `IAMSessionBroker/${props.settings.environmentName}`,
      logGroupNames: {
        'function-log': props.credentialsManager.function.logGroup.logGroupName,
        'access-log': props.gateway.logGroupName,
      },
    });
  }
}
