/** What somebody chose for this browser: light or dark, and whether a complete answer is sent at once. */
import { useSyncExternalStore } from 'react';
import { z } from 'zod';

const THEMES = ['auto', 'light', 'dark'] as const;
const Settings = z.object({
  theme: z.enum(THEMES).catch('auto'),
  /** Send as soon as every question has its answer, without another key. */
  quick: z.boolean().catch(false),
});
export type Settings = z.infer<typeof Settings>;

const KEY = 'assay.settings';
const listeners = new Set<() => void>();

const read = (): Settings => {
  try {
    return Settings.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    // No storage, or not our JSON: what everybody begins with.
    return { theme: 'auto', quick: false };
  }
};
let current = read();

/** Shows the chosen theme: `auto` leaves it to the system. */
export const applyTheme = (): void => {
  if (current.theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = current.theme;
};

export const changeSettings = (change: Partial<Settings>): void => {
  current = { ...current, ...change };
  applyTheme();
  for (const listener of listeners) listener();
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // No storage, or a full one: it holds for as long as the page is open.
  }
};

/** The theme after this one, as a toggle goes through them. */
export const nextTheme = (theme: Settings['theme']): Settings['theme'] =>
  THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';

export const useSettings = (): Settings =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
