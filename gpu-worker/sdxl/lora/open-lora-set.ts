import type { AdaptablePlan } from '../checkpoint/plan-networks.ts';
import type { SessionHost } from '../session/session-host.ts';
import type { Session } from '../session/session.ts';
import { tensor } from '../tensor.ts';
import type { Branch, Branches } from './lora-layers.ts';
import type { LoraNetwork } from './lora-targets.ts';
import type { Lora } from './read-lora.ts';

/** A network with a set of LoRA files beside its layers. */
export interface AdaptedSession {
  /** The session with these strengths, one per file of the set. */
  withStrengths(strengths: readonly number[]): Session;
  close(): Promise<void>;
}

/** By network; absent where no file of the set changes it. */
export type OpenLoraSet = Partial<Record<LoraNetwork, AdaptedSession>>;

/** Builds and opens the networks that the files change. */
export async function openLoraSet(loras: readonly Lora[], plans: Readonly<Record<LoraNetwork, AdaptablePlan<unknown> | undefined>>, host: SessionHost): Promise<OpenLoraSet> {
  const set: OpenLoraSet = {};
  try {
    for (const network of ['text_encoder', 'text_encoder_2', 'unet'] as const) {
      const branches = branchesOf(network, loras);
      const plan = plans[network];
      if (branches.size > 0 && plan !== undefined) set[network] = adapted(await host.open(plan.withBranches(branches)), inputsOf(branches));
    }
    return set;
  } catch (error) {
    await closeLoraSet(set);
    throw error;
  }
}

export async function closeLoraSet(set: OpenLoraSet): Promise<void> {
  await Promise.all(Object.values(set).map((session) => session.close()));
}

function branchesOf(network: LoraNetwork, loras: readonly Lora[]): Branches {
  const branches = new Map<string, readonly Branch[]>();
  for (const [i, { updates }] of loras.entries()) {
    for (const [module, update] of updates[network]) branches.set(module, [...(branches.get(module) ?? []), { input: inputOf(i), update }]);
  }
  return branches;
}

function inputsOf(branches: Branches): ReadonlySet<string> {
  return new Set([...branches.values()].flatMap((list) => list.map(({ input }) => input)));
}

/** The graph input of the strength of the set's i-th file. */
function inputOf(i: number): string {
  return `lora.${i}`;
}

function adapted(session: Session, inputs: ReadonlySet<string>): AdaptedSession {
  return {
    withStrengths: (strengths) => {
      // A file that does not touch this network has no input in its graph.
      const fed = strengths.map((strength, i) => [inputOf(i), tensor([1], Float32Array.of(strength))] as const).filter(([input]) => inputs.has(input));
      return {
        run: (feeds, outputs) => session.run({ ...feeds, ...Object.fromEntries(fed) }, outputs),
        close: async () => {}, // the set is its owner
      };
    },
    close: () => session.close(),
  };
}
