// A server on loopback under the name `localhost`, which means 127.0.0.1 to some clients and ::1 to others.
import { type AddressInfo, createServer, type Server } from 'node:net';

export interface LoopbackListener {
  readonly port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

interface ClosableServer extends Server {
  closeAllConnections(): void;
}

/**
 * Listens on 127.0.0.1 and, where the machine has it, on ::1 with the same port; 0 takes one that is
 * free on both. Every address gets a server of its own.
 */
export async function listenOnLoopback(
  createServer: () => ClosableServer,
  port: number,
): Promise<LoopbackListener> {
  const ipv4 = createServer();
  await listen(ipv4, '127.0.0.1', port);
  const servers = [ipv4];
  const chosenPort = (ipv4.address() as AddressInfo).port;
  const close = async () => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    const ipv6 = createServer();
    await listen(ipv6, '::1', chosenPort);
    servers.push(ipv6);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') {
      await close();
      if (code === 'EADDRINUSE' && port === 0) return await listenOnLoopback(createServer, 0);
      throw error;
    }
  }
  return { port: chosenPort, close };
}

/** Rejects with the `EADDRINUSE` of the first port that something listens on. */
export async function requireFreePorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer();
    await listen(server, '127.0.0.1', port);
    await new Promise((resolve) => server.close(resolve));
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeServer(server: ClosableServer): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
