// A service level objective: how fast its error budget burns, and the alarms on that.
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  ComparisonOperator,
  CompositeAlarm,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmDescription, alarmName, notify, type OnCall, type Urgency } from './alarms.ts';

/** Requests that do not meet the objective, as a metric math expression that names `requests` and its own metrics. */
export interface Objective {
  readonly name: string;
  /** Share of requests, over 30 days, that may miss the objective. */
  readonly errorBudget: number;
  /** How many requests missed it. */
  readonly bad: string;
  readonly requests: IMetric;
  readonly usingMetrics: Record<string, IMetric>;
  /** What is asked for: `requests for credentials`. */
  readonly subject: string;
  /** Ends the sentence "too many requests for credentials …". */
  readonly meaning: string;
}

/**
 * Burn rate 1 uses up the budget in exactly 30 days. A long window says that it matters, a short one that it still
 * goes on; both together are needed. The windows are those of the SRE workbook, but for the last: its three days are
 * one here, with the same tenth of the budget, which tells two days sooner.
 * https://sre.google/workbook/alerting-on-slos/
 */
const burns: readonly [Burn, ...Burn[]] = [
  { name: 'FastBurn', rate: 14.4, long: Duration.hours(1), short: Duration.minutes(5), urgency: 'page' },
  { name: 'SlowBurn', rate: 6, long: Duration.hours(6), short: Duration.minutes(30), urgency: 'page' },
  { name: 'Drift', rate: 3, long: Duration.hours(24), short: Duration.hours(2), urgency: 'ticket' },
];

interface Burn {
  readonly name: string;
  readonly rate: number;
  readonly long: Duration;
  readonly short: Duration;
  readonly urgency: Urgency;
}

/**
 * Fewer bad requests than this in a window are no reason to wake anybody, whatever share of the requests they are. A
 * minimum of bad requests and not of all: a service that fails every request is seen even when it gets few.
 */
const MINIMUM_BAD_REQUESTS = 10;

export class ServiceLevel extends Construct {
  /** The composite alarms, one a burn rate. */
  readonly alarms: CompositeAlarm[];
  /** The first to tell that something is wrong now: the short window of the fastest burn. */
  readonly quickestAlarm: Alarm;

  constructor(
    scope: Construct,
    id: string,
    private readonly objective: Objective,
    private readonly onCall: OnCall,
  ) {
    super(scope, id);
    const [fastest, ...slower] = burns;
    const { composite, short } = this.#burnAlarm(fastest);
    this.quickestAlarm = short;
    this.alarms = [composite, ...slower.map((burn) => this.#burnAlarm(burn).composite)];
  }

  /** How many times faster than sustainable the budget burns. */
  burnRate(period: Duration): MathExpression {
    const { bad, requests, usingMetrics, errorBudget, name } = this.objective;
    return new MathExpression({
      expression: `IF((${bad}) >= ${MINIMUM_BAD_REQUESTS}, (${bad}) / requests / ${errorBudget}, 0)`,
      usingMetrics: { requests, ...usingMetrics },
      label: `${name}: burn rate over ${period.toHumanString()}`,
      period,
    });
  }

  #burnAlarm(burn: Burn): { composite: CompositeAlarm; short: Alarm } {
    const entry = `${this.objective.name}${burn.name}`;
    const { subject, meaning: misses } = this.objective;
    const meaning = `Too many ${subject} ${misses}, at ${burn.rate} times the rate that the error budget allows`;
    const windowAlarm = (window: 'Long' | 'Short', period: Duration) =>
      new Alarm(this, `${entry}${window}`, {
        alarmName: alarmName(this, `${entry}${window}`),
        alarmDescription: alarmDescription(
          entry,
          { urgency: burn.urgency, meaning: `${meaning}, over ${period.toHumanString()}.` },
          this.onCall,
        ),
        metric: this.burnRate(period),
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold: burn.rate,
        evaluationPeriods: 1,
        // Without requests there is nothing that fails.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    const long = windowAlarm('Long', burn.long);
    const short = windowAlarm('Short', burn.short);
    const composite = new CompositeAlarm(this, entry, {
      compositeAlarmName: alarmName(this, entry),
      alarmDescription: alarmDescription(
        entry,
        { urgency: burn.urgency, meaning: `${meaning}.` },
        this.onCall,
      ),
      // By name: names are unique in the account, and shorter than ARNs.
      alarmRule: AlarmRule.allOf(
        ...[long, short].map((alarm) => AlarmRule.fromString(`ALARM("${alarm.alarmName}")`)),
      ),
    });
    notify(composite, this.onCall);
    return { composite, short };
  }
}
