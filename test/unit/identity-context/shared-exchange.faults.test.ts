// The shared exchange: a table that fails, and what each denial and each failure leaves behind.
import { describe, expect, it } from 'vitest';
import { BrokerError } from '../../../service/errors.ts';
import { exchangeIdOf } from '../../../service/identity-context/sealed-context.ts';
import { refusalIn, shownOf } from '../../support/errors-shown.ts';
import { APPLICATION_ARN, granted, refused } from '../../support/identity-center.ts';
import { methodsOf } from '../../support/memory-exchange-table.ts';
import { all, codeOf, ID, issued, table, unavailable, useExchange } from '../../support/shared-exchange.ts';

useExchange();

describe('a table that fails', () => {
  const failure = Object.assign(new Error('canary'), { name: 'InternalServerError' });
  const rejects = () => Promise.reject(failure);

  it.each(['find', 'lease'] as const)(
    'at %s lets nobody exchange by itself, and is asked again',
    async (name) => {
      all.table = { ...methodsOf(table), [name]: rejects };
      const environment = all.environment();
      const [outcome] = await all.outcomesOf(all.asking(environment));
      const { error } = outcome as { error: BrokerError };
      expect(refusalIn(error)).toEqual(unavailable);
      expect(shownOf(error)).not.toContain('canary');
      expect(all.center.calls).toEqual([]);

      Object.assign(all.table, methodsOf(table));
      expect(await codeOf(environment)).toBe(issued.assertion);
    },
  );

  it('when the context is written down costs whoever asked nothing, and is told', async () => {
    all.table = { ...methodsOf(table), complete: rejects };
    expect(await codeOf()).toBe(issued.assertion);
    expect(all.failures).toEqual([failure]);
  });

  it.each([
    ['a refusal', refused('invalid_grant', 'used before'), 'TokenAlreadyExchanged'],
    ['a denial', refused('access_denied'), 'IdentityContextRefused'],
    ['a failure', refused('server_error', undefined, 500), 'IdentityCenterUnavailable'],
  ])('when %s is written down changes nothing of it, and is told', async (_, answer, code) => {
    all.table = { ...methodsOf(table), refuse: rejects, release: rejects, forget: rejects };
    all.center.answer = () => answer;
    expect(await codeOf()).toBe(code);
    expect(all.failures).toEqual([failure]);
  });

  it('with another’s bytes in the place of a context gives nobody that one', async () => {
    const environment = all.environment();
    await all.outcomesOf(all.asking(environment), all.asking(environment, 'another'));
    const other = exchangeIdOf('another', APPLICATION_ARN);
    const swapped = table.items.get(other) as NonNullable<ReturnType<typeof table.items.get>>;
    table.items.set(ID, swapped);
    const [outcome] = await all.outcomesOf(all.asking(all.environment()));
    const { error } = outcome as { error: unknown };
    expect(refusalIn(error)).toEqual(unavailable);
    expect(shownOf(error)).not.toContain('context-of');
  });
});

describe('a denial', () => {
  it('that the token is used up is remembered for all', async () => {
    all.center.answer = () => refused('invalid_grant', 'used before');
    expect(await codeOf()).toBe('TokenAlreadyExchanged');
    expect(await codeOf()).toBe('TokenAlreadyExchanged');
    expect(all.center.calls).toHaveLength(1);
    expect(JSON.stringify([...table.items])).not.toContain('canary');
  });

  it.each([
    ['no user', refused('invalid_grant', 'no such user'), 'UserNotInDirectory'],
    ['the token', refused('invalid_grant'), 'IdentityContextRefused'],
    ['the exchange', refused('access_denied'), 'IdentityContextRefused'],
  ])(
    'of %s is this environment’s for ten seconds, and can be mended meanwhile elsewhere',
    async (_, answer, code) => {
      const environment = all.environment();
      all.center.answer = () => answer;
      const start = all.time.now;
      expect(await codeOf(environment)).toBe(code);
      expect(table.items.size).toBe(0);
      expect(await codeOf(environment)).toBe(code);
      expect(all.center.calls).toHaveLength(1);

      all.center.answer = all.center.exchange;
      expect(await codeOf()).toBe(issued.assertion);
      all.time.now = start + 10_000;
      expect(await codeOf(environment)).toBe(issued.assertion);
      expect(all.center.calls).toHaveLength(2);
    },
  );

  it('of one token is none of another', async () => {
    const environment = all.environment();
    all.center.answer = () => refused('invalid_grant', 'used before');
    await codeOf(environment);
    all.center.answer = all.center.exchange;
    const outcomes = await all.outcomesOf(all.asking(environment, 'another'));
    expect(outcomes).toEqual([{ assertion: 'context-of-another' }]);
  });
});

describe('a failure', () => {
  it('lets the next one ask at once, in this environment or another', async () => {
    const environment = all.environment();
    all.center.answer = () => refused('server_error', undefined, 500);
    expect(await codeOf(environment)).toBe('IdentityCenterUnavailable');
    expect(await codeOf()).toBe('IdentityCenterUnavailable');
    all.center.answer = () => granted();
    expect(await codeOf(environment)).toBe('canary-context');
  });

  it('of the service role’s session is one, too, and passes the error on', async () => {
    const failure = new BrokerError('StsUnavailable', 'temporary credentials cannot be issued at the moment');
    const environment = all.environment({ exchange: { exchange: () => Promise.reject(failure) } });
    expect(await codeOf(environment)).toBe('StsUnavailable');
    expect(await codeOf()).toBe(issued.assertion);
  });

  it('that nobody foresaw lets the next one ask, too', async () => {
    const failure = new TypeError('canary');
    const environment = all.environment({ exchange: { exchange: () => Promise.reject(failure) } });
    expect(await all.outcomesOf(all.asking(environment))).toEqual([{ error: failure }]);
    expect(await codeOf()).toBe(issued.assertion);
  });
});
