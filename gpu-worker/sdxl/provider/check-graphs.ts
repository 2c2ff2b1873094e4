import type { Family } from '../networks/graph-form.ts';
import type { Layers } from '../networks/layers.ts';
import { tensor } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import type { Feed } from '../session/session.ts';

/** A small graph that has every layer of one kind in it, as SDXL uses them, and what to feed it. Its output is `y`. */
export interface CheckGraph {
  readonly name: string;
  /** Whose operators it tries; absent: those that every graph has. */
  readonly family?: Family;
  build(layers: Layers): void;
  readonly feeds: Readonly<Record<string, Feed>>;
}

const GROUPS = 32;
const CHANNELS = 64;
const NORM = { groups: GROUPS, eps: 1e-5, silu: true } as const;
/** WebGPU's MultiHeadAttention was wrong from 64 tokens on, with several heads. */
const PIXELS = 144;
const CONTEXT_TOKENS = 77;
const HEAD_SIZE = 64;
const HEADS = 5;
const WIDTH = HEADS * HEAD_SIZE;
const VOCABULARY = 100;

/** What a provider must compute right to be used at all. */
export const PLAIN_CHECKS: readonly CheckGraph[] = [
  { name: 'convolutions and group norms', build: buildMaps, feeds: { map: numbers([2, 4, 12, 12]), sample: numbers([2, CHANNELS]) } },
  { name: 'linear layers and norms', build: buildRows, feeds: { rows: numbers([2, CONTEXT_TOKENS, WIDTH]), strength: tensor([1], Float32Array.of(0.5)) } },
  { name: 'attention', build: (layers) => buildAttention(layers), feeds: attentionFeeds() },
  { name: 'a text encoder', build: buildText, feeds: textFeeds() },
];

/** What makes a provider faster, and has a plain form to fall back to. */
export const FAMILY_CHECKS: readonly (CheckGraph & { readonly family: Family })[] = [
  { name: 'fused attention', family: 'attention', build: (layers) => buildAttention(layers), feeds: attentionFeeds() },
  { name: 'channels-last convolutions', family: 'nhwc', build: buildMaps, feeds: { map: numbers([2, 4, 12, 12]), sample: numbers([2, CHANNELS]) } },
  { name: 'the fused GEGLU', family: 'split-gelu', build: buildGeglu, feeds: { rows: numbers([2, 3, CHANNELS]) } },
  { name: 'the fused sum and norm', family: 'skip-norm', build: buildSums, feeds: { rows: numbers([2, CONTEXT_TOKENS, WIDTH]) } },
];

function buildMaps(layers: Layers): void {
  const first = layers.conv(layers.mapInput('map', 4), 'conv_in', { channels: CHANNELS, kernel: 3 });
  const normed = layers.groupNorm(first, 'norm1', NORM);
  const timed = layers.addToPixels(layers.conv(normed, 'conv1', { channels: CHANNELS, kernel: 3 }), layers.rowsInput('sample', CHANNELS, 'sample'));
  const half = layers.conv(timed, 'down', { channels: CHANNELS, kernel: 3, stride: 2 });
  const padded = layers.conv(half, 'down2', { channels: CHANNELS, kernel: 3, stride: 2, pad: 'right-bottom' });
  const pixels = layers.toMap(layers.linear(layers.toRows(layers.enlargeTwice(padded)), 'proj', CHANNELS), half);
  const enlarged = layers.conv(layers.enlargeTo(pixels, timed), 'up', { channels: CHANNELS, kernel: 1 });
  const joined = layers.groupNorm(layers.concatChannels(enlarged, layers.addMaps(first, timed)), 'norm2', { ...NORM, silu: false });
  layers.output('y', layers.conv(joined, 'conv_out', { channels: 4, kernel: 3 }));
}

function buildRows(layers: Layers): void {
  const x = layers.rowsInput('rows', WIDTH, 'token');
  const normed = layers.layerNorm(x, 'norm', 1e-5);
  const gated = layers.linear(layers.geglu(normed, 'geglu', 2 * WIDTH), 'out', WIDTH);
  const activated = layers.activate(layers.activate(layers.linear(gated, 'fc1', WIDTH, { bias: false }), 'quick_gelu'), 'gelu');
  layers.output('y', layers.addRows(layers.scaleRows(layers.activate(activated, 'silu'), 'strength', 2), gated));
}

function buildGeglu(layers: Layers): void {
  layers.output('y', layers.geglu(layers.rowsInput('rows', CHANNELS, 'token'), 'geglu', 1280));
}

function buildSums(layers: Layers): void {
  const x = layers.rowsInput('rows', WIDTH, 'token');
  const sum = layers.addRows(layers.linear(x, 'a', WIDTH), x);
  const again = layers.addRows(layers.linear(layers.layerNorm(sum, 'norm1', 1e-5), 'b', WIDTH), sum);
  layers.output('y', layers.addRows(layers.layerNorm(again, 'norm2', 1e-5), again));
}

/** Pixels attend to one another, then to a prompt. */
function buildAttention(layers: Layers): void {
  const x = layers.toRows(layers.conv(layers.mapInput('map', 4), 'conv_in', { channels: WIDTH, kernel: 1 }));
  const context = layers.rowsInput('context', WIDTH, 'token');
  const project = (part: string, rows = x) => layers.linear(rows, part, WIDTH, { bias: false });
  const own = layers.attention({ queries: project('q1'), keys: project('k1'), values: project('v1'), heads: HEADS });
  const crossed = layers.attention({ queries: project('q2', own), keys: project('k2', context), values: project('v2', context), heads: HEADS });
  layers.output('y', layers.linear(crossed, 'out', WIDTH));
}

function attentionFeeds(): Readonly<Record<string, Feed>> {
  const edge = Math.sqrt(PIXELS);
  return { map: numbers([2, 4, edge, edge]), context: numbers([2, CONTEXT_TOKENS, WIDTH]) };
}

function buildText(layers: Layers): void {
  const x = layers.embedTokens('ids', { tokenTable: 'tokens', positionTable: 'positions', vocabSize: VOCABULARY, tokens: CONTEXT_TOKENS, width: WIDTH });
  const project = (part: string) => layers.linear(x, part, WIDTH);
  const attended = layers.attention({ queries: project('q'), keys: project('k'), values: project('v'), heads: HEADS, causal: true });
  layers.output('y', layers.pickRows(layers.addRows(attended, x), 'picked'));
}

function textFeeds(): Readonly<Record<string, Feed>> {
  const ids = Int32Array.from({ length: 2 * CONTEXT_TOKENS }, (_, i) => (i * 37) % VOCABULARY);
  return { ids: { dims: [2, CONTEXT_TOKENS], data: ids }, picked: { dims: [3], data: Int32Array.of(3, 60, 2 * CONTEXT_TOKENS - 1) } };
}

/** Numbers of either sign, up to 2. */
function numbers(dims: readonly number[]): Tensor {
  const values = tensor(dims);
  return { dims, data: values.data.map((_, i) => 2 * Math.sin(i * 12.9898 + (i % 7))) };
}
