import type { Task } from '../../schemas/annotation.ts';
import type { PipelineConfig } from '../../schemas/pipeline.ts';

type Annotate = PipelineConfig['annotate'];

/** Who gets what, and who looks at it: the part of `annotate` that a batch goes by. */
export type BatchRules = Pick<Annotate, 'checks' | 'requires' | 'quotas' | 'adaptive' | 'review' | 'sensitive'>;

export type BatchSettings = {
  readonly run: string;
  readonly batch: number;
  readonly tasks: readonly Task[];
  readonly redundancy: number;
  readonly leaseMs: number;
  readonly guideline?: string;
  /** A batch that began before these existed has none of them. */
  readonly rules?: Partial<BatchRules>;
};

/** Settings with what is not said filled in. */
export type Settings = Required<Omit<BatchSettings, 'rules'>> & BatchRules;

const NONE: BatchRules = {
  checks: null,
  requires: { skills: [], vendors: [], languages: false },
  quotas: [],
  adaptive: null,
  review: 'none',
};

export const complete = ({ rules, ...settings }: BatchSettings): Settings => ({
  guideline: '1',
  ...settings,
  ...NONE,
  ...rules,
});

/** The parts of the configuration that a batch goes by; a run that began before they existed has none. */
export const rulesOf = (config: Partial<BatchRules>): BatchRules => ({
  checks: config.checks ?? NONE.checks,
  requires: config.requires ?? NONE.requires,
  quotas: config.quotas ?? NONE.quotas,
  adaptive: config.adaptive ?? NONE.adaptive,
  review: config.review ?? NONE.review,
  ...(config.sensitive === undefined ? {} : { sensitive: config.sensitive }),
});

/** Most votes an item may be asked for. */
export const mostVotes = ({ redundancy, adaptive }: Pick<Settings, 'redundancy' | 'adaptive'>): number =>
  adaptive === null ? redundancy : adaptive.max;
