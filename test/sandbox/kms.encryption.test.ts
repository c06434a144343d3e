// KMS: data keys, opened by the key and the encryption context that they were made with, and by whom that may be.
import {
  DecryptCommand,
  type DecryptCommandInput,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { client, newKey, root, served, useKmsAccount } from './fixtures/kms-account.ts';

useKmsAccount();

const symmetric = (more = {}) => newKey({ spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', ...more });
const context = { Table: 'Sessions', Hour: '2030-04-01T12' };

function generate(
  KeyId: string,
  EncryptionContext: Record<string, string> | undefined = context,
  by = client,
) {
  return by.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
}
function decrypt(input: Partial<DecryptCommandInput>, by = client) {
  return by.send(
    new DecryptCommand({
      CiphertextBlob: undefined,
      EncryptionContext: context,
      ...input,
    } as DecryptCommandInput),
  );
}

describe('a data key', () => {
  it('is of 32 bytes, another each time, and opened by its key with its context, in any order', async () => {
    const key = symmetric();
    const made = await generate(key.arn);
    expect(made.KeyId).toBe(key.arn);
    expect(made.Plaintext).toHaveLength(32);
    expect((await generate(key.arn)).Plaintext).not.toEqual(made.Plaintext);
    const { Table, Hour } = context;
    for (const input of [{ KeyId: key.arn }, {}, { EncryptionContext: { Hour, Table } }]) {
      const opened = await decrypt({ CiphertextBlob: made.CiphertextBlob, ...input });
      expect(opened).toMatchObject({ KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
      expect(opened.Plaintext).toEqual(made.Plaintext);
    }
    expect(Buffer.from(made.CiphertextBlob ?? []).includes(Buffer.from(made.Plaintext ?? []))).toBe(false);
  });

  it('has as many bytes as are asked for, by one of two ways', async () => {
    const { arn: KeyId } = symmetric();
    const lengthOf = async (input: object) =>
      (await client.send(new GenerateDataKeyCommand({ KeyId, ...input }))).Plaintext?.length;
    expect(await lengthOf({ KeySpec: 'AES_128' })).toBe(16);
    expect(await lengthOf({ NumberOfBytes: 64 })).toBe(64);
    const either = {
      name: 'ValidationException',
      message: 'Please specify either number of bytes or key spec.',
    };
    await expect(lengthOf({})).rejects.toMatchObject(either);
    await expect(lengthOf({ KeySpec: 'AES_128', NumberOfBytes: 64 })).rejects.toMatchObject(either);
    await expect(lengthOf({ NumberOfBytes: 1_025 })).rejects.toThrow('less than or equal to 1024');
  });

  it.each([
    ['another context', { ...context, Hour: '2030-04-01T13' }],
    ['a part of it', { Table: 'Sessions' }],
    ['none', undefined],
  ])('is not opened with %s', async (_, EncryptionContext) => {
    const key = symmetric();
    const { CiphertextBlob } = await generate(key.arn);
    await expect(decrypt({ CiphertextBlob, EncryptionContext, KeyId: key.arn })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  it('is not opened by another key, or where a byte of it is another', async () => {
    const [key, other] = [symmetric(), symmetric()];
    const { CiphertextBlob = new Uint8Array() } = await generate(key.arn);
    await expect(decrypt({ CiphertextBlob, KeyId: other.arn })).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
    for (const at of [0, 40, 52, CiphertextBlob.length - 1]) {
      const wrong = CiphertextBlob.map((byte, index) => (index === at ? byte ^ 1 : byte));
      await expect(decrypt({ CiphertextBlob: wrong })).rejects.toMatchObject({
        name: 'InvalidCiphertextException',
      });
    }
    await expect(decrypt({ CiphertextBlob: Buffer.from('x') })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  it('is none of a key that signs, or is disabled, and what is not there is refused by name', async () => {
    const usage = { name: 'InvalidKeyUsageException' };
    await expect(generate(newKey().arn)).rejects.toMatchObject(usage);
    await expect(generate(symmetric({ isEnabled: false }).arn)).rejects.toMatchObject({
      name: 'DisabledException',
    });
    const { arn: KeyId } = symmetric();
    const refused = (name: string) => ({
      name: 'NotImplemented',
      message: `The sandbox does not have kms ${name}.`,
    });
    const Recipient = { AttestationDocument: Buffer.from('x') };
    await expect(
      client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', Recipient })),
    ).rejects.toMatchObject(refused('Recipient'));
    const { CiphertextBlob } = await generate(KeyId);
    await expect(decrypt({ CiphertextBlob, GrantTokens: ['x'] })).rejects.toMatchObject(
      refused('GrantTokens'),
    );
    await expect(decrypt({ CiphertextBlob, EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' })).rejects.toThrow(
      'encryptionAlgorithm',
    );
    await expect(generate(KeyId, { long: 'x'.repeat(8_192) })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('is in no record of the trail', async () => {
    const { arn } = symmetric();
    const { Plaintext, CiphertextBlob } = await generate(arn);
    await decrypt({ CiphertextBlob });
    const trail = JSON.stringify(served.account.trail.events);
    expect(trail).toContain(arn);
    expect(trail).not.toContain(Buffer.from(Plaintext ?? []).toString('base64'));
  });
});

describe('whoever may use a key with one context alone', () => {
  const conditions = {
    StringEquals: { 'kms:EncryptionContext:Table': 'Sessions' },
    'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['Table', 'Hour'] },
  };
  const actions = ['kms:GenerateDataKey', 'kms:Decrypt'];

  let sealers = 0;
  function sealer() {
    sealers += 1;
    const { identities } = served.account;
    const role = identities.createRole({
      roleName: `Sealer${sealers}`,
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' }],
      },
    });
    const { expiresAt: _, ...credentials } = identities.issueSession(role, {
      sessionName: 'test',
      durationSeconds: 900,
    });
    const key = symmetric({
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: role.arn },
            Action: actions,
            Resource: '*',
            Condition: conditions,
          },
          { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' },
        ],
      },
    });
    return { key, by: new KMSClient({ ...served.administrator, credentials }) };
  }

  it('has data keys made and opened with it', async () => {
    const { key, by } = sealer();
    const { CiphertextBlob, Plaintext } = await generate(key.arn, context, by);
    expect((await decrypt({ CiphertextBlob }, by)).Plaintext).toEqual(Plaintext);
  });

  it.each([
    ['another table', { ...context, Table: 'Others' }],
    ['a further key', { ...context, More: 'x' }],
    ['another case of a key', { table: 'Sessions', Hour: 'x' }],
    ['no table', { Hour: 'x' }],
    ['none', {}],
  ])('and with no other: %s', async (_, other) => {
    const { key, by } = sealer();
    await expect(generate(key.arn, other, by)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const { CiphertextBlob } = await generate(key.arn, other);
    await expect(decrypt({ CiphertextBlob, EncryptionContext: other }, by)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
