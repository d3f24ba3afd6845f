/** Short news at the edge of the page, said by screen readers too. */
import { createContext, type ReactNode, use, useCallback, useRef, useState } from 'react';

export interface Toast {
  readonly text: string;
  readonly kind?: 'plain' | 'bad';
}

const Say = createContext<(toast: Toast) => void>(() => undefined);
export const useToast = (): ((toast: Toast) => void) => use(Say);

/** How long one is read, in milliseconds. */
const SHOWN = 6_000;

export const Toasts = ({ children }: { children: ReactNode }) => {
  const [toasts, setToasts] = useState<readonly (Toast & { id: number })[]>([]);
  const last = useRef(0);
  const say = useCallback((toast: Toast) => {
    const id = ++last.current;
    setToasts((all) => [...all.slice(-2), { ...toast, id }]);
    setTimeout(() => setToasts((all) => all.filter((one) => one.id !== id)), SHOWN);
  }, []);
  return (
    <Say value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text, kind = 'plain' }) => (
          <p key={id} className={`toast ${kind}`}>
            {text}
          </p>
        ))}
      </div>
    </Say>
  );
};
