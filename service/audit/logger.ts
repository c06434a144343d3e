// The logger: Powertools' own, whose lines are made and written in one pass.
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type {
  ConstructorOptions,
  LogItemExtraInput,
  LogItemMessage,
  UnformattedAttributes,
} from '@aws-lambda-powertools/logger/types';

/** What every line begins with, and no record takes the place of. */
class LineFormatter extends LogFormatter {
  override formatAttributes({
    timestamp,
    logLevel,
    message,
    serviceName,
    xRayTraceId,
  }: UnformattedAttributes): LogItem {
    return new LogItem({
      attributes: {
        timestamp: timestamp.toISOString(),
        level: logLevel,
        message,
        service: serviceName,
        xray_trace_id: xRayTraceId,
      },
    });
  }
}

/**
 * Every line is one JSON object on standard output, whatever its level. A record is an object of plain
 * values; of an error, it has what `describeCause` says.
 */
export class BrokerLogger extends Logger {
  /** @param options `serviceName`: default what `POWERTOOLS_SERVICE_NAME` says */
  constructor(options: Pick<ConstructorOptions, 'serviceName'> = {}) {
    super({ ...options, logFormatter: new LineFormatter() });
  }

  protected override createAndPopulateLogItem(
    level: number,
    message: LogItemMessage,
    records: LogItemExtraInput,
  ): LogItem {
    const line = super.createAndPopulateLogItem(level, message, []);
    const attributes = line.getAttributes();
    Object.assign(attributes, ...records, { ...attributes });
    return line;
  }

  protected override printLog(_level: number, line: LogItem): void {
    this.write(`${JSON.stringify(line.getAttributes())}\n`);
  }

  protected write(line: string): void {
    process.stdout.write(line);
  }
}
