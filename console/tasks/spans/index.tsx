/** Parts of a response: of a text its characters, of a video its frames. */
import type { z } from 'zod';
import { VALUES } from '../../../schemas/annotation.ts';
import { isVideo } from '../../item/medium.tsx';
import { About, firstShown } from '../about.tsx';
import { defineTask, type EditorProps } from '../task.ts';
import { TextSpans } from './text-spans.tsx';
import { VideoSpans } from './video-spans.tsx';

const Draft = VALUES.spans;
type Draft = z.infer<typeof Draft>;

const Editor = ({ value, onChange, asked, questions }: EditorProps<Draft>) => {
  const response = asked.responses[value.response];
  const media = response?.media ?? null;
  const tags = questions.spans.tags;
  const set = (spans: Draft['spans']) => onChange({ ...value, spans });
  return (
    <>
      <About asked={asked} response={value.response} onChange={(response) => onChange({ response, spans: [] })} />
      {media !== null && isVideo(media) ? (
        <VideoSpans key={value.response} media={media} spans={value.spans} tags={tags} onChange={set} />
      ) : (
        <TextSpans
          key={value.response}
          text={response?.text ?? ''}
          language={asked.language}
          spans={value.spans}
          tags={tags}
          onChange={set}
        />
      )}
    </>
  );
};

export const spans = defineTask({
  task: 'spans',
  place: 'over',
  draft: Draft,
  initial: (asked) => ({ response: firstShown(asked), spans: [] }),
  complete: (draft) => draft,
  keys: [
    ['← →', 'text: another word; video: another frame'],
    ['⇧ ← →', 'text: take in more words'],
    ['i o', 'video: begins here, ends here'],
    ['1 2 3', 'mark it with that tag'],
    ['⌫', 'take back the last mark'],
  ],
  Editor,
});
