// The part of dynalite's interface that the sandbox uses; the package has no types.
declare module 'dynalite' {
  import type { Server } from 'node:http';

  export interface DynaliteOptions {
    /** How long a table stays in CREATING, in milliseconds; default 500. */
    createTableMs?: number;
    /** Default 500. */
    deleteTableMs?: number;
    /** Default 500. */
    updateTableMs?: number;
  }

  /** Not listening yet. Closing it also closes its database. */
  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}
