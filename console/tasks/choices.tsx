import { type ReactNode, useId } from 'react';
import { Kbd } from '../parts/kbd.tsx';

export interface Choice<T> {
  readonly value: T;
  readonly label: ReactNode;
  /** Said instead of a label that is too short to be understood alone. */
  readonly spoken?: string;
  readonly keys?: string;
}

/** One of several, as radio buttons that look like a row of keys. */
export const Choices = <T extends string | number | boolean>({
  label,
  hidden = true,
  choices,
  value,
  onChange,
  kind = 'row',
}: {
  label: string;
  hidden?: boolean;
  choices: readonly Choice<T>[];
  value: T | null;
  onChange: (value: T) => void;
  kind?: 'row' | 'scale';
}) => {
  const name = useId();
  return (
    <div className="choices-group" role="radiogroup" aria-label={label}>
      {!hidden && <span className="choices-label">{label}</span>}
      <div className={`choices ${kind}`}>
        {choices.map(({ value: one, label: words, spoken, keys }) => (
          <label key={String(one)} className="choice">
            <input
              type="radio"
              name={name}
              aria-label={spoken}
              checked={value === one}
              onChange={() => onChange(one)}
            />
            <span>{words}</span>
            {keys !== undefined && <Kbd keys={keys} />}
          </label>
        ))}
      </div>
    </div>
  );
};

/** Any of several, as checkboxes that look like keys. */
export const Marks = ({
  label,
  choices,
  marked,
  onToggle,
}: {
  label: string;
  choices: readonly Choice<string>[];
  marked: readonly string[];
  onToggle: (value: string) => void;
}) => (
  <div className="choices column" role="group" aria-label={label}>
    {choices.map(({ value, label: words, keys }) => (
      <label key={value} className="choice">
        <input type="checkbox" checked={marked.includes(value)} onChange={() => onToggle(value)} />
        <span>{words}</span>
        {keys !== undefined && <Kbd keys={keys} />}
      </label>
    ))}
  </div>
);
