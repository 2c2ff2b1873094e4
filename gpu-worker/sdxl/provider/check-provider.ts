import { buildGraph } from '../networks/build-graph.ts';
import { CPU_FORM, FAMILIES_OF } from '../networks/graph-form.ts';
import type { Family, GraphForm, Provider } from '../networks/graph-form.ts';
import type { Weights } from '../safetensors/weights.ts';
import type { SessionHost } from '../session/session-host.ts';
import type { Tensor } from '../tensor.ts';
import { FAMILY_CHECKS, PLAIN_CHECKS } from './check-graphs.ts';
import type { CheckGraph } from './check-graphs.ts';
import { withCheckWeights } from './check-weights.ts';
import { firstLine } from './first-line.ts';
import { ProviderRefused } from './provider-refused.ts';

/** A form whose every part was tried against the CPU, and what was left out of it and why. */
export interface CheckedForm {
  readonly form: GraphForm;
  /** Sentences for a log. */
  readonly remarks: readonly string[];
}

type Type = GraphForm['type'];

/** Largest deviation, as a share of the largest number: float16 has 11 bits, and GPUs round float32 products to as many (TF32). */
const TOLERANCE: Readonly<Record<Type, number>> = { float32: 5e-3, float16: 2e-2 };

/**
 * Tries on a provider what SDXL's graphs are made of, against the CPU. Float16 where that works; a family of operators that fails is
 * replaced by its plain form. Throws `ProviderRefused` when what cannot be replaced fails.
 */
export function checkProvider(provider: Provider, host: SessionHost): Promise<CheckedForm> {
  return withCheckWeights(async (weights) => {
    const remarks: string[] = [];
    const type = await firstType(provider, weights, host, remarks);
    // A VAE may be computed in float32 beside a UNet in float16.
    const types: readonly Type[] = type === 'float16' ? ['float16', 'float32'] : [type];
    const families: Family[] = [];
    for (const check of FAMILY_CHECKS.filter(({ family }) => FAMILIES_OF[provider].includes(family))) {
      const failure = await firstFailure([check], types.map((each) => ({ provider, type: each, families: new Set([check.family]) })), weights, host);
      if (failure === undefined) families.push(check.family);
      else remarks.push(`${provider} does without ${check.name}: ${failure}`);
    }
    return { form: { provider, type, families: new Set(families) }, remarks };
  });
}

async function firstType(provider: Provider, weights: Weights, host: SessionHost, remarks: string[]): Promise<Type> {
  const plain = (type: Type): GraphForm => ({ provider, type, families: new Set() });
  if (provider !== 'cpu') {
    const failure = await firstFailure(PLAIN_CHECKS, [plain('float16'), plain('float32')], weights, host);
    if (failure === undefined) return 'float16';
    remarks.push(`${provider} computes in float32: ${failure}`);
  }
  const failure = await firstFailure(PLAIN_CHECKS, [plain('float32')], weights, host);
  if (failure === undefined) return 'float32';
  throw new ProviderRefused(provider, failure);
}

/** What went wrong first; undefined when nothing did. */
async function firstFailure(checks: readonly CheckGraph[], forms: readonly GraphForm[], weights: Weights, host: SessionHost): Promise<string | undefined> {
  for (const check of checks) {
    for (const form of forms) {
      try {
        const deviation = largestDeviation(await run(check, form, weights, host), await run(check, CPU_FORM, weights, host));
        if (!(deviation <= TOLERANCE[form.type])) return `${check.name} deviate from the CPU's by ${(100 * deviation).toPrecision(2)} % in ${form.type}`;
      } catch (error) {
        return `${check.name} cannot be run in ${form.type} (${firstLine(error)})`;
      }
    }
  }
  return undefined;
}

async function run(check: CheckGraph, form: GraphForm, weights: Weights, host: SessionHost): Promise<Tensor> {
  const session = await host.open({ name: check.name, ...buildGraph(check.name, form, weights, (layers) => check.build(layers)) });
  try {
    const { y } = await session.run(check.feeds, ['y']);
    if (y === undefined) throw new Error('no output');
    return y;
  } finally {
    await session.close();
  }
}

/** As a share of the largest number that was right; NaN when there is one. */
function largestDeviation(found: Tensor, right: Tensor): number {
  if (found.data.length !== right.data.length) return Number.NaN;
  const largest = right.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return found.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (right.data[i] ?? 0))), 0) / largest;
}
