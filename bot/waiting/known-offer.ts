import type { Model } from '../../core/model.ts';
import type { Offer, OfferedModel } from '../../core/workforce/offer.ts';
import { reasonOf } from '../log.ts';
import type { Ports } from '../ports.ts';

type OfferPorts = Pick<Ports, 'ledger' | 'model' | 'now' | 'log'>;

/** Autocomplete asks at every key: it is answered from memory for so long. */
const FRESH_MS = 30_000;
const kept = new WeakMap<object, { readonly at: number; readonly offer: Promise<Offer> }>();

/** A model as far as it is known here: whether there is a refiner for it, only its workers know. */
export type KnownModel = Model & Partial<Pick<OfferedModel, 'hasRefiner'>>;

/** The models that can be asked for here: the default first, then the others that workers have, by their titles. */
export async function knownModels(ports: OfferPorts): Promise<readonly KnownModel[]> {
  const { models } = await knownOffer(ports);
  const standard = models.find(({ id }) => id === ports.model.id) ?? ports.model;
  const others = models.filter(({ id }) => id !== standard.id).toSorted((a, b) => (a.title < b.title ? -1 : 1));
  return [standard, ...others];
}

/** The names of the LoRA files that can be asked for; `undefined` where nothing is known of any worker. */
export async function knownLoraNames(ports: OfferPorts): Promise<readonly string[] | undefined> {
  const { models, loras } = await knownOffer(ports);
  return models.length === 0 ? undefined : loras.map(({ name }) => name);
}

/** Whether any worker may have the model; where nothing is known of any, they may. */
export async function canBeAskedFor(modelId: string, ports: OfferPorts): Promise<boolean> {
  const { models } = await knownOffer(ports);
  return models.length === 0 || models.some(({ id }) => id === modelId);
}

/** What workers offer; nothing where that cannot be read. */
export async function knownOffer({ ledger, now, log }: OfferPorts): Promise<Offer> {
  const last = kept.get(ledger);
  if (last && now() - last.at < FRESH_MS) return last.offer;
  const offer = ledger.workforce.offer().catch((error: unknown): Offer => {
    log.warn({ event: 'workforce:read:failed', reason: reasonOf(error) }, 'what can be painted with could not be read');
    return { models: [], loras: [] };
  });
  kept.set(ledger, { at: now(), offer });
  return offer;
}
