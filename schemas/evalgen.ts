/**
 * EvalGen (Shankar et al. 2024, "Who Validates the Validators?"; S155, S156): people grade a sample of outputs, and assertions are
 * chosen that agree with them. A study is an append-only list of entries in S3, each naming the hash of the one before it.
 */
import { z } from 'zod';
import { Message } from './item.ts';
import { Name, Sha256 } from './primitives.ts';

/** One response of one item. */
export const Output = z.object({ item: z.string(), response: z.int().min(0) });
export type Output = z.infer<typeof Output>;

/** Outputs a study may grade; code runs on each of them. */
export const MOST_OUTPUTS = 500;

/** Longest code of a predicate, in UTF-16 code units. */
const MOST_CODE = 20_000;

/** A JavaScript function `({prompt, response}) => boolean`; both are strings. */
const Code = z.object({ kind: z.literal('code'), code: z.string().trim().min(1).max(MOST_CODE) });
/** Verdicts a judge gave elsewhere, at `evalgen/<study>/verdicts/<sha256>.jsonl`: rows `{item, response, pass}`. */
const Judge = z.object({ kind: z.literal('judge'), judge: z.string().trim().min(1).max(80), verdicts: Sha256 });

export const Assertion = z.object({
  /** `as_` + 32 hex, from its criterion and what it does: the same assertion again is the same one. */
  id: z.string().regex(/^as_[0-9a-f]{32}$/),
  criterion: Name,
  test: z.discriminatedUnion('kind', [Code, Judge]),
});
export type Assertion = z.infer<typeof Assertion>;

/** What happened in a study. */
export const StudyEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('created'),
    drop: Name,
    seed: z.int(),
    outputs: z.array(Output).min(1).max(MOST_OUTPUTS),
  }),
  /** `good`: thumbs up; null takes the grade back. Without a criterion, of the output as a whole. */
  Output.extend({ kind: z.literal('graded'), criterion: Name.nullable(), good: z.boolean().nullable() }),
  /** Added, or worded anew. */
  z.object({ kind: z.literal('criterion'), criterion: Name, text: z.string().trim().min(1).max(2000) }),
  z.object({ kind: z.literal('asserted'), assertion: Assertion }),
  z.object({ kind: z.literal('withdrawn'), assertion: Assertion.shape.id }),
]);
export type StudyEvent = z.infer<typeof StudyEvent>;

/** An entry of a study; the SHA-256 of its bytes is the version of the study that ends with it. */
export const StudyEntry = z.object({
  number: z.int().min(1),
  previous: Sha256.nullable(),
  /** Milliseconds since epoch. */
  at: z.number(),
  /** Subject of who did it. */
  by: z.string(),
  event: StudyEvent,
});
export type StudyEntry = z.infer<typeof StudyEntry>;

export const StudyRequest = z.object({
  name: Name,
  drop: Name,
  outputs: z.int().min(1).max(MOST_OUTPUTS).default(100),
  seed: z.int().min(0).default(0),
});
export const GradeRequest = Output.extend({ criterion: Name.nullable().default(null), good: z.boolean().nullable() });
export const CriterionRequest = z.object({ criterion: Name, text: z.string().trim().min(1).max(2000) });
export const AssertionRequest = z.discriminatedUnion('kind', [
  Code.extend({ criterion: Name }),
  /** `rows`: JSON Lines of verdicts. */
  z.object({
    kind: z.literal('judge'),
    criterion: Name,
    judge: Judge.shape.judge,
    rows: z.string().min(1).max(500_000),
  }),
]);
export type AssertionRequest = z.infer<typeof AssertionRequest>;
export const WithdrawRequest = z.object({ assertion: Assertion.shape.id });
/** One line of a judge's recorded verdicts. */
export const JudgeVerdict = Output.extend({ pass: z.boolean() });

export const StudyLine = z.object({
  name: Name,
  drop: Name,
  outputs: z.int(),
  /** Outputs with a grade of anybody. */
  graded: z.int(),
  criteria: z.int(),
  assertions: z.int(),
});
export type StudyLine = z.infer<typeof StudyLine>;

/** A study as its page shows it. */
export const Study = StudyLine.extend({
  version: Sha256,
  /** In the order in which they are to be graded. */
  sample: z.array(Output.extend({ prompt: z.array(Message), text: z.string() })),
  /** One's own grades that stand. */
  own: z.array(Output.extend({ criterion: Name.nullable(), good: z.boolean() })),
  registry: z.array(
    z.object({
      criterion: Name,
      text: z.string(),
      /** When it was first stated, and when last worded anew (equal: never). */
      added: z.number(),
      edited: z.number(),
    }),
  ),
  candidates: z.array(Assertion),
});
export type Study = z.infer<typeof Study>;

const share = z.number().min(0).max(1).nullable();

/** How a set of assertions does against people's grades: an output fails the set when it fails one of them. */
export const Alignment = z.object({
  /** Graded outputs, and those of them that are bad. */
  n: z.int(),
  bad: z.int(),
  /** Bad outputs that fail, of all bad ones; null where none is bad. */
  coverage: share,
  /** Good outputs that fail, of all good ones; null where none is good. */
  falseFailureRate: share,
  /** Harmonic mean of coverage and 1 − false-failure rate; null where either is. */
  alignment: share,
  /** 95 % bootstrap interval of the alignment over outputs. */
  ci: z.tuple([z.number(), z.number()]).nullable(),
});
export type Alignment = z.infer<typeof Alignment>;

/** What a study's assertions are worth. */
export const StudyReport = z.object({
  name: Name,
  version: Sha256,
  /** At most so many assertions were to be chosen for a criterion. */
  most: z.int(),
  criteria: z.array(
    z.object({
      criterion: Name,
      /** The chosen set, and what it has. */
      chosen: z.array(Assertion.shape.id),
      figures: Alignment.nullable(),
      /** Each candidate alone, the best first. */
      candidates: z.array(Alignment.extend({ assertion: Assertion.shape.id, fault: z.string().nullable() })),
      /** Other sets, the best first; the chosen one is not among them. */
      alternatives: z.array(Alignment.extend({ assertions: z.array(Assertion.shape.id) })),
    }),
  ),
  /** All chosen assertions of all criteria together, against the grades of outputs as a whole. */
  overall: Alignment.nullable(),
  drift: z.object({
    /** Alignment of all that is chosen over the grades in the order in which they were given, so many at a time. */
    windows: z.array(Alignment.extend({ from: z.int(), to: z.int(), at: z.number() })),
    /** Grades given, and those that changed an earlier grade of the same person; by criterion, null for the whole. */
    changes: z.array(z.object({ criterion: Name.nullable(), grades: z.int(), changed: z.int() })),
    /** Criteria added or worded anew, in order, with how many grades had been given by then. */
    criteria: z.array(
      z.object({ criterion: Name, what: z.enum(['added', 'edited']), at: z.number(), grades: z.int() }),
    ),
  }),
});
export type StudyReport = z.infer<typeof StudyReport>;
