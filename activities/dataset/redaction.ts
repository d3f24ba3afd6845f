/** Personal data taken out of the texts and pictures of rows as they are written, and counts of it: never what it was. */

import { byText } from '../../models/order.ts';
import { redact } from '../../models/quality/redact.ts';
import { personalSpans } from '../../models/quality/screen.ts';
import type { CurateFilter } from '../../schemas/curation.ts';
import type { DatasetRow } from '../../schemas/dataset.ts';
import type { Media } from '../../schemas/item.ts';
import type { RedactedRow } from '../examine/rows.ts';
import type { SelectionFile } from './selection-file.ts';

/**
 * Redacts rows by the filters that ask for it; `counts` tells what was redacted so far. Without such filters rows pass as they are.
 * `pictures` stand for those with faces, by their hash, wherever a row shows them.
 */
export const createRedactor = (filters: readonly CurateFilter[], pictures: ReadonlyMap<string, RedactedRow>) => {
  const kinds = [...new Set(filters.flatMap((f) => (f.kind === 'pii' && f.action === 'redact' ? f.kinds : [])))];
  const found = new Map<string, number>();
  let rows = 0;
  const count = (kind: string, n = 1) => found.set(kind, (found.get(kind) ?? 0) + n);
  const shown = (media: Media): Media => {
    const picture = pictures.get(media.sha256);
    if (picture === undefined) return media;
    count('face', picture.faces);
    return picture.media;
  };
  const clean = (text: string): string => {
    const spans = personalSpans(text, kinds);
    for (const { kind } of spans) count(kind);
    return redact(text, spans).text;
  };
  const total = () => [...found.values()].reduce((sum, n) => sum + n, 0);
  return {
    row(row: DatasetRow): DatasetRow {
      if (kinds.length === 0 && pictures.size === 0) return row;
      const before = total();
      const prompt = row.prompt.map((message) => ({ ...message, content: clean(message.content) }));
      const promptMedia = row.promptMedia && row.promptMedia.map(shown);
      const responses = row.responses.map((response) => ({
        ...response,
        text: response.text === null ? null : clean(response.text),
        media: response.media && shown(response.media),
      }));
      if (total() > before) rows++;
      return { ...row, prompt, promptMedia, responses };
    },
    counts: (): SelectionFile['redacted'] => ({
      rows,
      kinds: Object.fromEntries([...found].sort(([a], [b]) => byText(a, b))),
    }),
  };
};
