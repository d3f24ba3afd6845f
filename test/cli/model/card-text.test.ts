import { expect, it } from 'vitest';
import { cardText } from '../../../cli/model/card-text.ts';

it('turns tables into columns and headings into lines, and drops the title and pictures', () => {
  const card = `# Reward head m v1

## Quality

| of 9 | head |
| --- | --- |
| accuracy | 0.571 |
| a \\| b\\_c | 1 |

Temperature 1.6. ![reliability diagram](reliability.svg)

- a \\*note\\*
`;
  expect(cardText(card)).toBe(`QUALITY

of 9      head
accuracy  0.571
a | b_c   1

Temperature 1.6.

- a *note*`);
});
