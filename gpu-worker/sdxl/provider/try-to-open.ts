import type { Provider } from '../networks/graph-form.ts';
import { Graph } from '../onnx/graph.ts';
import type { SessionHost } from '../session/session-host.ts';
import { firstLine } from './first-line.ts';
import { ProviderRefused } from './provider-refused.ts';

/** Opens the smallest of graphs, which takes milliseconds where a provider is not there. Throws `ProviderRefused`. */
export async function tryToOpen(provider: Provider, host: SessionHost): Promise<void> {
  const graph = new Graph('smallest', 18);
  const x = graph.input('x', 'float32', ['n']);
  graph.output('y', 'float32', ['n'], graph.node('Mul', [x, x]));
  try {
    await (await host.open({ name: 'smallest', ...graph.build(), provider })).close();
  } catch (error) {
    throw new ProviderRefused(provider, firstLine(error), { cause: error });
  }
}
