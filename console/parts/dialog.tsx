import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Button } from './button.tsx';

/** A modal dialog; the browser keeps the focus inside and gives it back. Without `onClose` it cannot be closed by hand. */
export const Dialog = ({
  title,
  open,
  onClose,
  wide = false,
  children,
}: {
  title: string;
  open: boolean;
  onClose?: () => void;
  wide?: boolean;
  children: ReactNode;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className={wide ? 'wide' : ''}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      {open && (
        <>
          <div className="dialog-head">
            <h2 id={heading}>{title}</h2>
            {onClose !== undefined && (
              <Button kind="quiet" onClick={onClose} aria-label="Close">
                ✕
              </Button>
            )}
          </div>
          {children}
        </>
      )}
    </dialog>
  );
};
