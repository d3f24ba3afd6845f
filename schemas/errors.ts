import { ACCESS_ERRORS } from './access-errors.ts';
import { CONTRACT_ERRORS } from './contract-errors.ts';
import { CURATION_ERRORS } from './curation-errors.ts';
import { DATASET_ERRORS } from './dataset-errors.ts';
import { ERASURE_ERRORS } from './erasure-errors.ts';
import type { Details, Entry } from './error-entry.ts';
import { EVALGEN_ERRORS } from './evalgen-errors.ts';
import { GOVERNANCE_ERRORS } from './governance-errors.ts';
import { MODEL_ERRORS } from './model-errors.ts';
import { MONITOR_ERRORS } from './monitor-errors.ts';
import { PROTECTION_ERRORS } from './protection-errors.ts';
import { STATISTICS_ERRORS } from './statistics-errors.ts';

/**
 * The error catalogue: every fault a user can meet, its code, whether trying again can help, what it says and the way out.
 * `docs/reference/errors.md` is held to this list by a test. 1xxx drops and files · 2xxx rows and media · 3xxx storage and servers ·
 * 4xxx annotation and review · 5xxx models · 6xxx datasets and exports · 7xxx statistics input · 8xxx identity and access · 9xxx command line and set-up.
 */
export const ERRORS = {
  'ASY-1001': {
    name: 'DropNotFound',
    retry: false,
    text: (d) => `no drop named ${d['drop']}`,
    fix: 'list drops with `assay drop ls`',
  },
  'ASY-1002': {
    name: 'DropManifestInvalid',
    retry: false,
    text: (d) => `drop.json of ${d['drop']}: ${d['reason']}`,
    fix: 'correct the named field and write drop.json again',
  },
  'ASY-1003': {
    name: 'DropFileMissing',
    retry: false,
    text: (d) => `drop.json names ${d['file']}, which is not in the drop`,
    fix: 'upload the file, or take it out of `files`',
  },
  'ASY-1004': {
    name: 'PathEscapes',
    retry: false,
    text: (d) => `${JSON.stringify(d['path'])} leaves its folder or has a forbidden character`,
    fix: 'use relative paths inside the drop, without ".."',
  },
  'ASY-1005': {
    name: 'FormatUnknown',
    retry: false,
    text: (d) => `no importer for format ${d['format']}`,
    fix: 'set `format` in drop.json to one of the formats in docs/reference/pipeline.md',
  },
  'ASY-1006': {
    name: 'FileEmpty',
    retry: false,
    text: (d) => `${d['file']} is empty`,
    fix: 'upload the file again with its content',
  },
  'ASY-1007': {
    name: 'ExpandsTooFar',
    retry: false,
    text: (d) => `${d['file']} expands beyond ${d['limit']}`,
    fix: 'split the file, or raise the limit if you trust its origin',
  },
  'ASY-1008': {
    name: 'CompressionCorrupt',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'compress the file again and upload it',
  },
  'ASY-1009': {
    name: 'FileUnreadable',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'check that the file has the format drop.json states',
  },
  'ASY-1010': {
    name: 'DropChanged',
    retry: false,
    text: (d) => `drop ${d['drop']} exists with other content`,
    fix: 'push the new content under another name',
  },
  'ASY-1011': {
    name: 'PipelineInvalid',
    retry: false,
    text: (d) => `${d['file']}:${d['line']}:${d['column']}: ${d['reason']}`,
    fix: 'see docs/reference/pipeline.md for the keys and their values',
  },
  'ASY-1012': {
    name: 'DropEmpty',
    retry: false,
    text: (d) => `drop ${d['drop']} has no file to read`,
    fix: 'add files, or correct `files` in drop.json',
  },
  'ASY-1013': {
    name: 'RecordFileBroken',
    retry: false,
    text: (d) => `${d['file']}: record ${d['record']} at byte ${d['offset']}: ${d['reason']}`,
    fix: 'upload the TFRecord file again: the rows before that place were kept',
  },
  'ASY-2001': { name: 'JsonBroken', retry: false, text: (d) => `not JSON: ${d['reason']}`, fix: 'correct the row' },
  'ASY-2002': {
    name: 'RowInvalid',
    retry: false,
    text: (d) => `${d['path']}: ${d['reason']}`,
    fix: 'give the field the stated type',
  },
  'ASY-2003': {
    name: 'ColumnMissing',
    retry: false,
    text: (d) => `column ${d['column']} is missing`,
    fix: 'add the column, or map it with `columns` in drop.json',
  },
  'ASY-2004': {
    name: 'DuplicateId',
    retry: false,
    text: (d) => `id ${d['id']} was used before in this drop`,
    fix: 'give each item its own id',
  },
  'ASY-2005': { name: 'NotUtf8', retry: false, text: () => 'bytes that are not UTF-8', fix: 'save the file as UTF-8' },
  'ASY-2006': {
    name: 'RowTooLong',
    retry: false,
    text: (d) => `row longer than ${d['limit']} bytes`,
    fix: 'split the row, or move its media into files of their own',
  },
  'ASY-2007': {
    name: 'ResponsesEqual',
    retry: false,
    text: () => 'chosen and rejected are the same',
    fix: 'remove the row, or record it as a tie',
  },
  'ASY-2008': {
    name: 'DuplicateVote',
    retry: false,
    text: (d) => `annotator voted on ${d['id']} before`,
    fix: 'keep one row for each item and annotator',
  },
  'ASY-2009': {
    name: 'CsvBroken',
    retry: false,
    text: (d) => `not CSV: ${d['reason']}`,
    fix: 'quote fields that hold commas, quotes or line breaks',
  },
  'ASY-2010': {
    name: 'MapUnreadable',
    retry: false,
    text: (d) => `${d['map']}: ${d['reason']}`,
    fix: 'write the map as an 8-bit grey PNG or JPEG',
  },
  'ASY-2011': {
    name: 'MaskSizeDiffers',
    retry: false,
    text: (d) => `${d['path']}: a mask of ${d['mask']}, where ${d['wanted']} is wanted`,
    fix: 'draw the mask on the medium as it is in the drop, at its own size',
  },
  'ASY-2012': {
    name: 'MarkOutside',
    retry: false,
    text: (d) => `${d['path']} lies outside the image`,
    fix: 'give coordinates as shares of width and height, from 0 to 1 (Label Studio: per cent, from 0 to 100)',
  },
  'ASY-2013': {
    name: 'MarkEmpty',
    retry: false,
    text: (d) => `${d['path']} covers no area`,
    fix: 'remove the mark, or make it a point',
  },
  'ASY-2014': {
    name: 'RecordBroken',
    retry: false,
    text: (d) => `${d['reason']}`,
    fix: 'write the record again from its source',
  },
  'ASY-2015': {
    name: 'WordsDiffer',
    retry: false,
    text: (d) => `${d['labels']} labels for ${d['words']} words of the prompt`,
    fix: 'give the prompt the labels were made for; its words stand between any of , . ? ! " : ; and space',
  },
  'ASY-2016': {
    name: 'RegionLabelUnknown',
    retry: false,
    text: (d) => `${d['path']}: ${JSON.stringify(d['label'])} is neither implausibility nor misalignment`,
    fix: 'say what it stands for: `regionLabels: {"…": "implausibility"}` in drop.json',
  },
  'ASY-2017': {
    name: 'BrushBroken',
    retry: false,
    text: (d) => `${d['path']}: ${d['reason']}`,
    fix: 'export the task from Label Studio again, with brushes as RLE',
  },
  'ASY-2018': {
    name: 'ResultUnknown',
    retry: false,
    text: (d) => `${d['path']}: results of type ${JSON.stringify(d['type'])} have no task here`,
    fix: 'leave the result out, or ask for it by one of the types in docs/reference/drops.md',
  },
  'ASY-2019': {
    name: 'MediumAmbiguous',
    retry: false,
    text: (d) => `${d['file']} could be ${d['files']}`,
    fix: 'name the file by its path inside the drop, or keep one file of that name',
  },
  'ASY-2020': {
    name: 'MediumUnnamed',
    retry: false,
    text: (d) => `no row that could be read names ${d['file']}`,
    fix: 'name the file in a row, or leave it out of the drop',
  },
  'ASY-2101': {
    name: 'MediaMissing',
    retry: false,
    text: (d) => `${d['file']} is not in the drop`,
    fix: 'upload the file, or correct the row',
  },
  'ASY-2102': {
    name: 'MediaTypeRefused',
    retry: false,
    text: (d) => `${d['file']} is ${d['found']}, not jpeg, png, webp, avif, gif, mp4, webm or mkv`,
    fix: 'convert it to an allowed type',
  },
  'ASY-2103': {
    name: 'ImageUnreadable',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'save the image again from its source',
  },
  'ASY-2104': {
    name: 'VideoUnreadable',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'encode the video again from its source',
  },
  'ASY-2105': {
    name: 'MediaTooLarge',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'make it smaller than the limits in docs/reference/pipeline.md',
  },
  'ASY-2106': {
    name: 'MediaHeaderLies',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'save the file again from its source',
  },
  'ASY-2108': {
    name: 'DecoderStopped',
    retry: false,
    text: (d) => `${d['file']}: the decoder was stopped: ${d['reason']}`,
    fix: 'save the file again from its source, smaller; docs/guides/media-safety.md has the limits',
  },
  'ASY-2109': {
    name: 'DecoderMissing',
    retry: true,
    text: (d) => `no decoder can be started: ${d['reason']}`,
    fix: 'install ffmpeg with ffprobe; `assay doctor` says what is missing',
  },
  'ASY-2111': {
    name: 'PatchesMissing',
    retry: false,
    text: (d) => `features of ${d['item']} have ${d['found']} bytes of patches, ${d['model']} reads ${d['needed']}`,
    fix: 'encode again with the dense encoder that the head was fitted on',
  },
  'ASY-2110': {
    name: 'MaskBroken',
    retry: false,
    text: (d) => `${d['reason']}`,
    fix: 'give run lengths that fill the mask, column by column, the first of 0',
  },
  'ASY-3001': {
    name: 'StorageUnreachable',
    retry: true,
    text: (d) => `S3 at ${d['endpoint']}: ${d['reason']}`,
    fix: 'check `assay doctor`; the run goes on by itself when S3 answers',
  },
  'ASY-3002': {
    name: 'ObjectMissing',
    retry: false,
    text: (d) => `no object ${d['key']}`,
    fix: 'run the stage that writes it again',
  },
  'ASY-3003': {
    name: 'HashMismatch',
    retry: false,
    text: (d) => `${d['key']} does not have its recorded hash`,
    fix: 'restore the object from its version history',
  },
  'ASY-3004': {
    name: 'CommitConflict',
    retry: true,
    text: (d) => `table ${d['table']} changed ${d['tries']} times while committing`,
    fix: 'try again',
  },
  'ASY-3005': {
    name: 'TemporalUnreachable',
    retry: true,
    text: (d) => `Temporal at ${d['address']}: ${d['reason']}`,
    fix: 'start the stack with `assay up`, or set TEMPORAL_ADDRESS',
  },
  'ASY-3006': {
    name: 'CountsDiffer',
    retry: false,
    text: (d) => `${d['in']} rows in, but ${d['out']} out and ${d['quarantined']} quarantined`,
    fix: 'this is a fault of Assay: please report it with the drop',
  },
  'ASY-4001': {
    name: 'RunNotFound',
    retry: false,
    text: (d) => `no run named ${d['run']}`,
    fix: 'list drops with `assay drop ls`',
  },
  'ASY-4002': {
    name: 'NotWaiting',
    retry: false,
    text: (d) => `run ${d['run']} is not waiting for approval`,
    fix: 'look at its stage with `assay run show`',
  },
  'ASY-4003': {
    name: 'NotClaimed',
    retry: false,
    text: (d) => `${d['item']} is not claimed by this annotator`,
    fix: 'claim it first; a lease may have run out',
  },
  'ASY-4004': {
    name: 'VoteInvalid',
    retry: false,
    text: (d) => `${d['reason']}`,
    fix: 'send the fields the task asks for',
  },
  'ASY-4005': {
    name: 'BatchNotFound',
    retry: false,
    text: (d) => `no batch ${d['batch']}`,
    fix: 'list batches with `assay batch ls`',
  },
  'ASY-4006': {
    name: 'RunRejected',
    retry: false,
    text: (d) => `rejected by ${d['by']}: ${d['note']}`,
    fix: 'nothing was exported; push a corrected drop',
  },
  'ASY-4007': {
    name: 'PayloadTooLarge',
    retry: false,
    text: (d) => `payload of ${d['bytes']} bytes`,
    fix: 'this is a fault of Assay: please report it with the drop',
  },
  'ASY-4008': {
    name: 'RunFailed',
    retry: false,
    text: (d) => `run ${d['run']} ended as ${d['status']}: ${d['reason']}`,
    fix: 'open the run in the Temporal UI; pushing the drop again starts it anew',
  },
  'ASY-4009': {
    name: 'AnnotatorPaused',
    retry: false,
    text: () => 'this annotator is paused: too few of their answers to checks were right',
    fix: 'a reviewer can decide otherwise of a failed check, which lifts the pause',
  },
  'ASY-4010': {
    name: 'ItemRuled',
    retry: false,
    text: (d) => `a reviewer has ruled on ${d['item']}`,
    fix: 'dispute the ruling, with a note that says why',
  },
  'ASY-4011': {
    name: 'NotInReview',
    retry: false,
    text: (d) => `${d['item']} does not wait for a reviewer: ${d['reason']}`,
    fix: 'open the review queue again; somebody else may have ruled',
  },
  'ASY-4012': {
    name: 'GuidelineChanged',
    retry: false,
    text: (d) => `the answer follows guideline ${d['given']}, the batch asks by ${d['wanted']}`,
    fix: 'load the page again and read the guideline; the draft is kept',
  },
  'ASY-4013': {
    name: 'LimitReached',
    retry: false,
    text: (d) => `${d['what']}: at most ${d['limit']}`,
    fix: 'use what is there already',
  },
  'ASY-4014': {
    name: 'ChecksInvalid',
    retry: false,
    text: (d) => `${d['file']}:${d['line']}: ${d['reason']}`,
    fix: 'correct the line: {"item": "…", "task": "pairwise", "value": {"preferred": "a"}}',
  },
  'ASY-4015': {
    name: 'ItemNotYours',
    retry: false,
    text: (d) => `${d['item']} is not among what you hold or have answered`,
    fix: 'claim it first',
  },
  'ASY-4016': {
    name: 'AnswerInvalid',
    retry: false,
    text: (d) => `${d['path']}: ${d['reason']}`,
    fix: 'answer with the choices that the question offers',
  },
  ...EVALGEN_ERRORS,
  ...MODEL_ERRORS,
  'ASY-6001': {
    name: 'DatasetNotFound',
    retry: false,
    text: (d) => `no dataset ${d['dataset']}`,
    fix: 'list datasets with `assay dataset ls`',
  },
  'ASY-6002': {
    name: 'FormatNeeds',
    retry: false,
    text: (d) => `format ${d['format']} needs ${d['needs']}`,
    fix: 'choose another format, or collect what it needs',
  },
  'ASY-6003': {
    name: 'ContractBroken',
    retry: false,
    text: (d) => `${d['format']} row ${d['row']}: ${d['reason']}`,
    fix: 'the trainer would refuse or misuse this row; correct its source',
  },
  'ASY-6004': {
    name: 'ItemNotFound',
    retry: false,
    text: (d) => `no item ${d['item']} in dataset ${d['dataset']}`,
    fix: 'use the `item` column of the parquet export',
  },
  'ASY-6005': {
    name: 'ExportFormatUnknown',
    retry: false,
    text: (d) => `no export format ${d['format']}`,
    fix: 'see docs/reference/cli.md for the formats',
  },
  ...CONTRACT_ERRORS,
  ...DATASET_ERRORS,
  ...CURATION_ERRORS,
  ...ERASURE_ERRORS,
  ...MONITOR_ERRORS,
  ...GOVERNANCE_ERRORS,
  ...PROTECTION_ERRORS,
  ...STATISTICS_ERRORS,
  ...ACCESS_ERRORS,
  'ASY-9001': {
    name: 'ToolMissing',
    retry: false,
    text: (d) => `${d['tool']} was not found: ${d['reason']}`,
    fix: 'run `make setup`; it says what it tried',
  },
  'ASY-9002': {
    name: 'PortTaken',
    retry: false,
    text: (d) => `port ${d['port']} is taken`,
    fix: 'stop the other program, or leave the port to Assay',
  },
  'ASY-9003': {
    name: 'ProcessFailed',
    retry: false,
    text: (d) => `${d['name']} did not start: ${d['reason']}`,
    fix: 'read the log named in the message',
  },
  'ASY-9004': {
    name: 'StackNotRunning',
    retry: false,
    text: () => 'the local stack is not running',
    fix: 'start it with `assay up`',
  },
  'ASY-9005': { name: 'UsageWrong', retry: false, text: (d) => `${d['reason']}`, fix: 'see `assay --help`' },
  'ASY-9006': {
    name: 'ConfigInvalid',
    retry: false,
    text: (d) => `${d['variable']}: ${d['reason']}`,
    fix: 'correct the environment variable',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof ERRORS;

/** A fault from the catalogue: `code` is also the type of the ApplicationFailure that carries it through Temporal. */
export class AssayError extends Error {
  readonly code: ErrorCode;
  readonly details: Details;
  readonly retry: boolean;
  /** What to do about it. */
  readonly fix: string;
  constructor(code: ErrorCode, details: Details = {}, options?: { cause?: unknown }) {
    const entry: Entry = ERRORS[code];
    super(entry.text(details), options);
    this.name = entry.name;
    this.code = code;
    this.details = details;
    this.retry = entry.retry;
    this.fix = entry.fix;
  }
}

export const isAssayError = (error: unknown): error is AssayError => error instanceof AssayError;
