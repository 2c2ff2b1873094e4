import { useEffect, useMemo } from 'preact/hooks';
import { ATTACHMENT } from '../discord-numbers.ts';
import { Icon } from '../parts/icon.tsx';
import type { Field } from './draft.ts';
import { GrowingText } from './growing-text.tsx';

/** How an option is found in the document, to give it the focus. */
export const OPTION_ATTRIBUTE = 'data-option';

/** One option in the composer: its name, then what is filled in. */
export function OptionField({ field, problem, listId, activeId, onText, onFile, onKey, onFocus, onRemove }: {
  readonly field: Field;
  readonly problem: string | undefined;
  readonly listId: string;
  readonly activeId: string | undefined;
  readonly onText: (text: string) => void;
  readonly onFile: (file: File | null) => void;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onFocus: () => void;
  /** Given for optional options. */
  readonly onRemove: (() => void) | undefined;
}) {
  const { name, description, required } = field.option;
  const label = `${name}${required === true ? ', required' : ''}: ${description}`;
  return (
    <span class={problem === undefined ? 'option' : 'option wrong'}>
      <label>
        <span class="option-name">{name}</span>
        {field.option.type === ATTACHMENT ? (
          <FileInput name={name} label={label} file={field.file} wrong={problem !== undefined} onFile={onFile} onKey={onKey} onFocus={onFocus} />
        ) : (
          <GrowingText
            {...{ [OPTION_ATTRIBUTE]: name }}
            value={field.text}
            aria-label={label}
            aria-invalid={problem !== undefined}
            aria-autocomplete="list"
            aria-controls={listId}
            aria-activedescendant={activeId}
            autocomplete="off"
            enterkeyhint="send"
            spellcheck={false}
            onInput={(event) => onText(event.currentTarget.value.replaceAll('\n', ' '))}
            onKeyDown={onKey}
            onFocus={onFocus}
          />
        )}
      </label>
      {onRemove !== undefined && (
        // By keyboard it is Backspace that removes; Tab leads on to the next field.
        <button type="button" tabIndex={-1} class="option-remove" aria-label={`Remove ${name}`} title={`Remove ${name}`} onClick={onRemove}><Icon name="close" size={14} /></button>
      )}
    </span>
  );
}

function FileInput({ name, label, file, wrong, onFile, onKey, onFocus }: {
  readonly name: string;
  readonly label: string;
  readonly file: File | null;
  readonly wrong: boolean;
  readonly onFile: (file: File | null) => void;
  readonly onKey: (event: KeyboardEvent) => void;
  readonly onFocus: () => void;
}) {
  const preview = useMemo(() => (file !== null && file.type.startsWith('image/') ? URL.createObjectURL(file) : null), [file]);
  useEffect(() => () => (preview === null ? undefined : URL.revokeObjectURL(preview)), [preview]);
  return (
    <span class="option-file">
      {preview !== null && <img src={preview} alt="" />}
      <span class={file === null ? 'placeholder' : undefined}>{file?.name ?? 'choose, drop or paste a file'}</span>
      <input
        {...{ [OPTION_ATTRIBUTE]: name }}
        type="file"
        aria-label={file === null ? label : `${label}: ${file.name}`}
        aria-invalid={wrong}
        onChange={(event) => onFile(event.currentTarget.files?.[0] ?? null)}
        onKeyDown={onKey}
        onFocus={onFocus}
      />
    </span>
  );
}
