import type { APIStringSelectComponent } from 'discord-api-types/v10';
import { Emoji } from '../emoji/emoji.tsx';
import { Select } from '../parts/select.tsx';

/** A menu of the bot's own choices. */
export function StringSelect({ select, waiting, onPick }: { readonly select: APIStringSelectComponent; readonly waiting: boolean; readonly onPick: (values: readonly string[]) => void }) {
  return (
    <Select
      label={select.placeholder ?? 'Make a selection'}
      items={select.options.map(({ value, label, description, emoji }) => ({
        value,
        label,
        ...(description !== undefined && { detail: description }),
        ...(emoji?.name !== undefined && { icon: <Emoji text={emoji.name} silent /> }),
      }))}
      chosen={select.options.filter((option) => option.default === true).map(({ value }) => value)}
      least={select.min_values ?? 1}
      most={select.max_values ?? 1}
      disabled={select.disabled === true}
      waiting={waiting}
      onPick={onPick}
    />
  );
}
