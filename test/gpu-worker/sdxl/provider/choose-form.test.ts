import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../gpu-worker/sdxl/checkpoint/open-checkpoint.ts';
import { buildGraph } from '../../../../gpu-worker/sdxl/networks/build-graph.ts';
import { CPU_FORM } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import type { Family, GraphForm } from '../../../../gpu-worker/sdxl/networks/graph-form.ts';
import { FAMILY_CHECKS, PLAIN_CHECKS } from '../../../../gpu-worker/sdxl/provider/check-graphs.ts';
import { checkProvider } from '../../../../gpu-worker/sdxl/provider/check-provider.ts';
import { withCheckWeights } from '../../../../gpu-worker/sdxl/provider/check-weights.ts';
import { chooseForm } from '../../../../gpu-worker/sdxl/provider/choose-form.ts';
import { ProviderRefused } from '../../../../gpu-worker/sdxl/provider/provider-refused.ts';
import { InlineHost } from '../../../../gpu-worker/sdxl/session/inline-host.ts';
import type { SessionHost } from '../../../../gpu-worker/sdxl/session/session-host.ts';
import type { SessionSource } from '../../../../gpu-worker/sdxl/session/session-options.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';

const DEMO = join(import.meta.dirname, '../../../../gpu-worker/demo-model/base');
let host: InlineHost;
beforeEach(() => {
  host = new InlineHost();
});
afterEach(() => host.close());

/** A provider that is the CPU, but for sessions of which `spoil` says that they fail or answer wrong. */
function pretend(spoil: (source: SessionSource) => 'fails' | 'is wrong' | undefined): SessionHost {
  return {
    close: () => host.close(),
    open: async (source) => {
      const how = source.provider === 'cpu' ? undefined : spoil(source);
      if (how === 'fails') throw new Error('no such kernel\nand more lines');
      const session = await host.open({ ...source, provider: 'cpu' });
      return {
        close: () => session.close(),
        run: async (feeds, outputs) => {
          const found = await session.run(feeds, outputs);
          if (how !== 'is wrong') return found;
          return Object.fromEntries(Object.entries(found).map(([name, { dims, data }]) => [name, tensor(dims, data.map((value, i) => (i % 100 === 7 ? value * 1.5 : value)))]));
        },
      };
    },
  };
}

describe('the self-check of a provider', () => {
  it('finds that the CPU computes what the CPU computes', async () => {
    const { form, remarks } = await checkProvider('cpu', host);
    expect(form).toEqual(CPU_FORM);
    expect(remarks).toEqual([]);
  });

  it('keeps what works', async () => {
    const { form } = await checkProvider('webgpu', pretend(() => undefined));
    expect(form).toEqual({ provider: 'webgpu', type: 'float16', families: new Set(['attention', 'skip-norm']) });
  });

  it('does without operators that compute wrong, and says so', async () => {
    const { form, remarks } = await checkProvider('webgpu', pretend(({ name }) => (name === 'fused attention' ? 'is wrong' : undefined)));
    expect(form.families).toEqual(new Set(['skip-norm']));
    expect(remarks).toEqual([expect.stringMatching(/^webgpu does without fused attention: fused attention deviate from the CPU's by \d+ % in float16$/)]);
  });

  it('computes in float32 where float16 fails', async () => {
    const { form, remarks } = await checkProvider('webgpu', pretend(({ model }) => (castsToHalf(model) ? 'fails' : undefined)));
    expect(form.type).toBe('float32');
    expect(remarks[0]).toBe('webgpu computes in float32: convolutions and group norms cannot be run in float16 (no such kernel)');
  });

  it('refuses a provider that gets wrong what every graph has, and says what to install', async () => {
    const refused = checkProvider('cuda', pretend(() => 'is wrong'));
    await expect(refused).rejects.toBeInstanceOf(ProviderRefused);
    await expect(refused).rejects.toThrow(/^the provider cuda cannot be used: convolutions and group norms deviate .*ONNXRUNTIME_NODE_INSTALL=cuda12/);
  });
});

describe('plain and fused forms', () => {
  const run = (form: GraphForm, check: (typeof PLAIN_CHECKS)[number]) =>
    withCheckWeights(async (weights) => {
      const session = await host.open({ name: 'x', ...buildGraph('x', form, weights, (layers) => check.build(layers)), provider: 'cpu' });
      return (await session.run(check.feeds, ['y']))['y']?.data ?? new Float32Array();
    });

  // The families that the CPU has kernels for.
  it.each(['attention', 'skip-norm'] as const)('compute the same in float32: %s', async (family: Family) => {
    const check = FAMILY_CHECKS.find((each) => each.family === family) ?? FAMILY_CHECKS[0];
    if (check === undefined) throw new Error('no checks');
    const plain = await run({ provider: 'webgpu', type: 'float32', families: new Set() }, check);
    const fused = await run({ provider: 'cpu', type: 'float32', families: new Set([family]) }, check);
    const largest = Math.max(...fused.map(Math.abs));
    expect(Math.max(...fused.map((value, i) => Math.abs(value - (plain[i] ?? NaN))))).toBeLessThan(1e-5 * largest);
  });

  it.each(PLAIN_CHECKS.map((check) => [check.name, check] as const))('%s: float16 comes near float32', async (_, check) => {
    const [half, full] = [await run({ provider: 'webgpu', type: 'float16', families: new Set() }, check), await run(CPU_FORM, check)];
    const largest = Math.max(...full.map(Math.abs));
    const deviation = Math.max(...full.map((value, i) => Math.abs(value - (half[i] ?? NaN)))) / largest;
    expect(deviation).toBeLessThan(1e-2);
    expect(deviation).toBeGreaterThan(0);
  });
});

describe('the choice of a provider', () => {
  it('tries nothing when the CPU is asked for', async () => {
    expect(await chooseForm('cpu', 'inline')).toEqual({ form: CPU_FORM, remarks: [] });
  });

  it.runIf(process.env['REFINERY_TEST_WEBGPU'] === undefined)('opens a checkpoint on what works here, and gives the reasons for what does not', async () => {
    let told: unknown;
    const checkpoint = await openCheckpoint(DEMO, { provider: 'auto', host: 'inline', onProvider: (chosen) => (told = chosen) });
    await checkpoint.close();
    if (checkpoint.provider === 'cpu') {
      expect(told).toMatchObject({ form: CPU_FORM, remarks: [expect.stringContaining('the provider cuda cannot be used'), expect.stringContaining('the provider webgpu cannot be used')] });
    } else {
      expect(told).toMatchObject({ form: { provider: checkpoint.provider } });
    }
  });
});

/** Whether a node has the attribute `to`: float16 (TensorProto.DataType 10). */
function castsToHalf(model: Uint8Array): boolean {
  return Buffer.from(model).includes(Buffer.from([0x0a, 0x02, 0x74, 0x6f, 0x18, 0x0a]));
}
