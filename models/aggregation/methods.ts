import type { CategoryMethod } from '../../schemas/label.ts';
import { dawidSkene } from './dawid-skene.ts';
import type { Fit, FitOptions } from './fit.ts';
import { glad } from './glad.ts';
import { mace } from './mace.ts';
import { oneCoin } from './one-coin.ts';
import type { VoteTable } from './vote-table.ts';
import { majority, weightedMajority } from './weighted.ts';

/** The methods for categories by name; all but `majority` learn from the whole table how far each annotator can be trusted. */
export const CATEGORY_FITS: Readonly<Record<CategoryMethod, (table: VoteTable, options?: FitOptions) => Fit>> = {
  majority,
  weighted: weightedMajority,
  'dawid-skene': dawidSkene,
  'one-coin': oneCoin,
  glad,
  mace,
};
