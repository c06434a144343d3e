// One token, exchanged by environments of a test: what they share, and what became of it.
import { beforeEach } from 'vitest';
import { exchangeIdOf } from '../../service/identity-context/sealed-context.ts';
import { refusalIn } from './errors-shown.ts';
import { ExchangeEnvironments, type Outcome, TOKEN } from './exchange-environments.ts';
import { APPLICATION_ARN } from './identity-center.ts';
import { MemoryExchangeTable } from './memory-exchange-table.ts';

/** Of the item in the table. */
export const ID = exchangeIdOf(TOKEN, APPLICATION_ARN);
export const issued = { assertion: `context-of-${TOKEN}` };
export const unavailable = {
  code: 'IdentityCenterUnavailable',
  message: 'IAM Identity Center cannot be asked at the moment',
};

export let all: ExchangeEnvironments;
export let table: MemoryExchangeTable;

/** For the tests of a file: each has environments and a table of its own. Call at its top. */
export function useExchange(): void {
  beforeEach(() => {
    all = new ExchangeEnvironments();
    table = new MemoryExchangeTable(() => all.time.sleep(10));
    all.table = table;
  });
}

/** The context's assertion of each, or the code of the refusal. */
export const shown = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => ('error' in outcome ? refusalIn(outcome.error).code : outcome.assertion));

/** What an environment gets; by default one that is new, and knows nothing. */
export const codeOf = async (environment = all.environment()) =>
  shown(await all.outcomesOf(all.asking(environment)))[0];
