import { type Exporter, leftOut } from './exporter.ts';
import { showsMedia } from './vision.ts';

/** An exporter of texts in a dataset that shows media: rows that show any are left out, not robbed of what they show. */
export const textOnly = <T>(exporter: Exporter<T>): Exporter<T> => ({
  ...exporter,
  rowsOf: (row, context) =>
    showsMedia(row) ? leftOut('the trainer takes no pictures') : exporter.rowsOf(row, context),
});
