import { useState } from 'preact/hooks';

export type Theme = 'system' | 'dark' | 'light';

const KEY = 'refinery.theme';
const prefersLight = matchMedia('(prefers-color-scheme: light)');

/** Puts the look on the page, and keeps to the system's while none is chosen. */
export function startTheme(): void {
  show(remembered());
  prefersLight.addEventListener('change', () => show(remembered()));
}

/** The chosen look, remembered by the browser; `system` follows its preference. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(remembered);
  const choose = (next: Theme): void => {
    localStorage.setItem(KEY, next);
    show(next);
    setTheme(next);
  };
  return [theme, choose];
}

function show(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme === 'system' ? (prefersLight.matches ? 'light' : 'dark') : theme;
}

function remembered(): Theme {
  const theme = localStorage.getItem(KEY);
  return theme === 'dark' || theme === 'light' ? theme : 'system';
}
