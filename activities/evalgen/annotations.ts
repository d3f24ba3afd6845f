/** What assertions say of a sample, in Assay's own drop format. */
import type { Assertion } from '../../schemas/evalgen.ts';
import type { SampledOutput } from './sample.ts';
import type { Verdicts } from './verdicts.ts';

/**
 * One line an output: its prompt, its text, and an `assertion` annotation for each verdict. Code speaks as the verifier
 * `<criterion>/<assertion id>`, a judge as itself; an output nobody judged is left out.
 */
export const assertionLines = (
  sample: readonly SampledOutput[],
  said: readonly { readonly assertion: Assertion; readonly verdicts: Verdicts }[],
): string =>
  sample
    .flatMap(({ item, response, prompt, text }, index) => {
      const annotations = said.flatMap(({ assertion: { id, criterion, test }, verdicts }) => {
        const pass = 'passes' in verdicts ? verdicts.passes[index] : null;
        if (pass === null || pass === undefined) return [];
        const source =
          test.kind === 'code' ? { kind: 'verifier', id: `${criterion}/${id}` } : { kind: 'judge', id: test.judge };
        return [{ source, task: 'assertion', value: { response: 0, name: criterion, pass } }];
      });
      const row = { id: `${item}/${response}`, prompt, responses: [{ text }], annotations };
      return annotations.length === 0 ? [] : [`${JSON.stringify(row)}\n`];
    })
    .join('');
