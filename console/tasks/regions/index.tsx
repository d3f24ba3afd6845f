/** Regions of an image, marked by points, boxes, polygons or a brush. */
import type { z } from 'zod';
import { type Mark, VALUES } from '../../../schemas/annotation.ts';
import { isVideo } from '../../item/medium.tsx';
import { About, firstShown } from '../about.tsx';
import { defineTask, type EditorProps } from '../task.ts';
import { Stage } from './stage.tsx';

const Draft = VALUES.regions;

const Editor = ({ value, onChange, asked, questions: { regions } }: EditorProps<z.infer<typeof Draft>>) => {
  const media = asked.responses[value.response]?.media ?? null;
  return (
    <>
      <About asked={asked} response={value.response} onChange={(response) => onChange({ response, marks: [] })} />
      {media === null || isVideo(media) ? (
        <p className="quiet">This response has no image to mark.</p>
      ) : (
        <Stage
          key={value.response}
          media={media}
          kinds={regions.kinds}
          marks={value.marks}
          onChange={(marks: Mark[]) => onChange({ ...value, marks })}
        />
      )}
    </>
  );
};

export const regions = defineTask({
  task: 'regions',
  place: 'over',
  draft: Draft,
  initial: (asked) => ({ response: firstShown(asked), marks: [] }),
  complete: (draft) => draft,
  keys: [
    ['1 2 3 4', 'point, box, polygon, brush'],
    ['5', 'move the image'],
    ['k', 'the other kind'],
    ['← ↑ ↓ →', 'move the cursor; with ⇧ finely'],
    ['Enter', 'place a point or corner; begin and end a stroke'],
    ['c', 'close the polygon'],
    ['⌫', 'take back'],
    ['+ -', 'zoom'],
    ['[ ]', 'brush size'],
  ],
  Editor,
});
