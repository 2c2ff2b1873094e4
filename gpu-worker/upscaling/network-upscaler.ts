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
import type { UpscalingNetwork } from './networks/upscaling-network.ts';
import { readNetwork } from './networks/read-network.ts';
import type { Upscaler } from './upscaler.ts';

export interface NetworkUpscalerOptions {
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

interface Opened {
  readonly host: SessionHost;
  readonly session: Session;
}

/**
 * An upscaler that runs a network. Every tensor's name and shape is checked at once; the session is opened at the first use, or by `warm`, and
 * anew after its process died, which the run that was in hand is told of (`ModelHostDied`). Throws `BadWeights` or `ProviderRefused`.
 */
export async function openNetworkUpscaler(options: NetworkUpscalerOptions): Promise<Upscaler & { readonly network: UpscalingNetwork; warm(): Promise<void> }> {
  const network = await readNetwork(options.file);
  const { form } = await chooseForm(options.provider, options.host);
  const source = planNetwork(options.name, network, form);
  const edge = options.tilePixels ?? tileEdge(network);
  let opened: Promise<Opened> | undefined;

  const open = async (): Promise<Opened> => {
    const host = options.host === 'process' ? new ModelHost() : new InlineHost();
    try {
      return { host, session: await openCheckedSession(host, network, source, options.onRemark) };
    } catch (error) {
      await host.close();
      throw error;
    }
  };
  const use = async <T>(run: (session: Session) => Promise<T>): Promise<T> => {
    opened ??= open();
    const mine = opened;
    try {
      return await run((await mine).session);
    } catch (error) {
      const isOpen = await mine.then(() => true, () => false);
      if (opened === mine && (error instanceof ModelHostDied || !isOpen)) opened = undefined;
      throw error;
    }
  };
  return {
    name: options.name,
    network,
    warm: () => use(async () => undefined),
    enlarge: (picture, size, watch) =>
      use((session) => {
        const run: RunNetwork = async (input) => {
          const { enlarged } = await session.run({ picture: input }, ['enlarged']);
          if (enlarged === undefined) throw new Error('the upscaler gave no output');
          return enlarged;
        };
        return enlargeInTiles(network, run, picture, size, edge, watch);
      }),
    close: async () => {
      const last = opened;
      opened = undefined;
      await last?.then(({ host }) => host.close(), () => undefined);
    },
  };
}
