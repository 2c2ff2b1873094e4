import { setTimeout } from 'node:timers/promises';
import { CPU_FORM, PROVIDERS } from '../networks/graph-form.ts';
import type { Provider } from '../networks/graph-form.ts';
import { InlineHost } from '../session/inline-host.ts';
import { ModelHost } from '../session/model-host.ts';
import { checkProvider } from './check-provider.ts';
import type { CheckedForm } from './check-provider.ts';
import { ProviderRefused } from './provider-refused.ts';

/** `auto`: the first of CUDA, WebGPU and the CPU that works here. */
export const PROVIDER_WISHES = ['auto', ...PROVIDERS] as const;
export type ProviderWish = (typeof PROVIDER_WISHES)[number];

/** A GPU's driver passes in seconds; one that draws on the CPU takes minutes, and would be slower than the CPU itself. */
const PATIENCE_MS = 20_000;

const IN_THIS_ORDER = ['cuda', 'webgpu'] as const;

const checked = new Map<string, Promise<CheckedForm>>();

/**
 * Works out how graphs are to be written on this machine; each provider is tried once per process. With `process`, in a child process of
 * its own: a driver that crashes takes nothing along. Throws `ProviderRefused` when the one that was asked for cannot be used.
 */
export async function chooseForm(wish: ProviderWish, host: 'inline' | 'process'): Promise<CheckedForm> {
  if (wish === 'cpu') return { form: CPU_FORM, remarks: [] };
  if (wish !== 'auto') return checkOnce(wish, host);
  const remarks: string[] = [];
  for (const provider of IN_THIS_ORDER) {
    try {
      const found = await checkOnce(provider, host, PATIENCE_MS);
      return { form: found.form, remarks: [...remarks, ...found.remarks] };
    } catch (error) {
      if (!(error instanceof ProviderRefused)) throw error;
      remarks.push(error.message);
    }
  }
  return { form: CPU_FORM, remarks };
}

function checkOnce(provider: Provider, where: 'inline' | 'process', patienceMs?: number): Promise<CheckedForm> {
  const key = `${provider} ${where} ${patienceMs}`;
  const found = checked.get(key) ?? check(provider, where, patienceMs);
  checked.set(key, found);
  return found;
}

async function check(provider: Provider, where: 'inline' | 'process', patienceMs: number | undefined): Promise<CheckedForm> {
  // onnxruntime and drivers write to stderr what the errors say anyway.
  const host = where === 'process' ? new ModelHost(undefined, { isQuiet: true }) : new InlineHost();
  const done = new AbortController();
  try {
    const checking = checkProvider(provider, host);
    return await (patienceMs === undefined ? checking : Promise.race([checking, impatience(provider, patienceMs, done.signal)]));
  } finally {
    done.abort();
    await host.close();
  }
}

/** Rejects after a while, unless all is done before. */
async function impatience(provider: Provider, ms: number, done: AbortSignal): Promise<never> {
  await setTimeout(ms, undefined, { signal: done }).catch(() => undefined);
  throw new ProviderRefused(provider, `its self-check takes longer than ${ms / 1000} s, so that it is no GPU, or a busy one`);
}
