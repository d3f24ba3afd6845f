import type { Task } from '../../schemas/annotation.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Kbd } from '../parts/kbd.tsx';
import { TASK_KINDS } from '../tasks/index.ts';

const KEYS = [
  ['Enter', 'next open question, else submit; while writing: Ctrl and Enter'],
  ['. ,', 'next question, the one before'],
  ['u', 'take back the last answer'],
  ['s', 'skip and say why'],
  ['x', 'cannot judge'],
  ['g', 'guideline'],
  ['Tab', 'the next control; keys go to the question it is in'],
  ['?', 'these keys'],
] as const;

const Keys = ({ title, keys }: { title: string; keys: readonly (readonly [string, string])[] }) =>
  keys.length > 0 && (
    <section>
      <h3>{title}</h3>
      <dl className="key-list">
        {keys.map(([pressed, what]) => (
          <div key={pressed}>
            <dt>
              <Kbd keys={pressed} />
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );

/** Every key that does something here. */
export const Help = ({ open, onClose, tasks }: { open: boolean; onClose: () => void; tasks: readonly Task[] }) => (
  <Dialog title="Keys" open={open} onClose={onClose} wide>
    <div className="help">
      <Keys title="Everywhere" keys={KEYS} />
      {tasks.map((task) => (
        <Keys key={task} title={task} keys={TASK_KINDS[task].keys} />
      ))}
    </div>
  </Dialog>
);
