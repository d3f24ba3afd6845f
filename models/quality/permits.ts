/** What an export asks of the terms of its rows, and which of them break it (S054, S062, S068). */
import { WaivableRule } from '../../schemas/waiver.ts';
import { outside } from './permission.ts';

/** What is asked; nothing named, nothing asked. */
export interface Asked {
  readonly purpose?: readonly string[] | undefined;
  readonly requireConsent?: true | undefined;
  readonly licences?: readonly string[] | undefined;
}

/** Rows of one drop under one licence, with what drop.json says of their use. */
export interface SourceTerms {
  readonly drop: string;
  readonly license: string;
  readonly rows: number;
  readonly purposes: readonly string[];
  readonly consent: boolean;
}

export interface Breach {
  readonly rule: WaivableRule;
  /** What is not allowed: purposes or licences; empty where a consent is missing. */
  readonly beyond: readonly string[];
  readonly drops: readonly string[];
  readonly rows: number;
}

const beyondOf = (rule: WaivableRule, asked: Asked, source: SourceTerms): readonly string[] | null => {
  if (rule === 'consent') return asked.requireConsent === true && !source.consent ? [] : null;
  const found =
    rule === 'purpose'
      ? outside(asked.purpose ?? [], source.purposes)
      : asked.licences === undefined
        ? []
        : outside([source.license], asked.licences);
  return found.length === 0 ? null : found;
};

/** The rules that some source breaks, with all sources that break them. Names are compared in lower case. */
export const breachesOf = (asked: Asked, sources: readonly SourceTerms[]): Breach[] =>
  WaivableRule.options.flatMap((rule) => {
    const broken = sources.flatMap((source) => {
      const beyond = beyondOf(rule, asked, source);
      return beyond === null ? [] : [{ source, beyond }];
    });
    if (broken.length === 0) return [];
    return [
      {
        rule,
        beyond: [...new Set(broken.flatMap(({ beyond }) => beyond))].sort(),
        drops: [...new Set(broken.map(({ source }) => source.drop))].sort(),
        rows: broken.reduce((sum, { source }) => sum + source.rows, 0),
      },
    ];
  });

/** A breach as people read it. */
export const breachText = ({ rule, beyond, drops, rows }: Breach): string => {
  const of = `${rows} rows of ${drops.join(', ')}`;
  switch (rule) {
    case 'purpose':
      return `purpose ${beyond.join(', ')} is not among those of ${of}`;
    case 'consent':
      return `no consent is stated for ${of}`;
    case 'licence':
      return `licence ${beyond.join(', ')} of ${of} is not among those allowed`;
  }
};
