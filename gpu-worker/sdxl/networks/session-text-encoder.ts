import type { Session } from '../session/session.ts';
import { tensor } from '../tensor.ts';
import type { TextEncoderConfig } from './text-encoder-config.ts';
import type { HiddenState, TextEncoder } from './text-encoder.ts';

/** A text encoder over a session whose graph `buildTextEncoder` made. */
export function sessionTextEncoder(config: TextEncoderConfig, session: Session): TextEncoder {
  return {
    config,
    async encode(prompts, hiddenState) {
      const { maxTokens, vocabSize, width, projection } = config;
      for (const ids of prompts) {
        if (ids.length !== maxTokens) throw new RangeError(`a prompt has ${ids.length} token ids; this encoder takes exactly ${maxTokens}`);
        const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < vocabSize));
        if (wrong !== undefined) throw new RangeError(`token id ${wrong} is not in this encoder's vocabulary of ${vocabSize}: is the tokenizer another model's?`);
      }
      const state = outputOf(hiddenState, config.layers);
      const ids = { dims: [prompts.length, maxTokens], data: Int32Array.from(prompts.flat()) };
      const rows = { dims: [prompts.length], data: Int32Array.from(prompts, (prompt, n) => n * maxTokens + endOf(prompt, config.eosTokenId)) };
      const outputs = projection === undefined ? await session.run({ ids }, [state]) : await session.run({ ids, pooled_rows: rows }, [state, 'pooled']);
      const { [state]: hidden, pooled } = outputs;
      if (hidden === undefined) throw new Error(`the text encoder gave no ${state}`);
      return { hidden: tensor([prompts.length, maxTokens, width], hidden.data), pooled };
    },
    close: () => session.close(),
  };
}

function outputOf(hiddenState: HiddenState, layers: number): string {
  if (hiddenState === 'last') return 'last';
  const index = hiddenState < 0 ? layers + 1 + hiddenState : hiddenState;
  if (!Number.isInteger(index) || index < 0 || index > layers) {
    throw new RangeError(`hidden state ${hiddenState} does not exist: this encoder has ${-layers - 1} to ${layers}`);
  }
  return `hidden.${index}`;
}

/** The place whose state is pooled: the first eos; where the config says 2, a mistake of old files, the first largest id. */
function endOf(ids: readonly number[], eosTokenId: number): number {
  const place = ids.indexOf(eosTokenId === 2 ? Math.max(...ids) : eosTokenId);
  return Math.max(place, 0); // as argmax over "is eos" answers when there is none
}
