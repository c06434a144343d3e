// An identity provider that is not ours, on loopback: the package samlp behind express, with its users and its own metadata.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { SigningCertificate } from './signing-certificate.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
type Express = () => {
  get(path: string, handler: Handler): void;
  listen(port: number, host: string, done: () => void): Server;
};
interface Samlp {
  auth(options: Record<string, unknown>): Handler;
  metadata(options: Record<string, unknown>): Handler;
  sendError(options: Record<string, unknown>): Handler;
}
// Neither has types, and both are CommonJS.
const require = createRequire(import.meta.url);
const express = require('express') as Express;
const samlp = require('samlp') as Samlp;

export interface DirectoryUser {
  readonly name: string;
  /** Attributes by name; a text is one value. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
}

const ISSUER = 'urn:independent.example.com';

export class IndependentIdentityProvider {
  /** Who sits at the browser. */
  user: DirectoryUser = { name: 'nobody', claims: {} };
  /** What samlp is told beside what it must be; `refuses`: it answers with an error. */
  options: Readonly<Record<string, unknown>> & { readonly refuses?: boolean } = {};

  private constructor(private readonly server: Server) {}

  static async start(
    { keyPem, certificatePem }: SigningCertificate,
    consumerUrl: string,
  ): Promise<IndependentIdentityProvider> {
    const app = express();
    const server = await new Promise<Server>((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    const identityProvider = new IndependentIdentityProvider(server);
    const known = {
      issuer: ISSUER,
      cert: certificatePem,
      key: keyPem,
      destination: consumerUrl,
      recipient: consumerUrl,
      getUserFromRequest: () => identityProvider.user,
      profileMapper: ({ name, claims }: DirectoryUser) => ({
        getClaims: () => claims,
        getNameIdentifier: () => ({ nameIdentifier: name }),
      }),
    };
    app.get('/sso', (request, response, next) => {
      const { refuses, ...options } = identityProvider.options;
      if (refuses) {
        const error = { code: 'urn:oasis:names:tc:SAML:2.0:status:Responder', description: 'not assigned' };
        const getPostURL = (_: unknown, done: (error: null, url: string) => void) => done(null, consumerUrl);
        return samlp.sendError({ ...known, error, getPostURL })(request, response, next);
      }
      const getPostURL = (_a: unknown, _d: unknown, _r: unknown, done: (error: null, url: string) => void) =>
        done(null, consumerUrl);
      samlp.auth({ ...known, ...options, getPostURL })(request, response, next);
    });
    const endpoints = { redirectEndpointPath: '/sso', postEndpointPath: '/sso' };
    app.get('/metadata', samlp.metadata({ issuer: ISSUER, cert: certificatePem, ...endpoints }));
    return identityProvider;
  }

  get metadataUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/metadata`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
