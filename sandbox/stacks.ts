// Stacks that are created, changed and deleted while the sandbox runs, and rolled back where that fails.
import { isDeepStrictEqual } from 'node:util';
import type { Stack } from './account/account.ts';
import { createAll, type DeployedStack, Deployment, type Wanted } from './deployment.ts';
import { resourceTypeOf } from './resources/index.ts';
import type { DeployedResource, Surroundings } from './resources/resource-type.ts';

/** A resource as it was, and as it has become, or was to become where that failed. */
interface Change {
  readonly logicalId: string;
  readonly before: DeployedResource;
  readonly after: DeployedResource;
}

type Entry = readonly [logicalId: string, resource: DeployedResource];

/** Those that the sandbox was started with are none of these: they stay as they are. */
export class Stacks {
  readonly #into: Surroundings;
  readonly #stacks = new Map<string, DeployedStack>();

  constructor(into: Surroundings) {
    this.#into = into;
  }

  /** @throws Error for the first resource that fails; what was created until then is deleted again */
  async create(wanted: Wanted): Promise<Stack> {
    if (this.#into.account.stacks.has(wanted.stackName)) {
      throw new Error(`Stack [${wanted.stackName}] already exists`);
    }
    const deployment = new Deployment(wanted, this.#into);
    try {
      await createAll(deployment);
      return this.#keep(deployment.finish('CREATE_COMPLETE'));
    } catch (error) {
      return await rolledBack(error, () => this.#remove(deployment, [...deployment.resources].reverse()));
    }
  }

  /**
   * Changes the resources that resolve to other properties than before; then deletes those that are gone, or replaced.
   * @throws Error for the first that fails, once all are as they were
   */
  async update(wanted: Wanted): Promise<Stack> {
    const before = this.#find(wanted.stackName);
    const deployment = new Deployment(wanted, this.#into, before.stack.stackId);
    const changes: Change[] = [];
    let stack: Stack;
    try {
      for (const logicalId of deployment.logicalIds) await changeOne(deployment, logicalId, before, changes);
      stack = this.#keep(deployment.finish('UPDATE_COMPLETE', before.stack.createdAt));
    } catch (error) {
      return await rolledBack(error, () => this.#rollBack(before, deployment, changes));
    }
    const replaced = changes.filter(isReplaced).map((change): Entry => [change.logicalId, change.before]);
    const removed = [...before.resources].filter(([logicalId]) => !deployment.resources.has(logicalId));
    await this.#remove(deployment, inReverse(before.resources, [...removed, ...replaced]));
    return stack;
  }

  /** @throws Error for the first resource that cannot be deleted: it and those that it needs are still there */
  async delete(stackName: string): Promise<void> {
    const { resources, stack } = this.#find(stackName);
    await this.#remove(stack, [...resources].reverse(), (logicalId) => resources.delete(logicalId));
    this.#stacks.delete(stackName);
    this.#into.account.stacks.delete(stackName);
  }

  async #rollBack(before: DeployedStack, deployment: Deployment, changes: readonly Change[]): Promise<void> {
    for (const change of changes) await revert(deployment, change);
    const added = [...deployment.resources].filter(([logicalId]) => !before.resources.has(logicalId));
    const replacing = changes.filter(isReplaced).map((change): Entry => [change.logicalId, change.after]);
    await this.#remove(deployment, inReverse(deployment.resources, [...added, ...replacing]));
    this.#keep({ ...before, stack: { ...before.stack, status: 'UPDATE_ROLLBACK_COMPLETE' } });
  }

  async #remove(
    stack: { readonly stackName: string; readonly stackId: string },
    entries: readonly Entry[],
    done: (logicalId: string) => void = () => {},
  ): Promise<void> {
    const deployment = new Deployment(
      { stackName: stack.stackName, template: { Resources: {} } },
      this.#into,
      stack.stackId,
    );
    for (const [logicalId, resource] of entries) {
      await deployment.naming(logicalId, resource.resourceType, async () => {
        const type = resourceTypeOf(resource.resourceType);
        if (!type.delete) throw new Error('the sandbox does not delete resources of this type');
        await type.delete(resource, deployment.context(logicalId, resource.resourceType));
      });
      done(logicalId);
    }
  }

  #keep(deployed: DeployedStack): Stack {
    this.#stacks.set(deployed.stack.stackName, deployed);
    this.#into.account.stacks.set(deployed.stack.stackName, deployed.stack);
    return deployed.stack;
  }

  #find(stackName: string): DeployedStack {
    const deployed = this.#stacks.get(stackName);
    if (!deployed) throw new Error(`Stack [${stackName}] does not exist, or was there at the start`);
    return deployed;
  }
}

async function changeOne(
  deployment: Deployment,
  logicalId: string,
  { resources }: DeployedStack,
  changes: Change[],
): Promise<void> {
  const before = resources.get(logicalId);
  await deployment.apply(logicalId, async (type, properties, context) => {
    if (!before) return type.create(properties, context);
    if (before.resourceType !== context.resourceType)
      throw new Error('Update of resource type is not permitted.');
    if (isDeepStrictEqual(before.properties, properties)) return before;
    if (!type.update) throw new Error('the sandbox does not change resources of this type');
    // One that fails half-way is changed back too.
    const at = changes.push({ logicalId, before, after: { ...before, properties } }) - 1;
    const after = { ...before, ...(await type.update(properties, before, context)), properties };
    changes[at] = { logicalId, before, after };
    return after;
  });
}

async function revert(deployment: Deployment, change: Change): Promise<void> {
  const { logicalId, before, after } = change;
  const type = resourceTypeOf(before.resourceType);
  if (isReplaced(change) && !type.isRevertedByUpdate) return;
  await deployment.naming(logicalId, before.resourceType, async () => {
    await type.update?.(before.properties, after, deployment.context(logicalId, before.resourceType));
  });
}

function isReplaced({ before, after }: Change): boolean {
  return before.ref !== after.ref;
}

/** The last created first. */
function inReverse(order: ReadonlyMap<string, unknown>, entries: readonly Entry[]): Entry[] {
  const at = [...order.keys()];
  return [...entries].sort(([one], [other]) => at.indexOf(other) - at.indexOf(one));
}

/** @throws Error the failure, with that of the rollback behind it where there is one */
async function rolledBack(error: unknown, rollBack: () => Promise<void>): Promise<never> {
  try {
    await rollBack();
  } catch (cause) {
    throw new Error(`${(error as Error).message}; and the rollback failed: ${(cause as Error).message}`, {
      cause,
    });
  }
  throw error;
}
