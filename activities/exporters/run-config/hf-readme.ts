/** `README.md` of a `datasets` folder: front matter as the Hugging Face hub reads it, then what the rows are. */
import { stringify } from 'yaml';
import { sizeCategory } from '../size-category.ts';
import type { ExportFacts, SideFile } from './side-file.ts';

/** Licences the hub knows by the ids that drops use; another is `other`, with its name. */
const KNOWN: ReadonlySet<string> = new Set(
  'apache-2.0 mit cc0-1.0 cc-by-4.0 cc-by-3.0 cc-by-2.0 cc-by-sa-4.0 cc-by-sa-3.0 cc-by-nc-4.0 cc-by-nc-sa-4.0 cc-by-nc-nd-4.0 cc-by-nd-4.0 odc-by odbl pddl bsd-2-clause bsd-3-clause gpl-3.0 lgpl-3.0 agpl-3.0 mpl-2.0 unlicense'.split(
    ' ',
  ),
);

const licence = (licenses: readonly string[]): object => {
  const ids = [...new Set(licenses.map((license) => license.toLowerCase()))];
  const [only] = ids;
  if (only === undefined) return {};
  if (ids.every((id) => KNOWN.has(id))) return { license: ids.length === 1 ? only : ids };
  return { license: 'other', license_name: ids.join(' and ') };
};

const shards = (paths: readonly string[], split: string): object[] =>
  paths.length === 0 ? [] : [{ split, path: paths.length === 1 ? paths[0] : `${split}-*.parquet` }];

export const hfReadme = (facts: ExportFacts): SideFile[] => {
  if (facts.format !== 'hf') return [];
  const { name, version, modality, rows, languages, licenses, splits, train, validation } = facts;
  const front = stringify({
    pretty_name: name,
    ...licence(licenses),
    ...(languages.length === 0 ? {} : { language: languages }),
    size_categories: [sizeCategory(rows)],
    tags: ['human-feedback', modality],
    configs: [
      {
        config_name: 'default',
        data_files: [...shards(train, 'train'), ...shards(validation, 'validation')],
      },
    ],
  });
  const counts = Object.entries(splits).map(([split, n]) => `${n} in \`${split}\``);
  const body = `---
${front}---

# ${name}

Human feedback curated by Assay, version \`${version}\`: ${rows} rows (${counts.join(', ') || 'none'}), modality ${modality}.

A row is an item with its responses, the label people gave it (\`chosenIndex\` and \`rejectedIndex\` point into \`responses\`; \`rating\`, \`good\`), the votes
behind it (\`votes\`, \`agreement\`, \`pFlip\`: the probability that the label is the wrong way round), rewards (\`scores\`) and where it came from (\`drop\`,
\`file\`, \`row\`, \`license\`).

\`\`\`python
from datasets import load_dataset

data = load_dataset(".")  # this folder
\`\`\`
`;
  return [{ path: 'README.md', body, contentType: 'text/markdown' }];
};
