/**
 * What a process and its model host say to each other; every request has an id, and exactly one answer carries it.
 * Checked by hand and not by a schema: it happens four times a step, with cold caches, beside steps of a few milliseconds.
 */
import { PROVIDERS } from '../networks/graph-form.ts';
import type { Provider } from '../networks/graph-form.ts';
import type { Tensor } from '../tensor.ts';
import { AS_BEFORE } from './kept-feeds.ts';
import type { SentFeed } from './kept-feeds.ts';
import type { SessionSource } from './session-options.ts';

export type HostRequest =
  | { readonly kind: 'open'; readonly id: number; readonly session: number; readonly source: SessionSource }
  | { readonly kind: 'run'; readonly id: number; readonly session: number; readonly feeds: Readonly<Record<string, SentFeed>>; readonly outputs: readonly string[] }
  | { readonly kind: 'close'; readonly id: number; readonly session: number };

export type HostAnswer =
  | { readonly kind: 'done'; readonly id: number }
  /** `insideMs`: milliseconds inside onnxruntime. */
  | { readonly kind: 'ran'; readonly id: number; readonly outputs: Readonly<Record<string, Tensor>>; readonly insideMs: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** Throws `TypeError` for anything but a request. */
export function parseRequest(message: unknown): HostRequest {
  if (isObject(message) && isNumber(message['id']) && isNumber(message['session'])) {
    const { kind, id, session, source, feeds, outputs } = message;
    if (kind === 'run' && isTableOf(feeds, isFeed) && isListOf(outputs, isText)) return { kind, id, session, feeds, outputs };
    if (kind === 'open' && isSource(source)) return { kind, id, session, source };
    if (kind === 'close') return { kind, id, session };
  }
  throw new TypeError('that is no request to a model host');
}

/** Throws `TypeError` for anything but an answer. */
export function parseAnswer(message: unknown): HostAnswer {
  if (isObject(message) && isNumber(message['id'])) {
    const { kind, id, outputs, insideMs, message: text } = message;
    if (kind === 'ran' && isTableOf(outputs, isTensor) && isNumber(insideMs)) return { kind, id, outputs, insideMs };
    if (kind === 'done') return { kind, id };
    if (kind === 'failed' && isText(text)) return { kind, id, message: text };
  }
  throw new TypeError('that is no answer of a model host');
}

function isFeed(value: unknown): value is SentFeed {
  return value === AS_BEFORE || isTensor(value) || (isObject(value) && isListOf(value['dims'], isNumber) && value['data'] instanceof Int32Array);
}

function isTensor(value: unknown): value is Tensor {
  return isObject(value) && isListOf(value['dims'], isNumber) && value['data'] instanceof Float32Array;
}

function isSource(value: unknown): value is SessionSource {
  if (!isObject(value)) return false;
  const { name, model, weightsRoot, weightBytes, threads, provider } = value;
  return isText(name) && model instanceof Uint8Array && isText(weightsRoot) && isNumber(weightBytes) && isOptional(threads, isNumber) && isOptional(provider, isProvider);
}

function isProvider(value: unknown): value is Provider {
  return PROVIDERS.some((provider) => provider === value);
}

function isOptional<T>(value: unknown, isIt: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || isIt(value);
}

function isTableOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is Record<string, T> {
  return isObject(value) && Object.values(value).every(isItem);
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
