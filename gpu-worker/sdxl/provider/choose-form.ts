import { CPU_FORM } from '../networks/graph-form.ts';
import type { Provider } from '../networks/graph-form.ts';
import { InlineHost } from '../session/inline-host.ts';
import { ModelHost } from '../session/model-host.ts';
import { checkProvider } from './check-provider.ts';
import type { CheckedForm } from './check-provider.ts';
import { ProviderRefused } from './provider-refused.ts';

/** `auto`: the first of CUDA, WebGPU and the CPU that works here. */
export type ProviderWish = Provider | 'auto';

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
      const found = await checkOnce(provider, host);
      return { form: found.form, remarks: [...remarks, ...found.remarks] };
    } catch (error) {
      if (!(error instanceof ProviderRefused)) throw error;
      remarks.push(error.message);
    }
  }
  return { form: CPU_FORM, remarks };
}

function checkOnce(provider: Provider, where: 'inline' | 'process'): Promise<CheckedForm> {
  const key = `${provider} ${where}`;
  const found = checked.get(key) ?? check(provider, where);
  checked.set(key, found);
  return found;
}

async function check(provider: Provider, where: 'inline' | 'process'): Promise<CheckedForm> {
  const host = where === 'process' ? new ModelHost() : new InlineHost();
  try {
    return await checkProvider(provider, host);
  } finally {
    await host.close();
  }
}
