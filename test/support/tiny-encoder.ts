/** Small full encoders with pinned files, for tests of pulling, opening and encoding. */
import { sha256 } from '../../models/hash.ts';
import { type EncoderFile, EncoderRecipe } from '../../schemas/encoder.ts';
import {
  bertGraph,
  patchGraph,
  TINY_VOCABULARY,
  textSideGraph,
  tinyTokenizer,
  visionGraph,
} from './tiny-transformer.ts';

const shape = { dims: 32, heads: 4, layers: 1, vocabulary: TINY_VOCABULARY };

type Kind = 'text' | 'image-text' | 'patches';
type Graphs = Readonly<Partial<Record<EncoderFile['role'], Uint8Array>>>;

const GRAPHS: Readonly<Record<Kind, () => Graphs>> = {
  text: () => ({ 'text-model': bertGraph(shape) }),
  'image-text': () => ({
    'vision-model': visionGraph(shape, 32, 16, 'image_embeds'),
    'text-model': textSideGraph(shape, 'text_embeds'),
  }),
  patches: () => ({ 'vision-model': patchGraph(shape, 32, 16) }),
};

/** A recipe with pins, and its files by path. */
export const tinyEncoder = (kind: Kind): { recipe: EncoderRecipe; files: ReadonlyMap<string, Uint8Array> } => {
  const files = new Map<string, Uint8Array>();
  const listed: EncoderFile[] = [];
  const add = (role: EncoderFile['role'], path: string, bytes: Uint8Array) => {
    files.set(path, bytes);
    listed.push({ path, role, sha256: sha256(bytes), bytes: bytes.length });
  };
  for (const [role, bytes] of Object.entries(GRAPHS[kind]()))
    add(role as EncoderFile['role'], `onnx/${role}.onnx`, bytes);
  const hasText = kind !== 'patches';
  if (hasText) add('tokenizer', 'tokenizer.json', Buffer.from(JSON.stringify(tinyTokenizer())));
  const side = { dims: 32, prefix: '', maxTokens: 24, padId: 0 };
  const text =
    kind === 'text'
      ? { ...side, output: 'last_hidden_state', pooling: 'mean', padTo: 'longest' }
      : { ...side, output: 'text_embeds', pooling: 'none', padTo: 'maxTokens' };
  const image = {
    dims: 32,
    output: kind === 'patches' ? 'last_hidden_state' : 'image_embeds',
    patchGrid: kind === 'patches' ? 2 : null,
    size: 32,
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
  };
  const recipe = EncoderRecipe.parse({
    id: `tiny-${kind}`,
    modality: kind === 'text' ? 'text' : 'image',
    license: 'Apache-2.0',
    source: { hub: `assay/tiny-${kind}`, revision: 'main' },
    files: listed,
    text: hasText ? text : null,
    image: kind === 'text' ? null : image,
    maxBatchTokens: 256,
    providers: ['cpu'],
  });
  return { recipe, files };
};
