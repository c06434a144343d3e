// The keys of an identity provider's case: generated once for each algorithm, published as the vendor does.
import type { JWK } from 'jose';
import { generateSigningKey, type SigningKey } from '../support/signing-keys.ts';
import type { ProviderCase, Token } from './identity-provider.ts';

/** What makes up a public key; every other member of a JWK is the case's to say. */
const material = ['kty', 'crv', 'n', 'e', 'x', 'y'] as const;

/** By algorithm. RSA keys take a tenth of a second each: the cases share them. */
const generated = new Map<string, Promise<SigningKey>[]>();

export class ProviderKeys {
  /** Names, each once: the nth of an algorithm has the nth key pair of it. */
  readonly #names: readonly string[];

  constructor(private readonly one: ProviderCase) {
    const published = one.jwkSets.flatMap(({ keys }) => keys.map(({ key }) => key));
    const signers = [...one.accepted, ...one.refused].map(({ signedBy }) => signedBy);
    this.#names = [...new Set([...published, ...signers.filter((name) => name !== undefined)])];
  }

  /** The documents of the JWK sets, by their URLs. */
  async documents(): Promise<Map<string, Uint8Array>> {
    const documents = this.one.jwkSets.map(async ({ url, keys, with: others }) => {
      const jwks = await Promise.all(
        keys.map(async ({ key, members }) => ({ ...publicKeyOf(await this.#keyNamed(key)), ...members })),
      );
      return [url, new TextEncoder().encode(JSON.stringify({ ...others, keys: jwks }))] as const;
    });
    return new Map(await Promise.all(documents));
  }

  async sign({ header, claims, signedBy }: Token): Promise<string> {
    const key = await this.#keyNamed(signedBy ?? (this.#names[0] as string));
    // Vendors leave out what the key would add by itself.
    return key.sign(claims, { kid: undefined, typ: undefined, ...header });
  }

  #keyNamed(name: string): Promise<SigningKey> {
    const algorithmOf = (text: string) => text.split(' ')[0] as string;
    const algorithm = algorithmOf(name);
    const index = this.#names.filter((other) => algorithmOf(other) === algorithm).indexOf(name);
    if (index < 0) throw new Error(`there is no key ${name}`);
    const ofAlgorithm = generated.get(algorithm) ?? [];
    generated.set(algorithm, ofAlgorithm);
    ofAlgorithm[index] ??= generateSigningKey(algorithm);
    return ofAlgorithm[index];
  }
}

function publicKeyOf({ publicJwk }: SigningKey): JWK {
  return Object.fromEntries(
    material.filter((name) => publicJwk[name] !== undefined).map((name) => [name, publicJwk[name]]),
  ) as JWK;
}
