// The logger: what a line has, and that no record can take the place of it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerLogger } from '../../../service/audit/logger.ts';
import { type CapturedOutput, captureOutput } from '../../support/captured-output.ts';

let output: CapturedOutput;
let logger: BrokerLogger;

beforeEach(() => {
  output = captureOutput();
  logger = new BrokerLogger({ serviceName: 'IAMSessionBroker' });
  process.env['_X_AMZN_TRACE_ID'] =
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
});
afterEach(() => {
  output.restore();
  delete process.env['_X_AMZN_TRACE_ID'];
});

describe('a line', () => {
  it('is its time, level, message, service and trace, and then its records', () => {
    logger.warn('denied', { application: 'App' }, { code: 'TokenExpired' });

    const [line] = output.logs();
    expect(Object.entries(line ?? {})).toEqual([
      ['timestamp', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)],
      ['level', 'WARN'],
      ['message', 'denied'],
      ['service', 'IAMSessionBroker'],
      ['xray_trace_id', '1-5759e988-bd862e3fe1be46a994272793'],
      ['application', 'App'],
      ['code', 'TokenExpired'],
    ]);
  });

  it('keeps what it begins with, whatever a record has under these names', () => {
    logger.info('allowed', {
      timestamp: 1,
      level: 'DEBUG',
      message: 'no',
      service: 'another',
      xray_trace_id: 'x',
    });

    expect(output.logs()).toMatchObject([
      {
        level: 'INFO',
        message: 'allowed',
        service: 'IAMSessionBroker',
        xray_trace_id: expect.stringMatching('^1-'),
      },
    ]);
    expect(output.logs()[0]?.['timestamp']).not.toBe(1);
  });

  it('stays one line, whatever its records hold', () => {
    logger.info('allowed', { tags: [{ key: 'TenantID', value: 'Yellow\n{"level":"INFO"}' }] });

    expect(output.text().trimEnd().split('\n')).toHaveLength(1);
  });

  it('is not written below the level of the function', () => {
    logger.setLogLevel('WARN');
    logger.info('allowed', {});

    expect(output.text()).toBe('');
  });
});
