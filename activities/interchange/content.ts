/** An item's content as named fields: what a form of another tool shows, and what our import reads it back from. */
import type { Item, Media, Message } from '../../schemas/item.ts';
import { mediumFile } from '../exporters/media-files.ts';
import { fileIn } from '../importers/address.ts';
import type { Draft, DraftResponse } from '../importers/draft.ts';
import { field, invalid, type Row } from '../importers/fields.ts';
import type { Sidecar, SidecarResponse } from './sidecar.ts';

export type FieldKind = 'text' | 'image' | 'video';

export interface ContentField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly value: string;
}

/** The name of a medium's file: its hash, with the extension of its type. */
export const mediumName = (media: Media): string => mediumFile(media).path.replace(/^.*\//, '');

const kindOf = ({ type }: Media): 'image' | 'video' => (type.startsWith('video/') ? 'video' : 'image');

/** How a form's fields are made. */
export interface ContentOptions {
  /** What a field says where a medium's file of this name lies. */
  readonly address: (name: string) => string;
  /** Whether any item of the form has several responses: fields are then `response1`, `response2` … and never `response`. */
  readonly several: boolean;
}

const numbered = (name: string, at: number, several: boolean): string => (several ? `${name}${at + 1}` : name);

const isPlain = (prompt: readonly Message[]): boolean =>
  prompt.length === 0 || (prompt.length === 1 && prompt[0]?.role === 'user' && prompt[0].content !== '');

/** The item's fields, and the part of its sidecar that says which is what. */
export const contentOf = (
  { prompt, promptMedia, responses }: Item,
  { address, several }: ContentOptions,
): { readonly fields: readonly ContentField[] } & Pick<Sidecar, 'prompt' | 'promptFiles' | 'responses'> => {
  const plain = isPlain(prompt);
  const text = prompt.map(({ role, content }) => (plain ? content : `${role}: ${content}`)).join('\n\n');
  const fields: ContentField[] = [{ name: 'prompt', kind: 'text', value: text }];
  const add = (name: string, kind: FieldKind, value: string): string => {
    fields.push({ name, kind, value });
    return name;
  };
  const shown = promptMedia ?? [];
  return {
    prompt: plain ? null : prompt,
    promptFiles: shown.map((media, i) =>
      add(numbered(`prompt_${kindOf(media)}`, i, shown.length > 1), kindOf(media), address(mediumName(media))),
    ),
    responses: responses.map(({ model, text: said, media }, i): SidecarResponse => {
      const named = (name: string) => numbered(name, i, several);
      return {
        model,
        text: said === null ? null : add(named('response'), 'text', said),
        file: media === null ? null : add(named(kindOf(media)), kindOf(media), address(mediumName(media))),
      };
    }),
    fields,
  };
};

/** The content that fields and sidecar say. Throws ASY-2002 where a field is missing. */
export const readContent = (data: Row, sidecar: Sidecar): Pick<Draft, 'prompt' | 'promptFiles' | 'responses'> => {
  const text = (name: string): string => {
    const value = field(data, name);
    if (typeof value !== 'string') throw invalid(name, 'must be text');
    return value;
  };
  const prompt = text('prompt');
  return {
    prompt: sidecar.prompt ?? (prompt === '' ? [] : [{ role: 'user', content: prompt }]),
    promptFiles: sidecar.promptFiles.map((name) => fileIn(text(name))),
    responses: sidecar.responses.map((response): DraftResponse => {
      const file = response.file === null ? null : fileIn(text(response.file));
      return { model: response.model, text: response.text === null ? null : text(response.text), file };
    }),
  };
};
