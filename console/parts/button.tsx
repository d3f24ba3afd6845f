import type { ComponentProps, ReactNode } from 'react';

/** A button: `primary` is the one thing to do here, `quiet` has no frame, `bad` takes something away. */
export const Button = ({
  kind = 'plain',
  busy = false,
  type = 'button',
  className = '',
  disabled,
  children,
  ...rest
}: ComponentProps<'button'> & {
  kind?: 'plain' | 'primary' | 'quiet' | 'bad';
  busy?: boolean;
  children: ReactNode;
}) => (
  <button
    {...rest}
    type={type}
    className={`button ${kind} ${className}`.trim()}
    disabled={disabled === true || busy}
    aria-busy={busy || undefined}
  >
    {children}
  </button>
);
