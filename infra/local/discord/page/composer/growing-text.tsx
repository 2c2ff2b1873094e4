import type { RefObject, TextareaHTMLAttributes } from 'preact';

/** A text area that is as tall and as wide as its text: a copy of the text behind it gives the size. */
export function GrowingText({ field, value, ...rest }: { readonly field?: RefObject<HTMLTextAreaElement | null>; readonly value: string } & Omit<TextareaHTMLAttributes, 'value' | 'rows'>) {
  return (
    <span class="growing">
      <span class="growing-copy" aria-hidden="true">{value}{'\u200b'}</span>
      <textarea {...rest} ref={field ?? null} rows={1} value={value} />
    </span>
  );
}
