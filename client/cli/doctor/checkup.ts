// A checkup: what it was asked, what its steps have found out so far, and how they ask the broker.
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { BrokerCall, Document } from '../../library/broker-api.ts';
import { SessionBrokerError } from '../../library/errors.ts';
import { systemTiming } from '../../library/timing.ts';
import { brokerAt } from '../asked-broker.ts';
import type { BrokerLocation, LocationValues } from '../broker-location.ts';
import type { Surroundings } from '../command.ts';
import type { Finding } from './finding.ts';

/** What a step finds out for those after it. A step is tried where all facts are there that it needs. */
export interface Facts {
  /** The code of one, whether AWS has it or not. */
  region: string;
  /** Of credentials that AWS takes. */
  credentials: AwsCredentialIdentityProvider;
  /** Of the caller, where STS has told it. */
  accountId: string;
  location: BrokerLocation;
  /** Milliseconds that the broker's clock is ahead of this machine's. */
  offsetMs: number;
  /** What the broker itself, and not its gateway, answers to a request with a token that is none. */
  refusal: SessionBrokerError;
  registration: Document;
  token: string;
}

export const names: Readonly<Record<keyof Facts, string>> = {
  region: 'a region',
  credentials: 'AWS credentials',
  accountId: 'an account',
  location: 'an endpoint that answers',
  offsetMs: 'the time',
  refusal: 'an answer of the broker',
  registration: 'a registration',
  token: 'a token',
};

export interface Step {
  readonly name: string;
  readonly needs: readonly (keyof Facts)[];
  /** Rejects with nothing but programming errors. */
  check(checkup: Checkup): Promise<readonly Finding[]>;
}

export class Checkup {
  readonly facts: Partial<Facts> = {};

  constructor(
    readonly values: LocationValues,
    readonly surroundings: Surroundings,
    /** `undefined` where no source of one is named. */
    readonly token: (() => Promise<string>) | undefined,
  ) {}

  /** A fact that the step needs. */
  fact<Name extends keyof Facts>(name: Name): Facts[Name] {
    const value = this.facts[name];
    if (value === undefined) throw new Error(`the step does not say that it needs ${name}`);
    return value as Facts[Name];
  }

  now(): number {
    return (this.surroundings.timing ?? systemTiming).now();
  }

  /** The broker's answer, or its refusal. Rejects with what is neither: no credentials, say. */
  async ask(call: BrokerCall): Promise<Document | SessionBrokerError> {
    const { timing } = this.surroundings;
    const asking = { credentials: this.fact('credentials'), ...(timing && { timing }) };
    try {
      return await brokerAt(this.fact('location'), asking).call(call);
    } catch (error) {
      if (error instanceof SessionBrokerError) return error;
      throw error;
    }
  }
}
