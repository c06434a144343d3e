// The process of a provisioned environment: imports the bundle, sends its handler the event of the first message, and tells for
// the second which modules of Node.js were loaded since the first.
import { once } from 'node:events';

const { handler } = await import(process.argv[2]);
process.send('ready');
const [{ event, trace }] = await once(process, 'message');
// As the runtime does: an initialization has none.
process.env._X_AMZN_TRACE_ID = trace;
const before = new Set(process.moduleLoadList);
const { statusCode } = await handler(event, { awsRequestId: 'request-1' });
process.send(statusCode);
await once(process, 'message');
process.send(
  process.moduleLoadList.filter((name) => !before.has(name)),
  () => process.exit(),
);
