// The one dynalite behind DynamoDB: in memory, on loopback.
import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { transactional } from './transactional.ts';

export interface DynamoDb {
  /** `http://127.0.0.1:PORT`, for `Account.dynamoDbEndpoint`. */
  readonly url: string;
  /** Stops listening and keeps the data: DynamoDB is down. */
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
  /** Ends it, data and all. */
  close(): Promise<void>;
}

/** Listens on any free port of 127.0.0.1. It checks no signature, so nothing but the AWS endpoint is told its address. */
export async function startDynamoDb(): Promise<DynamoDb> {
  const server = transactional(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }));
  // An idle connection is never closed from this side, where a request may already be on its way.
  server.keepAliveTimeout = 0;
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    start: () => listen(server, port),
    // Not the server's own `close`, which closes the database too.
    stop: () => settle((done) => Server.prototype.close.call(server, done)),
    async close() {
      if (server.listening) await settle((done) => server.close(done));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return settle((done) => {
    server.once('error', done);
    Server.prototype.listen.call(server, { port, host: '127.0.0.1' }, () => {
      server.off('error', done);
      done();
    });
  });
}

function settle(start: (done: (error?: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}
