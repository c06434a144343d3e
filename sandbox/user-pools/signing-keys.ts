// The signing keys of a user pool: RSA-2048 for RS256, an ID token's and an access token's.
import { randomBytes } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK & { readonly kid: string };
}

interface Generation {
  readonly id: SigningKey;
  readonly access: SigningKey;
}

/**
 * Cognito publishes two keys and signs ID tokens with one and access tokens with the other, so the two
 * tokens of one sign-in never share a `kid`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export class SigningKeys {
  /** The newest first. */
  #generations: readonly [Generation, ...Generation[]];

  private constructor(first: Generation) {
    this.#generations = [first];
  }

  static async create(): Promise<SigningKeys> {
    return new SigningKeys(await createGeneration());
  }

  /** Public parts only, the newest first. */
  get jwks(): { keys: Record<string, unknown>[] } {
    return {
      keys: this.#generations.flatMap(({ id, access }) => [{ ...id.publicJwk }, { ...access.publicJwk }]),
    };
  }

  /** A compact JWS whose header has `kid` and `alg` alone, as Cognito's. */
  async sign(claims: Record<string, unknown>): Promise<string> {
    const [{ id, access }] = this.#generations;
    const { privateKey, publicJwk } = claims['token_use'] === 'access' ? access : id;
    return await new SignJWT(claims)
      .setProtectedHeader({ kid: publicJwk.kid, alg: 'RS256' })
      .sign(privateKey);
  }

  /** Fresh keys sign from now on; with `retire`, the earlier ones are published no more. */
  async rotate({ retire = false }: { retire?: boolean } = {}): Promise<void> {
    const newest = await createGeneration();
    this.#generations = retire ? [newest] : [newest, ...this.#generations];
  }
}

async function createGeneration(): Promise<Generation> {
  const [id, access] = await Promise.all([createKey(), createKey()]);
  return { id, access };
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const kid = randomBytes(32).toString('base64');
  return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), alg: 'RS256', kid, use: 'sig' } };
}
