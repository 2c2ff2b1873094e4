import { useEffect, useState } from 'preact/hooks';
import { useClient } from '../client/client-context.ts';
import { checkField, isCompleted } from './check-field.ts';
import type { Draft, Field } from './draft.ts';
import { choiceSuggestion } from './suggestion.ts';
import type { Suggestion } from './suggestion.ts';

/** How long the person must pause before the bot is asked. */
const PAUSE_MS = 250;

export interface Completion {
  readonly state: 'idle' | 'asking' | 'answered' | 'failed';
  readonly suggestions: readonly Suggestion[];
}

const IDLE: Completion = { state: 'idle', suggestions: [] };

/** The bot's choices for the field that has the focus, asked again as it is typed; an answer that comes too late is dropped. */
export function useAutocomplete(channelId: string, draft: Draft, field: Field | undefined): Completion {
  const client = useClient();
  const [completion, setCompletion] = useState(IDLE);
  const name = field !== undefined && isCompleted(field.option) && field.picked === null ? field.option.name : undefined;
  useEffect(() => setCompletion(IDLE), [name]);
  useEffect(() => {
    if (name === undefined) return;
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      setCompletion((last) => ({ ...last, state: 'asking' }));
      const options = draft.fields.flatMap((one) => {
        if (one.option.name === name) return [{ name, value: one.text }];
        const checked = checkField(one);
        return checked.kind === 'value' ? [{ name: one.option.name, value: checked.value }] : [];
      });
      const { command, path } = draft.leaf;
      const request = { channelId, commandId: command.id, ...(path.length > 0 && { subcommand: path }), options, focused: name };
      const choices = await client.interactions.complete(request, abort.signal).catch(() => 'failed' as const);
      if (abort.signal.aborted) return;
      setCompletion(choices === 'failed' ? { state: 'failed', suggestions: [] } : { state: 'answered', suggestions: choices.map(choiceSuggestion) });
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [name, field?.text, channelId]);
  return name === undefined ? IDLE : completion;
}
