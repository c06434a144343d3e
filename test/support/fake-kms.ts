// KMS behind the SDK's client: data keys that are opened with the context that they were made with, and every call.
import { randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';

export const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

export class FakeKms {
  /** `GenerateDataKey 2030-04-01T12` */
  readonly calls: string[] = [];
  readonly #keys = new Map<string, { readonly plaintext: Buffer; readonly context: string }>();

  constructor(private readonly travel: () => Promise<void> = async () => {}) {}

  readonly client = {
    send: async (command: unknown) => {
      await this.travel();
      const answer = this.#answer(command);
      await this.travel();
      return answer;
    },
  } as unknown as KMSClient;

  #answer(command: unknown) {
    if (command instanceof GenerateDataKeyCommand) {
      const context = this.#told('GenerateDataKey', command.input);
      const [plaintext, encrypted] = [randomBytes(32), randomBytes(184)];
      this.#keys.set(encrypted.toString('hex'), { plaintext, context });
      return { Plaintext: new Uint8Array(plaintext), CiphertextBlob: new Uint8Array(encrypted) };
    }
    if (!(command instanceof DecryptCommand)) throw new Error('KMS is asked for something else');
    const context = this.#told('Decrypt', command.input);
    const known = this.#keys.get(Buffer.from(command.input.CiphertextBlob ?? []).toString('hex'));
    if (known?.context === context) return { Plaintext: new Uint8Array(known.plaintext) };
    throw Object.assign(new Error('canary'), { name: 'InvalidCiphertextException', $fault: 'client' });
  }

  #told(
    operation: string,
    input: { KeyId?: string | undefined; EncryptionContext?: Record<string, string> | undefined },
  ) {
    const { KeyId, EncryptionContext } = input;
    this.calls.push(`${operation} ${EncryptionContext?.['Hour']}`);
    if (KeyId !== KEY_ARN) throw new Error(`KMS is asked about another key: ${KeyId}`);
    return JSON.stringify(EncryptionContext);
  }
}
