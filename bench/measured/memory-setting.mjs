// What a start, a first request, new tenants and warm requests take in this process, which may have but a part of a processor.
// Plain JavaScript: node alone runs it, as Lambda's bootstrap runs the function.
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';

const [{ module, first, newTenants, warm, warmRequests }] = await once(process, 'message');
const context = { awsRequestId: 'lambda-request-1' };
process.env._X_AMZN_TRACE_ID = 'Root=1-00000000-000000000000000000000000;Sampled=0';

async function timed(work) {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
}

async function ask(event) {
  const { statusCode, body } = await handler(event, context);
  if (statusCode !== 200) throw new Error(`answered ${statusCode}: ${body}`);
  await setImmediate();
}

let handler;
const start = await timed(async () => {
  ({ handler } = await import(module));
});
const firstRequest = await timed(() => ask(first));
const tenants = [];
for (const event of newTenants) tenants.push(await timed(() => ask(event)));
const warmed = [];
for (let number = 0; number < warmRequests; number += 1) warmed.push(await timed(() => ask(warm)));
process.send(
  { start, firstRequest, newTenants: tenants, warm: warmed, rssMb: process.memoryUsage.rss() / 2 ** 20 },
  () => process.exit(),
);
