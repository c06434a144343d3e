// How long AWS and an identity provider take to answer: what the stand-ins are told to wait.
import type { Latencies } from './stand-ins-main.ts';

export interface LatencySet {
  /** In a few words, for tables. */
  readonly what: string;
  readonly latencyMs: Latencies;
  readonly awsOverTls?: boolean;
}

/**
 * `uniform` is what calls take at the least, and what makes figures comparable. `assumed` is nearer to what they take: a
 * DynamoDB table answers in single-digit milliseconds (https://repost.aws/knowledge-center/dynamodb-high-latency); for STS
 * AWS publishes no figure, and signing a session takes it several times as long as a read takes DynamoDB; of an identity
 * provider's JWK set, Auth0 calls 150 ms the usual 95th percentile (https://support.auth0.com/center/s/article/jwks-endpoint-latency-and-timeout-impact),
 * and most answers come from a cache nearby. The figures are assumptions within these bounds, and no measurements.
 */
export const latencySets = {
  uniform: { what: '5 ms a call', latencyMs: 5 },
  assumed: {
    what: 'DynamoDB 3 to 4 ms, STS 20 ms, JWK set 15 ms, all over TLS',
    latencyMs: {
      GetItem: 3,
      BatchGetItem: 4,
      TransactGetItems: 4,
      UpdateItem: 4,
      PutItem: 4,
      DeleteItem: 4,
      TransactWriteItems: 8,
      Decrypt: 5,
      GenerateDataKey: 5,
      AssumeRole: 20,
      jwks: 15,
    },
    awsOverTls: true,
  },
} as const satisfies Record<string, LatencySet>;
