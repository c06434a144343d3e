// An HTTP server on loopback for one test, which a test file's tests start as they need it.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

/** Call at the top of a test file. @returns what starts a server; it ends with the test, and resolves to its address */
export function useOneServer(): (listener: RequestListener) => Promise<string> {
  let server: Server | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((done) => (server ? server.close(done) : done(undefined)));
    server = undefined;
  });
  return async (listener) => {
    const started = createServer(listener);
    server = started;
    await new Promise<void>((done) => started.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
  };
}
