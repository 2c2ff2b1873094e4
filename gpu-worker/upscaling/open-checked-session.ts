import { CPU_FORM, type GraphForm } from '../sdxl/networks/graph-form.ts';
import { firstLine } from '../sdxl/provider/first-line.ts';
import type { SessionHost } from '../sdxl/session/session-host.ts';
import type { Session } from '../sdxl/session/session.ts';
import { type Tensor, tensor } from '../sdxl/tensor.ts';
import type { UpscalingNetwork } from './networks/upscaling-network.ts';
import { type PlannedNetwork, planNetwork } from './plan-network.ts';

/** In levels of 255: what nobody sees. Float16 has 11 bits, and GPUs round float32 products to as many. */
const TOLERANCE_LEVELS = 4;
const CHECK_EDGE = 32;

/**
 * Opens a network's session; on a GPU it first enlarges a small picture there and on the CPU. Where they differ, or it cannot be run, the next
 * form is taken: float32 instead of float16, then the CPU. `onRemark` is told why.
 */
export async function openCheckedSession(host: SessionHost, network: UpscalingNetwork, planned: PlannedNetwork, onRemark: (remark: string) => void = () => {}): Promise<Session> {
  const { form, source } = planned;
  if (form.provider === 'cpu') return host.open(source);
  const right = await enlargeOnce(host, planNetwork(source.name, network, CPU_FORM), network);
  for (const candidate of formsToTry(form)) {
    const plan = candidate === form ? planned : planNetwork(source.name, network, candidate);
    const failure = await failureOf(host, plan, network, right);
    if (failure === undefined) return host.open(plan.source);
    onRemark(`${source.name} cannot be run on ${candidate.provider} in ${candidate.type}: ${failure}`);
  }
  return host.open(planNetwork(source.name, network, CPU_FORM).source);
}

function formsToTry(form: GraphForm): readonly GraphForm[] {
  return form.type === 'float16' ? [form, { ...form, type: 'float32' }] : [form];
}

async function failureOf(host: SessionHost, plan: PlannedNetwork, network: UpscalingNetwork, right: Tensor): Promise<string | undefined> {
  try {
    const found = await enlargeOnce(host, plan, network);
    const most = found.data.reduce((levels, value, i) => Math.max(levels, 255 * Math.abs(value - (right.data[i] ?? Number.NaN))), 0);
    return most <= TOLERANCE_LEVELS ? undefined : `it deviates from the CPU by ${most.toFixed(1)} levels of 255`;
  } catch (error) {
    return firstLine(error);
  }
}

async function enlargeOnce(host: SessionHost, { source }: PlannedNetwork, { unshuffle }: UpscalingNetwork): Promise<Tensor> {
  const session = await host.open(source);
  try {
    const edge = CHECK_EDGE / unshuffle;
    const picture = tensor([1, 3 * unshuffle ** 2, edge, edge]);
    const { enlarged } = await session.run({ picture: { dims: picture.dims, data: picture.data.map((_, i) => 0.5 + 0.4 * Math.sin(i * 0.37) * Math.cos(i * 0.011)) } }, ['enlarged']);
    if (enlarged === undefined) throw new Error('no output');
    return enlarged;
  } finally {
    await session.close();
  }
}
