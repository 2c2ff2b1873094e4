import { useEffect } from 'preact/hooks';

/** What is typed while no field has the focus goes to the composer, as in Discord. */
export function useTypeAnywhere(): void {
  useEffect(() => {
    const typed = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey, target } = event;
      // A space presses buttons.
      if (key.length !== 1 || key === ' ' || ctrlKey || metaKey || altKey || !(target instanceof Element)) return;
      if (target.closest('input, textarea, dialog, .popover') !== null) return;
      document.querySelector<HTMLElement>('[data-composer], .command-entry textarea')?.focus();
    };
    document.addEventListener('keydown', typed);
    return () => document.removeEventListener('keydown', typed);
  }, []);
}
