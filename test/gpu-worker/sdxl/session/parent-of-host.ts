/** A process that has a model host: tells the host's process id, and then waits for a long run (`busy`) or ends (`idle`). */
import { ModelHost } from '../../../../gpu-worker/sdxl/session/model-host.ts';
import { tensor } from '../../../../gpu-worker/sdxl/tensor.ts';
import { negation, slowGraph } from './small-graph.ts';

const host = new ModelHost();
if (process.argv[2] === 'busy') {
  const session = await host.open(slowGraph());
  void session.run({ x: tensor([4096, 4096]) }, ['y']);
} else {
  const session = await host.open(negation());
  await session.run({ x: tensor([1]) }, ['y']);
}
process.send?.(host.pid);
