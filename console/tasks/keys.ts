/** Keys reach the task in hand without anything having the focus: editors say what they do with them, the form asks in turn. */
import { createContext, use, useEffect, useEffectEvent, useLayoutEffect } from 'react';

/** Returns whether the key meant something. */
export type KeyHandler = (event: KeyboardEvent) => boolean;

/** Where an editor leaves its handler. */
export const TaskKeys = createContext<{ current: KeyHandler | null }>({ current: null });

/** What this editor does with keys while its task is in hand. */
export const useTaskKeys = (handler: KeyHandler): void => {
  const slot = use(TaskKeys);
  // Before the next key can come.
  useLayoutEffect(() => {
    slot.current = handler;
    return () => {
      slot.current = null;
    };
  });
};

/** What this page does with keys, wherever the focus is; a dialog over it keeps them from it. What meant something does nothing else. */
export const usePageKeys = (handler: KeyHandler): void => {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]') !== null) return;
    if (handler(event)) event.preventDefault();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => pressed(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
};

/** Whether a key press is a browser's or a system's command. */
export const isChord = ({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean => ctrlKey || metaKey || altKey;

/** Whether keys belong to where the focus is: somebody writes, or works a control that has its own keys. */
export const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['radio', 'checkbox'].includes(target.type)));

/** Whether Enter and space press what has the focus; `data-keys` marks buttons that leave their keys to the task. */
export const isPressed = (event: KeyboardEvent): boolean =>
  (event.key === 'Enter' || event.key === ' ') &&
  event.target instanceof Element &&
  event.target.closest('button:not([data-keys]), a, summary') !== null;

/** The digit of a key press, 0 … 9; null for other keys. */
export const digitOf = ({ key }: { key: string }): number | null => (/^[0-9]$/.test(key) ? Number(key) : null);
