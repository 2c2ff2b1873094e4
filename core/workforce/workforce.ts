import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { measure, measuredSchema } from './measured.ts';
import { type Offer, currentOffer } from './offer.ts';
import { type Outlook, type WorkerNews, paceSchema, readOutlook } from './outlook.ts';

/** One job's times, in seconds. */
export interface JobTimes {
  /** Megapixels × steps that were painted. */
  readonly megapixelSteps: number;
  /** From the job's start to its last step. */
  readonly painting: number;
  /** From there until the picture was posted. */
  readonly rest: number;
}

const PARTITION = 'workforce';
/** Apart from the heartbeats: offers are long, and asked for rarely. */
const OFFERS_PARTITION = 'offers';
/** Somebody waits for an answer that is good without it, too. */
const LOOK_WITHIN_MS = 1500;
/** A worker that is gone is remembered for a day: it says what the next one will paint on. */
const WORKER_ROW_SECONDS = 24 * 3600;
/** What the last workers offered is remembered while nobody asks for a picture. */
const OFFER_ROW_SECONDS = 60 * 24 * 3600;

/**
 * Who paints and how fast: a few rows in one partition, so that one query answers a waiting person.
 * Measurements are read, changed and written without a condition: of two at the same moment one is lost, which is harmless.
 */
export class Workforce {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #now: () => number;

  constructor({ client, tableName, now }: { readonly client: DynamoDBDocumentClient; readonly tableName: string; readonly now: () => number }) {
    this.#client = client;
    this.#tableName = tableName;
    this.#now = now;
  }

  async outlook(): Promise<Outlook> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({ TableName: this.#tableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': PARTITION } }),
      { abortSignal: AbortSignal.timeout(LOOK_WITHIN_MS) },
    );
    return readOutlook(Items, this.#now());
  }

  /** What can be asked for here; without any models and LoRA files where no worker has ever been. */
  async offer(): Promise<Offer> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({ TableName: this.#tableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': OFFERS_PARTITION } }),
      { abortSignal: AbortSignal.timeout(LOOK_WITHIN_MS) },
    );
    return currentOffer(Items);
  }

  /** What a worker offers, from now on. */
  async putOffer(workerId: string, offer: Offer): Promise<void> {
    const at = this.#now();
    const Item = { pk: OFFERS_PARTITION, sk: workerId, offer, at, ttl: Math.floor(at / 1000) + OFFER_ROW_SECONDS };
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item }));
  }

  /** A worker's heartbeat. */
  report(workerId: string, news: WorkerNews): Promise<void> {
    return this.#putWorker(workerId, news, this.#now());
  }

  /** The worker stops: nobody waits for its heartbeat to run out. */
  leave(workerId: string, news: WorkerNews): Promise<void> {
    return this.#putWorker(workerId, news, 0);
  }

  async recordJob(modelId: string, { megapixelSteps, painting, rest }: JobTimes): Promise<void> {
    const sk = `pace#${modelId}`;
    const before = v.safeParse(paceSchema, await this.#get(sk));
    const pace = before.success ? before.output : undefined;
    await this.#put(sk, {
      perMegapixelStep: measure(pace?.perMegapixelStep, painting / megapixelSteps),
      rest: measure(pace?.rest, rest),
      whole: measure(pace?.whole, painting + rest),
    });
  }

  async recordColdStart(seconds: number): Promise<void> {
    const before = v.safeParse(v.object({ seconds: measuredSchema }), await this.#get('cold-start'));
    await this.#put('cold-start', { seconds: measure(before.success ? before.output.seconds : undefined, seconds) });
  }

  #putWorker(workerId: string, news: WorkerNews, seenAt: number): Promise<void> {
    return this.#put(`worker#${workerId}`, { ...news, seenAt, ttl: Math.floor(this.#now() / 1000) + WORKER_ROW_SECONDS });
  }

  async #get(sk: string): Promise<unknown> {
    return (await this.#client.send(new GetCommand({ TableName: this.#tableName, Key: { pk: PARTITION, sk } }))).Item;
  }

  async #put(sk: string, item: Record<string, unknown>): Promise<void> {
    await this.#client.send(new PutCommand({ TableName: this.#tableName, Item: { pk: PARTITION, sk, ...item } }));
  }
}
