import { setTimeout } from 'node:timers/promises';
import { CPU_FORM, PROVIDERS } from '../networks/graph-form.ts';
import type { Provider } from '../networks/graph-form.ts';
import { InlineHost } from '../session/inline-host.ts';
import { ModelHost } from '../session/model-host.ts';
import type { SessionHost } from '../session/session-host.ts';
import { checkProvider } from './check-provider.ts';
import type { CheckedForm } from './check-provider.ts';
import { ProviderRefused } from './provider-refused.ts';
import { tryToOpen } from './try-to-open.ts';

/** `auto`: the first of CUDA, WebGPU and the CPU that works here. */
export const PROVIDER_WISHES = ['auto', ...PROVIDERS] as const;
export type ProviderWish = (typeof PROVIDER_WISHES)[number];

/** A GPU's driver passes in seconds; one that draws on the CPU takes minutes, and would be slower than the CPU itself. */
const PATIENCE_MS = 20_000;

const IN_THIS_ORDER = ['cuda', 'webgpu'] as const;

const checked = new Map<string, Promise<CheckedForm>>();

/**
 * Works out how graphs are to be written on this machine; each provider is tried once per process. With `process`, in child processes of
 * their own: a driver that crashes takes nothing along. Throws `ProviderRefused` when the one that was asked for cannot be used.
 */
export async function chooseForm(wish: ProviderWish, where: 'inline' | 'process'): Promise<CheckedForm> {
  if (wish === 'cpu') return { form: CPU_FORM, remarks: [] };
  const key = `${wish} ${where}`;
  const found = checked.get(key) ?? (wish === 'auto' ? chooseAny(where) : withHost(where, (host) => check(wish, host)));
  checked.set(key, found);
  return found;
}

/** Those that open are checked at leisure; most machines have none, and should know soon. */
async function chooseAny(where: 'inline' | 'process'): Promise<CheckedForm> {
  const remarks: string[] = [];
  const opens = await withHost(where, async (host) => {
    const found: Provider[] = [];
    for (const provider of IN_THIS_ORDER) {
      const opened = await refusalOf(() => tryToOpen(provider, host));
      if (opened.refused === undefined) found.push(provider);
      else remarks.push(opened.refused);
    }
    return found;
  });
  for (const provider of opens) {
    const { refused, value } = await refusalOf(() => withHost(where, (host) => Promise.race([check(provider, host), impatience(provider)])));
    if (value !== undefined) return { form: value.form, remarks: [...remarks, ...value.remarks] };
    if (refused !== undefined) remarks.push(refused);
  }
  return { form: CPU_FORM, remarks };
}

async function check(provider: Provider, host: SessionHost): Promise<CheckedForm> {
  await tryToOpen(provider, host);
  return checkProvider(provider, host);
}

async function refusalOf<T>(run: () => Promise<T>): Promise<{ readonly value?: T; readonly refused?: string }> {
  try {
    return { value: await run() };
  } catch (error) {
    if (error instanceof ProviderRefused) return { refused: error.message };
    throw error;
  }
}

/** Runs something on a host that is closed afterwards, and killed when it is still busy then. */
async function withHost<T>(where: 'inline' | 'process', run: (host: SessionHost) => Promise<T>): Promise<T> {
  // onnxruntime and drivers write to stderr what the errors say anyway.
  const host = where === 'process' ? new ModelHost(undefined, { isQuiet: true }) : new InlineHost();
  try {
    return await run(host);
  } finally {
    await host.close();
  }
}

async function impatience(provider: Provider): Promise<never> {
  // Keeps nobody waiting when the check is done before.
  await setTimeout(PATIENCE_MS, undefined, { ref: false });
  throw new ProviderRefused(provider, `its self-check takes longer than ${PATIENCE_MS / 1000} s, so that it is no GPU, or a busy one`);
}
