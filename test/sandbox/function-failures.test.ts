// Functions that fail: which error the request gets, what is logged of it, and what becomes of the environment.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { holdTimers } from '../support/patience.ts';
import { isRunning } from '../support/processes.ts';
import { Gate } from './fixtures/gate.ts';
import { createFunction, invoke, pids } from './fixtures/lambda-function.ts';

// A time-out is over when a test says so, and no sooner.
beforeEach(holdTimers);

describe('a function that fails', () => {
  test("fails the request with the handler's error and keeps the environment", async () => {
    const { lambda } = createFunction();

    await expect(invoke(lambda, { do: 'throw' })).rejects.toMatchObject({
      errorType: 'TypeError',
      message: 'thrown on purpose',
    });
    expect(await invoke(lambda, { do: 'describe' })).toMatchObject({ served: 2 });
  });

  const endings = [
    { ending: 'exits', event: { do: 'exit' }, errorType: 'Runtime.ExitError', message: /exit status 3$/ },
    {
      ending: 'is killed',
      event: { do: 'kill' },
      errorType: 'Runtime.ExitError',
      message: /signal: killed$/,
    },
    {
      ending: 'leaves a promise rejected',
      event: { do: 'reject' },
      errorType: 'Runtime.UnhandledPromiseRejection',
      message: /^Error: nobody awaits this$/,
    },
    {
      ending: 'is late',
      event: { do: 'wait', untilThereIs: 'nothing' },
      errorType: 'Sandbox.Timedout',
      message: /Task timed out after 3\.00 seconds$/,
    },
    {
      ending: 'never yields',
      event: { do: 'spin' },
      errorType: 'Sandbox.Timedout',
      message: /Task timed out after 3\.00 seconds$/,
    },
  ];
  test.each(endings)('and $ending fails the request and gets a new environment', async (ended) => {
    const { lambda, logs } = createFunction({ timeoutSeconds: 3 });
    const before = await invoke(lambda, { do: 'describe' });
    const begun = new Gate();

    const request = invoke(lambda, { ...ended.event, begun: begun.path });
    if (ended.event.do === 'spin') await begun.isOpen();
    if (ended.event.do === 'wait') await expect.poll(logs).toContain('request 2: wait');
    if (ended.errorType === 'Sandbox.Timedout') vi.advanceTimersByTime(3_000);

    await expect(request).rejects.toMatchObject({
      errorType: ended.errorType,
      message: expect.stringMatching(ended.message),
    });

    const after = await invoke(lambda, { do: 'describe' });
    expect(after.pid).not.toBe(before.pid);
    expect(after.served).toBe(1);
    await expect.poll(() => isRunning(before.pid)).toBe(false);
    expect(pids(lambda)).toEqual([after.pid]);
    expect(logs().join('\n')).toMatch(new RegExp(ended.message.source.replace(/[$^]/g, '')));
    // What a process wrote at the very last is lost where nobody gave it another turn.
    const isCutOff = ['is killed', 'never yields'].includes(ended.ending);
    const written = logs().indexOf(`request 2: ${ended.event.do}`);
    const failed = logs().findIndex(
      (line) => ended.message.test(line) || line.includes('nobody awaits this'),
    );
    if (!isCutOff) expect(written).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(written);
  });

  test('at initialization fails the request that it was started for', async () => {
    const { lambda } = createFunction({ variables: { INIT: 'throw' } });

    await expect(invoke(lambda, {})).rejects.toMatchObject({
      errorType: 'Error',
      message: 'cannot initialize',
    });
    await expect(invoke(lambda, {})).rejects.toMatchObject({ message: 'cannot initialize' });
  });

  test('at initialization fails the provisioning of concurrency', async () => {
    const { lambda } = createFunction({ variables: { INIT: 'throw' } });
    lambda.createAlias('live', lambda.publishVersion());

    await expect(lambda.provisionConcurrency('live', 1)).rejects.toThrow(
      'fixture failed to initialize: cannot initialize',
    );
  });

  test.each([
    { handler: 'missing.handler', message: "Error: Cannot find module 'missing'" },
    { handler: 'index.missing', message: 'index.missing is undefined or not exported' },
  ])('because $handler does not exist says so', async ({ handler, message }) => {
    const { lambda } = createFunction({ handler });

    await expect(invoke(lambda, {})).rejects.toThrow(message);
  });
});
