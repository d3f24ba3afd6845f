/**
 * What a Label Studio document says, whoever wrote it: who said what about which task. Written apart from the importer and the
 * exporter: it knows Label Studio's results and the names that our controls have, nothing of statements.
 */
type Json = Readonly<Record<string, unknown>>;

export interface Said {
  readonly task: string;
  /** A person's or a model's name in the document. */
  readonly who: string;
  readonly predicted: boolean;
  readonly what: readonly string[];
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const round = (value: unknown): number => Math.round(Number(value) * 1e6) / 1e6 + 0;
const inside = (percent: number): number => Math.min(100, Math.max(0, percent));

/** Corners of a rectangle that is turned about its top left corner, in percent. */
const corners = ({ x, y, width, height, rotation }: Json, { original_width, original_height }: Json): number[][] => {
  const [w, h] = [Number(original_width ?? 1), Number(original_height ?? 1)];
  const angle = (Number(rotation ?? 0) / 180) * Math.PI;
  return [
    [0, 0],
    [Number(width), 0],
    [Number(width), Number(height)],
    [0, Number(height)],
  ].map(([right = 0, down = 0]) => {
    const [dx, dy] = [(right / 100) * w, (down / 100) * h];
    return [
      Number(x) + ((dx * Math.cos(angle) - dy * Math.sin(angle)) / w) * 100,
      Number(y) + ((dx * Math.sin(angle) + dy * Math.cos(angle)) / h) * 100,
    ];
  });
};

/** Twice the area, and where its middle lies: equal for equal polygons, wherever they start. */
const outline = (points: readonly (readonly number[])[]): string => {
  const spots = points.map(([x = 0, y = 0]) => [inside(x), inside(y)] as const);
  let area = 0;
  spots.forEach(([x, y], i) => {
    const [nextX, nextY] = spots[(i + 1) % spots.length] ?? [0, 0];
    area += x * nextY - nextX * y;
  });
  const sorted = spots.map(([x, y]) => `${round(x).toFixed(4)},${round(y).toFixed(4)}`).sort();
  return `${Math.abs(area).toFixed(3)} ${sorted.join(' ')}`;
};

const boxOf = (value: Json, result: Json): string => outline(corners(value, result));

const SHAPES: Readonly<Record<string, (value: Json, result: Json) => string[]>> = {
  rectanglelabels: (value, result) => [`area ${boxOf(value, result)}`],
  polygonlabels: ({ points }) => [`area ${outline(points as number[][])}`],
  keypointlabels: ({ x, y }) => [`point ${round(x)} ${round(y)}`],
  brushlabels: ({ rle }, { original_width, original_height }) => [
    `${String(original_width)}×${String(original_height)} ${painted(rle as number[])}`,
  ],
  videorectangle: ({ sequence }, result) =>
    list(sequence).map((frame) => `frame ${String(frame['frame'])} ${boxOf(frame, result)}`),
};

/** The painted pixels of a brush, as runs: read bit by bit from the format's description. */
const painted = (bytes: readonly number[]): string => {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let at = 0;
  const read = (size: number) => Number.parseInt(bits.slice(at, (at += size)), 2);
  const count = read(32);
  read(5);
  const sizes = [read(4), read(4), read(4), read(4)].map((size) => size + 1);
  const values: number[] = [];
  while (values.length < count) {
    const repeats = read(1) === 1;
    const length = read(sizes[read(2)] ?? 0) + 1;
    if (repeats) values.push(...Array<number>(length).fill(read(8)));
    else for (let i = 0; i < length; i++) values.push(read(8));
  }
  const edges: number[] = [];
  for (let pixel = 0, on = false; pixel < count / 4; pixel++)
    if ((values[4 * pixel + 3] ?? 0) > 128 !== on) {
      edges.push(pixel);
      on = !on;
    }
  return edges.join(',');
};

const resultSays = (result: Json): string[] => {
  const type = String(result['type']);
  const value = (result['value'] ?? {}) as Json;
  const shape = SHAPES[type];
  if (shape !== undefined) {
    const labels = (value[type] ?? value['labels']) as string[];
    return shape(value, result).map((where) => `${labels.join('+')} at ${where}`);
  }
  if (type === 'timelinelabels')
    return list(value['ranges']).map(
      ({ start, end }) => `${String(value[type])} from frame ${String(start)} to ${String(end)}`,
    );
  return type === 'relation' || type === 'chatmessage'
    ? []
    : [`${String(result['from_name'])}: ${JSON.stringify(value[type])}`];
};

const nameOf = (by: unknown): string =>
  typeof by === 'object' && by !== null ? JSON.stringify((by as Json)['id']) : JSON.stringify(by ?? null);

/** Everything that is said in tasks, one entry a person or model. */
export const saidIn = (tasks: readonly unknown[]): Said[] =>
  (tasks as Json[]).flatMap((task): Said[] =>
    (['annotations', 'predictions'] as const).flatMap((kind) =>
      list(task[kind])
        .filter((entry) => entry['was_cancelled'] !== true)
        .map((entry) => ({
          task: String(task['id']),
          who: kind === 'annotations' ? nameOf(entry['completed_by']) : String(entry['model_version']),
          predicted: kind === 'predictions',
          what: list(entry['result']).flatMap(resultSays).sort(),
        }))
        .filter(({ what }) => what.length > 0),
    ),
  );
