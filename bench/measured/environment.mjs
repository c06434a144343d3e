// An execution environment: imports a handler, if one is named, and serves an event for each message that it is sent, the first
// of them as soon as the import is done. Plain JavaScript: node alone runs it, as Lambda's bootstrap runs the function.
import { once } from 'node:events';

const [module] = process.argv.slice(2);
const [first] = await once(process, 'message');
const handler = module ? (await import(module)).handler : async () => ({ statusCode: 200 });
const readyMs = performance.now();
let requests = 0;
await serve(first);
process.on('message', serve);

async function serve({ event, isSampled }) {
  requests += 1;
  const id = String(requests).padStart(24, '0');
  process.env._X_AMZN_TRACE_ID = `Root=1-00000000-${id};Parent=${id.slice(8)};Sampled=${isSampled ? 1 : 0}`;
  const startedAt = performance.now();
  const { statusCode, body } = await handler(event, { awsRequestId: `request-${requests}` });
  const ms = performance.now() - startedAt;
  process.send({
    statusCode,
    ms,
    readyMs,
    rss: process.memoryUsage.rss(),
    ...(statusCode >= 300 && { body }),
  });
}
