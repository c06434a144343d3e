// Stands in the bundle for the SDK's cache of discovered endpoints: DynamoDB's client makes one, and asks it nothing.
export class EndpointCache {
  getEndpoint(): never {
    throw new Error('endpoints cannot be discovered in the bundle: see lib/function-code.ts');
  }
}
