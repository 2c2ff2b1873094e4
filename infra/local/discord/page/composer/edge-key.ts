/** What a key means at the edge of a text field: leave it to the left or right, or erase it when it is empty. */
export function edgeKey(event: KeyboardEvent): 'before' | 'after' | 'erase' | undefined {
  const { target, key, shiftKey, ctrlKey, metaKey, altKey } = event;
  if (shiftKey || ctrlKey || metaKey || altKey) return undefined;
  if (target instanceof HTMLInputElement && target.type === 'file') return ({ ArrowLeft: 'before', ArrowRight: 'after', Backspace: 'erase', Delete: 'erase' } as const)[key];
  if (!(target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)) return undefined;
  if (key === 'Backspace' && target.value === '') return 'erase';
  if (key === 'ArrowLeft' && target.selectionEnd === 0) return 'before';
  if (key === 'ArrowRight' && target.selectionStart === target.value.length) return 'after';
  return undefined;
}
