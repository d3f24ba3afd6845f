import { useEffect } from 'react';
import { SKIP_REASONS } from '../../schemas/batch-words.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Kbd } from '../parts/kbd.tsx';

const WORDS: Readonly<Record<(typeof SKIP_REASONS)[number], string>> = {
  'cannot-judge': 'I cannot judge this',
  'unclear-guideline': 'The guideline does not say',
  'opt-out-topic': 'I do not want to see this topic',
  'broken-item': 'The item is broken',
  later: 'Not now',
};

/** Why an item is skipped, by one key. */
export const SkipDialog = ({
  open,
  onClose,
  onSkip,
}: {
  open: boolean;
  onClose: () => void;
  onSkip: (reason: string) => void;
}) => {
  useEffect(() => {
    if (!open) return;
    const pressed = (event: KeyboardEvent) => {
      const reason = SKIP_REASONS[Number(event.key) - 1];
      if (reason === undefined) return;
      event.preventDefault();
      onSkip(reason);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [open, onSkip]);
  return (
    <Dialog title="Skip this item" open={open} onClose={onClose}>
      <div className="stack reasons">
        {SKIP_REASONS.map((reason, i) => (
          <Button key={reason} onClick={() => onSkip(reason)}>
            {WORDS[reason]} <Kbd keys={String(i + 1)} />
          </Button>
        ))}
      </div>
    </Dialog>
  );
};
