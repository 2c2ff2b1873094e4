/**
 * Weighs the states of a prompt's tokens: each moves from the state that an empty prompt has in its place towards its own,
 * and with a weight above 1 beyond it. Weight 1 leaves a state as it is, bit for bit; 0 leaves the empty prompt's, which does
 * not unsay the word: those behind it have read it.
 *
 * `states`: [chunks × 77 × width], which is changed; `empty`: [77 × width]; `weights`: one per token.
 *
 * So do compel for weights above 1 (https://github.com/damian0815/compel/blob/main/src/compel/embeddings_provider.py) and
 * ComfyUI. A1111 scales the state itself, then all of them by the factor that restores their mean. Not here: SDXL takes its
 * states before the final layer norm, where most of a state is the same whatever the prompt, and scaling amplifies that too;
 * and their mean is near 0, so that restoring it divides by next to nothing or turns every sign, for which reason A1111 got
 * a switch to do without (https://github.com/AUTOMATIC1111/stable-diffusion-webui/pull/14874). With weights from 0.8 to 1.3
 * the ways differ little.
 */
export function weighStates(states: Float32Array, empty: Float32Array, weights: readonly number[]): void {
  const width = states.length / weights.length;
  for (const [token, weight] of weights.entries()) {
    if (weight === 1) continue;
    for (let i = token * width; i < (token + 1) * width; i++) {
      const nothing = empty[i % empty.length] ?? 0;
      states[i] = nothing + weight * ((states[i] ?? 0) - nothing);
    }
  }
}
