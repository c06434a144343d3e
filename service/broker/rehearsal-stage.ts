// The stage of the rehearsal: the broker's parts in front of what stands for AWS, and of no identity provider.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { UnrecordedAudit } from '../audit/unrecorded-audit.ts';
import { type NameResolver, newNameResolver } from '../tokens/host-addresses.ts';
import { httpsFetcher } from '../tokens/https-fetcher.ts';
import { Api } from './api.ts';
import { type BrokerSettings, partsOf } from './parts.ts';
import { type Props, rehearse, type Stage } from './rehearsal.ts';
import { routesOf } from './routes.ts';

/**
 * Has a request for credentials answered by a broker of these settings.
 *
 * @param at milliseconds since the epoch
 * @throws Error where it is not granted
 */
export function rehearseRequest(settings: BrokerSettings, at: number): Promise<void> {
  return rehearse(stageOf(settings), settings, at);
}

/** The broker's parts once more, for the rehearsal: of what they find out, the real ones learn nothing. */
function stageOf(settings: BrokerSettings): Stage {
  return ({ now, requestHandler, jwksHosts, jwks }: Props) => {
    const options = {
      maxAttempts: 1,
      requestHandler,
      credentials: { accessKeyId: '-', secretAccessKey: '-' },
    };
    const audit = new UnrecordedAudit(now);
    const fetch = httpsFetcher({ timeoutMs: settings.jwksTimeoutMs, newResolver: nowhere });
    const { manager } = partsOf(
      { ...settings, jwksHosts },
      {
        documents: DynamoDBDocumentClient.from(new DynamoDBClient(options)),
        createClient: () => new STSClient(options),
        // As far as it goes without an address.
        fetchJwks: (url, how) => fetch(url, how).catch(() => jwks),
        now,
        audit,
      },
    );
    const api = new Api(routesOf(manager), audit, settings);
    return (event) => api.handle(event, {} as Context);
  };
}

/** Made as ever, and asked nothing: it finds no address. */
async function nowhere(budgetMs: number): Promise<NameResolver> {
  await newNameResolver(budgetMs);
  return { resolve4: async () => [], resolve6: async () => [], cancel: () => undefined };
}
