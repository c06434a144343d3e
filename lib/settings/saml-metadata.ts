// The metadata of a SAML identity provider: a file, or where it is fetched from, and what is wrong with either.
import type { z } from 'zod';
import { textOf, UnfitFile } from './fit-file.ts';
import { parsedUrl } from './parsed-url.ts';

const MAX_BYTES = 1_000_000;
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\//;

/** Whether the setting is an address, and no path. */
export function isMetadataUrl(metadata: string): boolean {
  return /^\w+:\/\//.test(metadata);
}

/** Whether it is of the machine itself, which none but the sandbox's function may ask. */
export function isLoopbackUrl(metadata: string): boolean {
  return LOOPBACK.test(metadata);
}

/** What can be seen of it without reading it as the portal does. */
export function checkSamlMetadata(metadata: string, context: z.RefinementCtx): void {
  const message = isMetadataUrl(metadata) ? urlProblem(metadata) : fileProblem(metadata);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
}

/** The text of a file that has been checked. */
export function samlMetadataIn(file: string): string {
  return textOf(file, MAX_BYTES);
}

function urlProblem(metadata: string): string | undefined {
  const url = parsedUrl(metadata);
  const isAllowed = url?.protocol === 'https:' || isLoopbackUrl(metadata);
  if (!url || !isAllowed) return 'must be the path of a file, or an https URL';
  if (url.username || url.password || url.hash)
    return 'must be a URL without user name, password and fragment';
  return undefined;
}

function fileProblem(file: string): string | undefined {
  if (file.trim() === '') return 'must be the path of a file, or an https URL';
  try {
    const text = textOf(file, MAX_BYTES);
    if (text.includes('PRIVATE KEY'))
      return 'must have no private key: everybody who may read the function’s code would read it';
    return /<(\w+:)?EntityDescriptor[\s>]/.test(text) && /<(\w+:)?IDPSSODescriptor[\s>]/.test(text)
      ? undefined
      : 'must be the metadata of a SAML identity provider: an EntityDescriptor with an IDPSSODescriptor';
  } catch (error) {
    if (error instanceof UnfitFile) return error.message;
    throw error;
  }
}
