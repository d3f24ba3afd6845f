import type { Media, Message } from '../../schemas/item.ts';
import { Medium } from './medium.tsx';
import { TextResponse } from './text-response.tsx';

/** What was asked: the conversation so far and what it shows. */
export const Prompt = ({
  prompt,
  media,
  language,
}: {
  prompt: readonly Message[];
  media: readonly Media[];
  language: string | null;
}) => (
  <section className="prompt" aria-label="Prompt">
    {prompt.map(({ role, content }, i) => (
      <div key={i} className={`message ${role}`}>
        {(prompt.length > 1 || role !== 'user') && <p className="role">{role}</p>}
        <TextResponse text={content} lang={language} />
      </div>
    ))}
    {media.map((one, i) => (
      <Medium key={one.sha256} media={one} label={`Medium ${i + 1} of the prompt`} />
    ))}
  </section>
);
