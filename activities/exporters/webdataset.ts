import { z } from 'zod';
import { captionOf, type Exporter, leftOut } from './exporter.ts';
import { mediumFile } from './media-files.ts';

/** A sample of a WebDataset: a medium and what is known of it, under one key. */
const WebdatasetSample = z.object({
  /** `<item>-<response>`: names of a sample's files up to the first dot. */
  key: z.string(),
  /** Path of the medium in the export; its extension names the file in the archive. */
  file: z.string(),
  json: z.object({
    item: z.string(),
    response: z.int(),
    prompt: z.string(),
    language: z.string().nullable(),
    model: z.string().nullable(),
    /** Whether people preferred it: true, false, or null where it was not compared. */
    preferred: z.boolean().nullable(),
    good: z.boolean().nullable(),
    rating: z.number().nullable(),
    ratings: z.array(z.object({ aspect: z.string(), value: z.number() })),
    score: z.number().nullable(),
    license: z.string(),
  }),
});
export type WebdatasetSample = z.infer<typeof WebdatasetSample>;

/** Every medium of a response as a sample of a tar archive: `<key>.<ext>` and `<key>.json`. */
export const webdataset: Exporter<WebdatasetSample> = {
  format: 'webdataset',
  encoding: 'tar',
  modalities: ['image', 'video'],
  schema: WebdatasetSample,
  needs: 'responses that are images or videos',
  always: false,
  onDemand: true,
  rowsOf(row) {
    const found = row.responses.flatMap(({ model, media }, response) => {
      if (media === null) return [];
      const file = mediumFile(media);
      const preferred = response === row.chosen ? true : response === row.rejected ? false : null;
      const rated = response === 0;
      const sample: WebdatasetSample = {
        key: `${row.item}-${response}`,
        file: file.path,
        json: {
          item: row.item,
          response,
          prompt: captionOf(row),
          language: row.language,
          model,
          preferred,
          good: rated ? row.good : null,
          rating: rated ? row.rating : null,
          ratings: rated ? Object.entries(row.ratings ?? {}).map(([aspect, value]) => ({ aspect, value })) : [],
          score: row.scores?.[response] ?? null,
          license: row.origin.license,
        },
      };
      return [{ sample, file }];
    });
    return found.length === 0
      ? leftOut('no response is a medium')
      : { rows: found.map(({ sample }) => sample), files: found.map(({ file }) => file) };
  },
};
