// Execution environments: what a handler finds in one, how many there are, and when they go.
import { describe, expect, test } from 'vitest';
import { isRunning } from '../support/processes.ts';
import { Gate } from './fixtures/gate.ts';
import { accountId, createFunction, invoke, pids } from './fixtures/lambda-function.ts';

describe('an execution environment', () => {
  test('runs the handler in a process of its own and keeps it for the next request', async () => {
    const { lambda } = createFunction();

    const first = await invoke(lambda, { do: 'describe' });
    const second = await invoke(lambda, { do: 'describe' });

    expect(first.pid).not.toBe(process.pid);
    expect(second).toMatchObject({ pid: first.pid, served: 2 });
    expect(lambda.environments).toMatchObject([{ pid: first.pid, requestsServed: 2 }]);
  });

  test("has Lambda's variables and the template's, and nothing of this process's", async () => {
    process.env['PLANTED_IN_THE_PARENT'] = 'canary';
    const { lambda, identities } = createFunction({ variables: { SETTING: 'value' } });

    const { variables } = await invoke(lambda, { do: 'describe' });
    delete process.env['PLANTED_IN_THE_PARENT'];

    expect(variables).toMatchObject({
      SETTING: 'value',
      _HANDLER: 'index.handler',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'fixture',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/fixture',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ),
    });
    expect(variables).not.toHaveProperty('PLANTED_IN_THE_PARENT');
    expect(identities.findAccessKey(variables['AWS_ACCESS_KEY_ID'] ?? '')?.caller.arn).toBe(
      `arn:aws:sts::${accountId}:assumed-role/Execution/fixture`,
    );
  });

  test('gives the handler its context', async () => {
    const { lambda } = createFunction({ timeoutSeconds: 900 });

    const { context } = await invoke(lambda, { do: 'describe' });

    expect(context).toMatchObject({
      functionName: 'fixture',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: `arn:aws:lambda:eu-west-1:${accountId}:function:fixture`,
    });
    // Of fifteen minutes, less than a third is gone: what took longer would have ended this test.
    expect(await invoke(lambda, { do: 'remaining' })).toBeGreaterThan(600_000);
    expect(await invoke(lambda, { do: 'remaining' })).toBeLessThanOrEqual(900_000);
  });

  test("has logged a request's lines by the time its answer is there", async () => {
    const { lambda, logs } = createFunction();

    for (let request = 1; request <= 20; request += 1) {
      await invoke(lambda, { do: 'chatter', lines: 200 });
      expect(logs()).toHaveLength(1 + request * 201);
    }
  });

  test('has logged a line without an end, too, and every character whole', async () => {
    const { lambda, logs } = createFunction();
    const text = '–'.repeat(100_000);

    await invoke(lambda, { do: 'mumble', text });
    await invoke(lambda, { do: 'mumble', text: 'no more' });

    expect(logs()).toEqual(['initialized', 'request 1: mumble', text, 'request 2: mumble', 'no more']);
  });

  test('bounds the heap by the memory of the template', async () => {
    const { lambda } = createFunction({ memoryMb: 64 });

    expect((await invoke(lambda, { do: 'describe' })).execArgv).toContain('--max-old-space-size=57');
    await expect(invoke(lambda, { do: 'allocate' })).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
    });
  });
});

describe('concurrent requests', () => {
  test('get environments of their own up to the limit; the rest wait in order', async () => {
    const { lambda, logs } = createFunction({ maxEnvironments: 2 });
    const order: number[] = [];
    const gates = [1, 2, 3, 4, 5].map(() => new Gate());
    const requests = gates.map(async (gate, index) => {
      const answer = await invoke(lambda, { do: 'wait', untilThereIs: gate.path });
      order.push(index + 1);
      return answer;
    });
    /** Lets requests end, and resolves once they have: those that none is left before are then under way. */
    const letEnd = async (...ended: number[]) => {
      for (const request of ended) gates[request - 1]?.open();
      await Promise.all(ended.map((request) => requests[request - 1]));
    };

    await expect.poll(() => logs().filter((line) => line === 'request 1: wait')).toHaveLength(2);
    await letEnd(1, 2);
    await letEnd(3, 4);
    await letEnd(5);
    const answers = await Promise.all(requests);

    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
    expect(lambda.environments).toHaveLength(2);
    expect(order.slice(0, 2).sort()).toEqual([1, 2]);
    expect(order[4]).toBe(5);
  });

  test('that wait give up when their time is over, and the others go on', async () => {
    const { lambda } = createFunction({ maxEnvironments: 1 });
    const gate = new Gate();
    const slow = invoke(lambda, { do: 'wait', untilThereIs: gate.path });

    const waiting = lambda.invoke({}, { signal: AbortSignal.timeout(20) });

    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    gate.open();
    await expect(slow).resolves.toHaveProperty('pid');
    await expect(invoke(lambda, {})).resolves.toEqual({});
  });
});

describe('provisioned concurrency', () => {
  test('is initialized before it is ready, and used first', async () => {
    const { lambda } = createFunction({ maxEnvironments: 2 });
    lambda.createAlias('live', lambda.publishVersion());

    await lambda.provisionConcurrency('live', 5);

    expect(lambda.environments).toHaveLength(2);
    expect(lambda.environments.every(({ isInitialized }) => isInitialized)).toBe(true);
    const { variables } = JSON.parse(await lambda.invoke({ do: 'describe' }, { qualifier: 'live' }));
    expect(variables).toMatchObject({
      AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
    });
  });

  test('is restored when an environment dies', async () => {
    const { lambda } = createFunction();
    lambda.createAlias('live', lambda.publishVersion());
    await lambda.provisionConcurrency('live', 1);
    const [before] = pids(lambda);

    process.kill(before ?? 0, 'SIGKILL');

    await expect.poll(() => pids(lambda)).not.toEqual([before]);
    await expect.poll(() => lambda.environments.map(({ isInitialized }) => isInitialized)).toEqual([true]);
  });
});

test('an environment is replaced before its credentials expire', async () => {
  let elapsedMs = 0;
  const { lambda } = createFunction({ now: () => Date.now() + elapsedMs });
  const { pid } = await invoke(lambda, { do: 'describe' });

  elapsedMs = 11.8 * 3_600_000;

  expect((await invoke(lambda, { do: 'describe' })).pid).not.toBe(pid);
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test('closing ends every process and fails what waits', async () => {
  const { lambda } = createFunction({ maxEnvironments: 1 });
  await invoke(lambda, {});
  const [pid] = pids(lambda);
  const underway = invoke(lambda, { do: 'wait', untilThereIs: new Gate().path });
  const waiting = invoke(lambda, {});
  const outcomes = Promise.allSettled([underway, waiting]);

  await lambda.close();

  expect(isRunning(pid)).toBe(false);
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(invoke(lambda, {})).rejects.toThrow('the sandbox has stopped');
});
