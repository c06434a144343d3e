// The HTTP API as other templates have it: permissions that are missing, time-outs, and throttles.
import { describe, expect, test } from 'vitest';
import { TokenBucket } from '../../sandbox/http-api/token-bucket.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';
import { Gate } from './fixtures/gate.ts';
import { useGateway } from './fixtures/gateway-account.ts';
import { gatewayTemplate } from './fixtures/gateway-template.ts';
import { type Call, call, type Reply } from './fixtures/signed-request.ts';

useGateway();

describe('with another template', () => {
  type Amend = (properties: (logicalId: string) => Record<string, unknown>, template: Template) => void;

  async function deployed(
    amend: Amend,
    check: (send: (request: Call) => Promise<Reply>, account: DeployedAccount) => Promise<void>,
  ): Promise<void> {
    const other = await openAccount();
    try {
      const template = gatewayTemplate();
      amend((logicalId) => template.Resources[logicalId]?.Properties ?? {}, template);
      await other.deploy(template);
      await check((request) => call(other.httpApi.url, request), other);
    } finally {
      await other.close();
    }
  }

  const withoutPermission: { what: string; amend: Amend }[] = [
    {
      what: 'no permission on the alias',
      amend: (_, { Resources }) => delete Resources['OpenPermission'],
    },
    {
      what: 'the permission on the function instead',
      amend: (properties) => {
        properties('OpenPermission')['FunctionName'] = { Ref: 'Function' };
      },
    },
    {
      what: 'the permission for another service',
      amend: (properties) => {
        properties('OpenPermission')['Principal'] = 's3.amazonaws.com';
      },
    },
    {
      what: 'the permission for another path',
      amend: (properties) => {
        properties('OpenPermission')['SourceArn'] = {
          'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/other',
        };
      },
    },
  ];
  test.each(withoutPermission)('with $what the gateway may not invoke the function', async ({ amend }) => {
    await deployed(amend, async (send, { account, functions }) => {
      expect(await send({ path: '/open' })).toMatchObject({
        statusCode: 500,
        json: { message: 'Internal Server Error' },
      });
      expect(account.trail.events).toContainEqual(
        expect.objectContaining({
          service: 'lambda',
          operation: 'Invoke',
          callerArn: 'apigateway.amazonaws.com',
          errorMessage: expect.stringMatching(/lambda:InvokeFunction on resource: .*:live .*GET\/open/),
        }),
      );
      expect(functions.all[0]?.environments).toEqual([]);
    });
  });

  test('a function that has no concurrency left is a 503, and never starts', async () => {
    await deployed(
      (properties) => {
        properties('Function')['ReservedConcurrentExecutions'] = 0;
      },
      async (send, { functions }) => {
        expect(await send({ path: '/open' })).toMatchObject({
          statusCode: 503,
          json: { message: 'Service Unavailable' },
        });
        expect(functions.all[0]?.environments).toEqual([]);
      },
    );
  });

  test('a function later than the integration allows is a 503, and is not stopped', async () => {
    await deployed(
      (properties) => {
        properties('Integration')['TimeoutInMillis'] = 100;
      },
      async (send, { functions }) => {
        await functions.all[0]?.invoke({}, { qualifier: 'live' });

        const gate = new Gate();

        const reply = await send({
          path: `/open?do=wait&untilThereIs=${encodeURIComponent(gate.path)}`,
        });

        expect(reply).toMatchObject({ statusCode: 503, json: { message: 'Service Unavailable' } });
        gate.open();
        await expect.poll(() => functions.all[0]?.environments[0]?.requestsServed).toBe(2);
      },
    );
  });

  test('more requests than the stage takes are 429', async () => {
    await deployed(
      (properties) => {
        properties('Stage')['DefaultRouteSettings'] = { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 };
      },
      async (send) => {
        const statusCodes = [];
        for (let request = 0; request < 3; request += 1) {
          const reply = await send({ path: '/open' });
          statusCodes.push(reply.statusCode);
          if (reply.statusCode === 429) expect(reply.json).toEqual({ message: 'Too Many Requests' });
        }
        expect(statusCodes).toEqual([200, 200, 429]);
      },
    );
  });

  test('more requests than a route takes are 429, and cost the other routes nothing', async () => {
    const seldom = (burst: number) => ({ ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: burst });
    await deployed(
      (properties, { Resources }) => {
        Object.assign(properties('Stage'), {
          DefaultRouteSettings: seldom(3),
          RouteSettings: { 'GET /open': seldom(1) },
        });
        Object.assign(Resources['Stage'] as object, { DependsOn: 'GetOpen' });
      },
      async (send) => {
        const statusCode = async (path: string) => (await send({ path })).statusCode;
        expect(await statusCode('/open')).toBe(200);
        for (let request = 0; request < 5; request += 1) expect(await statusCode('/open')).toBe(429);
        // 403: past the throttle, to an authorizer that finds no signature.
        expect(await statusCode('/closed')).toBe(403);
        expect(await statusCode('/closed')).toBe(403);
        expect(await statusCode('/closed')).toBe(429);
      },
    );
  });

  test('settings of a route that is not there yet fail the stage, as on AWS', async () => {
    const deployment = deployed(
      (properties) => {
        properties('Stage')['RouteSettings'] = { 'GET /open': { ThrottlingRateLimit: 1 } };
      },
      async () => {},
    );
    await expect(deployment).rejects.toThrow(
      'Stage (AWS::ApiGatewayV2::Stage): Unable to find Route by key GET /open within the provided RouteSettings',
    );
  });
});

test('a token bucket saves up to its burst and refills at its rate', () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ rateLimit: 10, burstLimit: 2 }, () => nowMs);
  const taken = () => [bucket.take(), bucket.take(), bucket.take()];

  expect(taken()).toEqual([true, true, false]);
  nowMs = 100;
  expect(taken()).toEqual([true, false, false]);
  nowMs = 60_000;
  expect(taken()).toEqual([true, true, false]);
});
