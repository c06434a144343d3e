// The findings of cdk-nag's AWS Solutions pack that stand, each with its reason; whatever else it finds is mended.
import { type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

export interface Acknowledgement {
  /** Path of the construct below its stack. */
  readonly path: string;
  /** Rule of the pack, with the finding in brackets where the rule has several. */
  readonly id: string;
  readonly reason: string;
}

/** @throws Error for a path that the stack does not have: the finding is gone, and its reason should go too. */
export function acknowledge(stack: Stack, acknowledgements: readonly Acknowledgement[]): void {
  for (const { path, id, reason } of acknowledgements) {
    const construct = path.split('/').reduce<IConstruct>((scope, name) => scope.node.findChild(name), stack);
    Validations.of(construct).acknowledge({ id, reason });
  }
}
