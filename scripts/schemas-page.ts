/**
 * Prints docs/reference/schemas.md from the zod schemas, or with `--pipeline` the JSON Schema of pipeline.yaml for editors:
 * `node scripts/schemas-page.ts > docs/reference/schemas.md`
 * `node scripts/schemas-page.ts --pipeline > docs/reference/pipeline.schema.json`
 */
import { z } from 'zod';
import { Annotation, VALUES } from '../schemas/annotation.ts';
import { VoteBody, VoteRef } from '../schemas/batch.ts';
import { DatasetManifest, DatasetRow, Decision } from '../schemas/dataset.ts';
import { DropManifest } from '../schemas/drop.ts';
import { EncoderManifest, EncoderRecipe, PulledEncoder } from '../schemas/encoder.ts';
import { Item } from '../schemas/item.ts';
import { Label, LabelSummary } from '../schemas/label.ts';
import { Lineage } from '../schemas/lineage.ts';
import { HeadManifest } from '../schemas/model.ts';
import { PipelineConfig } from '../schemas/pipeline.ts';
import { QuarantineRow } from '../schemas/quarantine.ts';
import { RunReport } from '../schemas/run-report.ts';
import { FeatureRow, Score } from '../schemas/score.ts';
import { TableManifest, TableRef } from '../schemas/table.ts';

interface Json {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly allOf?: readonly Json[];
  readonly items?: Json | readonly Json[];
  readonly prefixItems?: readonly Json[];
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Json | boolean;
  readonly pattern?: string;
  readonly contentEncoding?: string;
}

const jsonSchema = (schema: z.ZodType): Json => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;

/** A field's type in words. */
const typeOf = (json: Json): string => {
  const choices = json.anyOf ?? json.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(' \\| ');
  if (json.const !== undefined) return `\`${JSON.stringify(json.const)}\``;
  if (json.enum !== undefined) return json.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' ');
  if (json.prefixItems !== undefined) return `[${json.prefixItems.map(typeOf).join(', ')}]`;
  if (json.type === 'array') return `list of ${typeOf((json.items ?? {}) as Json)}`;
  if (json.type === 'object') {
    if (json.properties === undefined) {
      return typeof json.additionalProperties === 'object' ? `map to ${typeOf(json.additionalProperties)}` : 'object';
    }
    const fields = Object.entries(json.properties).map(([name, field]) => `${name}: ${typeOf(field)}`);
    return `{${fields.join(', ')}}`;
  }
  if (json.contentEncoding === 'base64') return 'bytes (base64 in JSON)';
  if (typeof json.type === 'string') return json.type;
  return json.type === undefined ? 'anything' : json.type.join(' \\| ');
};

const fieldsOf = (json: Json): [string, Json, boolean][] => [
  ...Object.entries(json.properties ?? {}).map(
    ([name, field]) => [name, field, json.required?.includes(name) ?? false] as [string, Json, boolean],
  ),
  ...(json.allOf ?? []).flatMap(fieldsOf),
  // A statement comes as one alternative per task: what they share is told here, their values below.
  ...(json.oneOf?.slice(0, 1) ?? []).flatMap(fieldsOf).filter(([name]) => name !== 'task' && name !== 'value'),
];

const table = (schema: z.ZodType): string[] => [
  '| field | type | |',
  '|---|---|---|',
  ...fieldsOf(jsonSchema(schema)).map(
    ([name, field, required]) => `| \`${name}\` | ${typeOf(field)} | ${required ? '' : 'optional'} |`,
  ),
];

const PAGES: [string, string, z.ZodType][] = [
  ['Drop', '`drops/<drop>/drop.json`', DropManifest],
  ['Item', 'Rows of table `items`.', Item],
  [
    'Annotation',
    'Rows of table `annotations`: these fields, `task`, and `value` as the task says (below).',
    Annotation,
  ],
  ['Label', 'Rows of table `labels`.', Label],
  ['Label summary', 'Agreement of a task and aspect over a run.', LabelSummary],
  ['Feature', 'Rows of table `features`.', FeatureRow],
  ['Score', 'Rows of table `scores`.', Score],
  ['Quarantine', 'Rows of table `quarantine`.', QuarantineRow],
  ['Table manifest', '`tables/<table>/manifests/<n>.json`', TableManifest],
  ['Table reference', 'What workflows pass instead of rows.', TableRef],
  ['Vote reference', 'What `submit` carries per vote.', VoteRef],
  ['Vote', '`votes/<sha256>.json`: these fields, `task`, and `value` as the task says.', VoteBody],
  ['Encoder manifest', '`models/encoders/*.json` of a bundled encoder', EncoderManifest],
  ['Full encoder', '`models/encoders/*.json` of an encoder that is pulled', EncoderRecipe],
  ['Pulled encoder', '`encoders/<id>/<revision>/manifest.json`: the same with its hashes', PulledEncoder],
  ['Head manifest', '`models/<name>/<version>/manifest.json`', HeadManifest],
  ['Dataset row', '`datasets/<name>/<version>/data/*.parquet`', DatasetRow],
  ['Decision', '`datasets/<name>/<version>/decisions/*.parquet`', Decision],
  ['Dataset manifest', '`datasets/<name>/<version>/manifest.json`', DatasetManifest],
  ['Lineage', '`datasets/<name>/<version>/lineage.json`', Lineage],
  ['Run report', '`runs/<run>/report.json`', RunReport],
];

export const schemasPage = (): string => {
  const lines = [
    '# Schemas',
    '',
    'Every document and row Assay stores, from the zod schemas in `schemas/` (which say more: patterns, ranges, what a field means).',
    '`pipeline.yaml` has a page of its own ([pipeline.md](pipeline.md)) and a [JSON Schema for editors](pipeline.schema.json).',
  ];
  for (const [name, place, schema] of PAGES) lines.push('', `## ${name}`, '', place, '', ...table(schema));
  lines.push('', '## Values by task', '');
  for (const [task, schema] of Object.entries(VALUES)) lines.push('', `### ${task}`, '', ...table(schema));
  return `${lines.join('\n').replaceAll('\n\n\n', '\n\n')}\n`;
};

export const pipelineSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(PipelineConfig, { io: 'input', unrepresentable: 'any' }), null, 2)}\n`;

if (import.meta.main) process.stdout.write(process.argv.includes('--pipeline') ? pipelineSchema() : schemasPage());
