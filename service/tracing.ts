// Tracing: the Powertools tracer, which is loaded when nobody waits for it, or with the first trace to be recorded.
import type { Tracer } from '@aws-lambda-powertools/tracer';
import { isTraceSampled } from './environment.ts';

/** A client of the AWS SDK. */
interface Client {
  readonly middlewareStack: object;
}

/**
 * The X-Ray SDK below the tracer takes a third of the function's initialization, and most requests are not
 * sampled: an environment that is started for a waiting request does without until one is.
 */
export class Tracing {
  #loading: Promise<Tracer> | undefined;
  #tracer: Tracer | undefined;
  /** Clients whose calls are to be traced once the tracer is there. */
  #clients: Client[] = [];

  /** Loads the tracer now: where the environment is initialized ahead of its requests. */
  load(): Promise<Tracer> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** The client, whose calls are traced from now on, or once the tracer is loaded. */
  captured<C extends Client>(client: C): C {
    if (this.#tracer) return this.#tracer.captureAWSv3Client(client);
    this.#clients.push(client);
    return client;
  }

  /** Runs a request: where its trace is recorded, in a subsegment under which those of its calls stand. */
  run<T>(request: () => Promise<T>): Promise<T> {
    return isTraceSampled() ? this.#record(request) : request();
  }

  async #record<T>(request: () => Promise<T>): Promise<T> {
    const tracer = await this.load();
    return tracer.provider.getNamespace().runAndReturn(async () => {
      const subsegment = tracer.getSegment()?.addNewSubsegment('## handler');
      if (subsegment) tracer.setSegment(subsegment);
      try {
        return await request();
      } finally {
        subsegment?.close();
      }
    });
  }

  async #load(): Promise<Tracer> {
    const { Tracer } = await import('@aws-lambda-powertools/tracer');
    const tracer = new Tracer();
    this.#tracer = tracer;
    for (const client of this.#clients.splice(0)) tracer.captureAWSv3Client(client);
    return tracer;
  }
}
