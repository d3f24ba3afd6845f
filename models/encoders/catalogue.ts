/** Full encoders that `assay model pull` knows by name. */
import { EncoderRecipe } from '../../schemas/encoder.ts';
import minilm from './all-minilm-l6-v2.json' with { type: 'json' };
import bge from './bge-m3.json' with { type: 'json' };
import clip from './clip-vit-base-patch32.json' with { type: 'json' };
import dino from './dinov2-small.json' with { type: 'json' };
import e5Base from './multilingual-e5-base.json' with { type: 'json' };
import e5Small from './multilingual-e5-small.json' with { type: 'json' };
import siglip from './siglip-base-patch16-224.json' with { type: 'json' };

const FILES: readonly unknown[] = [e5Small, e5Base, bge, minilm, clip, siglip, dino];

/** Their recipes, checked. */
export const encoderRecipes = (): readonly EncoderRecipe[] => FILES.map((file) => EncoderRecipe.parse(file));
