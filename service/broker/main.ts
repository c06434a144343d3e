// The composition root of the broker: exports the function's handler.
import { createBroker } from './broker.ts';
import { readEnvironment } from './environment.ts';
import { routesOf } from './routes.ts';

const broker = await createBroker(readEnvironment());

export const handler = await broker.serve(routesOf(broker.manager));
