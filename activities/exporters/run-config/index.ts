import { axolotlConfig } from './axolotl.ts';
import { hfReadme } from './hf-readme.ts';
import { llamafactoryConfig } from './llamafactory.ts';
import { openrlhfConfig } from './openrlhf.ts';
import type { ExportFacts, SideFile } from './side-file.ts';
import { trlConfig } from './trl.ts';
import { verlConfig } from './verl.ts';

/** The files beside an export's rows; none where there are no rows to train on. Equal facts give equal bytes. */
export const sideFiles = (facts: ExportFacts): SideFile[] =>
  facts.format === 'hf' || facts.train.length > 0
    ? [trlConfig, openrlhfConfig, verlConfig, llamafactoryConfig, axolotlConfig, hfReadme].flatMap((make) =>
        make(facts),
      )
    : [];
