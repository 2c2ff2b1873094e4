import { ModelHostDied } from '../sdxl/session/model-host-died.ts';
import { InlineHost } from '../sdxl/session/inline-host.ts';
import { ModelHost } from '../sdxl/session/model-host.ts';
import type { Session } from '../sdxl/session/session.ts';
import type { SessionHost } from '../sdxl/session/session-host.ts';
import { chooseForm } from '../sdxl/provider/choose-form.ts';
import type { ProviderWish } from '../sdxl/provider/choose-form.ts';
import { type RunNetwork, enlargeInTiles, tileEdge } from './enlarge-in-tiles.ts';
import { openCheckedSession } from './open-checked-session.ts';
import { planNetwork } from './plan-network.ts';
import { readNetwork } from './networks/read-network.ts';
import { type Upscaler, isOfSize } from './upscaler.ts';

export interface NetworkUpscalerOptions {
  /** For people. */
  readonly name: string;
  /** A `.safetensors` file. */
  readonly file: string;
  readonly provider: ProviderWish;
  /** `process`: the network lives in a child process; `inline`: here, where a run blocks the event loop. */
  readonly host: 'inline' | 'process';
  /** Told why a GPU's results were not trusted. */
  readonly onRemark?: ((remark: string) => void) | undefined;
  /** Longest side of a tile; as large as `TILE_BYTES` allows when absent. */
  readonly tilePixels?: number | undefined;
}

/** An upscaler whose network may be opened before anybody asks for it. */
export interface NetworkUpscaler extends Upscaler {
  warm(): Promise<void>;
}

interface Opened {
  readonly host: SessionHost;
  readonly session: Promise<Session>;
}

/**
 * An upscaler that runs a network. Every tensor's name and shape is checked at once; the session is opened at the first use, or by `warm`, and
 * anew after its process died, which the run that was in hand is told of (`ModelHostDied`). Throws `BadWeights` or `ProviderRefused`.
 */
export async function openNetworkUpscaler(options: NetworkUpscalerOptions): Promise<NetworkUpscaler> {
  const network = await readNetwork(options.file);
  const { form } = await chooseForm(options.provider, options.host);
  const planned = planNetwork(options.name, network, form);
  const edge = options.tilePixels ?? tileEdge(network);
  let opened: Opened | undefined;

  const open = (): Opened => {
    const host = options.host === 'process' ? new ModelHost() : new InlineHost();
    return { host, session: openCheckedSession(host, network, planned, options.onRemark) };
  };
  const use = async <T>(run: (session: Session) => Promise<T>): Promise<T> => {
    opened ??= open();
    const { host, session } = opened;
    try {
      return await run(await session);
    } catch (error) {
      const isOpen = await session.then(() => true, () => false);
      if (opened?.host === host && (error instanceof ModelHostDied || !isOpen)) {
        opened = undefined;
        await host.close();
      }
      throw error;
    }
  };
  return {
    warm: () => use(async () => undefined),
    enlarge: async (picture, size, watch) => {
      if (isOfSize(picture, size)) return { picture };
      const enlarged = await use((session) => enlargeInTiles(network, runningOn(session), picture, size, edge, watch));
      return { picture: enlarged, by: options.name };
    },
    close: async () => {
      const last = opened;
      opened = undefined;
      await last?.host.close();
    },
  };
}

function runningOn(session: Session): RunNetwork {
  return async (picture) => {
    const { enlarged } = await session.run({ picture }, ['enlarged']);
    if (enlarged === undefined) throw new Error('the upscaler gave no output');
    return enlarged;
  };
}
