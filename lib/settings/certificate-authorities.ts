// The private certificate authorities of a deployment: which files pass as such, and the certificates in them.
import { X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import { textOf, UnfitFile } from './fit-file.ts';

/** Of all files together. */
export const MAX_CERTIFICATES = 20;
/** Of all files together. */
const MAX_BYTES = 100 * 1024;

/** Reports every file that is none of certificates of authorities, and files that have too many of them. */
export function checkCertificateAuthorities(files: readonly string[], context: z.RefinementCtx): void {
  const refuse = (message: string, path: number[] = []) =>
    context.addIssue({ code: 'custom', message, path });
  const read = files.map((file, index) => {
    try {
      return certificatesOf(textOf(file, MAX_BYTES));
    } catch (error) {
      if (!(error instanceof UnfitFile)) throw error;
      refuse(error.message, [index]);
      return [];
    }
  });
  const certificates = read.flat();
  const bytes = Buffer.byteLength(certificates.join(''));
  if (certificates.length > MAX_CERTIFICATES) {
    refuse(`must have at most ${MAX_CERTIFICATES} certificates, and has ${certificates.length}`);
  }
  if (bytes > MAX_BYTES) refuse(`must have at most ${MAX_BYTES} bytes of certificates, and has ${bytes}`);
}

/** The certificates of files that have been checked, as PEM: nothing else that stands in a file, comments least of all. */
export function certificateAuthoritiesIn(files: readonly string[]): string {
  return files.flatMap((file) => certificatesOf(textOf(file, MAX_BYTES))).join('');
}

/** RFC 7468. What stands around the blocks is of no account. */
function certificatesOf(text: string): string[] {
  const labels = [...text.matchAll(/-----BEGIN ([^-\n]*)-----/g)].map(([, label]) => label as string);
  if (labels.some((label) => label.includes('PRIVATE KEY'))) {
    throw new UnfitFile('must have no private key: everybody who may read the function’s code would read it');
  }
  const other = labels.find((label) => label !== 'CERTIFICATE');
  if (other !== undefined) throw new UnfitFile(`must have CERTIFICATE blocks alone, and has a ${other}`);
  if (labels.length === 0) throw new UnfitFile('must be PEM, with a CERTIFICATE block or several');
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length < labels.length) throw new UnfitFile('has a CERTIFICATE block that does not end');
  return blocks.map((block, index) => authorityIn(block, index + 1));
}

function authorityIn(block: string, number: number): string {
  const certificate = parsed(block, number);
  const shown = `certificate ${number} (${certificate.subject?.replaceAll('\n', ', ') ?? 'no subject'})`;
  if (!certificate.ca) {
    throw new UnfitFile(
      `must have certificates of authorities alone, and ${shown} is none (basicConstraints)`,
    );
  }
  if (Date.parse(certificate.validTo) <= Date.now()) {
    throw new UnfitFile(
      `must have certificates that are valid, and ${shown} expired on ${certificate.validTo}`,
    );
  }
  return certificate.toString();
}

function parsed(block: string, number: number): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch {
    throw new UnfitFile(`must have certificates that can be read, and certificate ${number} cannot`);
  }
}
