import { type Model, findModel } from '../../core/model.ts';
import type { Outlook } from '../../core/workforce/outlook.ts';
import type { Ports } from '../ports.ts';
import { readOutlook } from './read-outlook.ts';

/** Autocomplete asks at every key: it is answered from memory for so long. */
const FRESH_MS = 30_000;
const kept = new WeakMap<object, { readonly at: number; readonly outlook: Promise<Outlook | undefined> }>();

/** The models that can be asked for here: the default first, then those that workers said they paint with in the last day. */
export async function knownModels(ports: Pick<Ports, 'ledger' | 'model' | 'now' | 'log'>): Promise<readonly Model[]> {
  const outlook = await recentOutlook(ports);
  const ids = new Set([ports.model.id, ...(outlook?.workers ?? []).map(({ model }) => model)]);
  return [...ids].flatMap((id) => findModel(id) ?? []);
}

function recentOutlook(ports: Pick<Ports, 'ledger' | 'now' | 'log'>): Promise<Outlook | undefined> {
  const last = kept.get(ports.ledger);
  if (last && ports.now() - last.at < FRESH_MS) return last.outlook;
  const outlook = readOutlook(ports);
  kept.set(ports.ledger, { at: ports.now(), outlook });
  return outlook;
}
