// The logger: Powertools' own, whose lines are made and written in one pass.
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type {
  ConstructorOptions,
  LogAttributes,
  UnformattedAttributes,
} from '@aws-lambda-powertools/logger/types';

/** The library’s own takes out what is empty, by another copy. */
class Line extends LogItem {
  override prepareForPrint(): void {}
}

/** A line's time, level, message, service and trace come first; then the record, which has no field of these names. */
class LineFormatter extends LogFormatter {
  override formatAttributes(
    { timestamp, logLevel, message, serviceName, xRayTraceId }: UnformattedAttributes,
    record: LogAttributes,
  ): LogItem {
    const attributes = {
      timestamp,
      level: logLevel,
      message,
      service: serviceName,
      xray_trace_id: xRayTraceId,
    };
    return new Line({ attributes: { ...attributes, ...record } });
  }
}

/**
 * Every line is one JSON object on standard output, whatever its level. A record is made of plain values; of an error,
 * it has what `describeCause` says.
 */
export class BrokerLogger extends Logger {
  /** @param options `serviceName`: default what `POWERTOOLS_SERVICE_NAME` says */
  constructor(options: Pick<ConstructorOptions, 'serviceName'> = {}) {
    super({ ...options, logFormatter: new LineFormatter() });
  }

  protected override printLog(_level: number, line: LogItem): void {
    process.stdout.write(`${JSON.stringify(line.getAttributes())}\n`);
  }
}
