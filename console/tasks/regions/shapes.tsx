/** Marks as SVG over their image; kinds differ by colour and by pattern. */
import type { Mark, RegionKind } from '../../../schemas/annotation.ts';
import { pathOf, type Size } from './geometry.ts';

/** The patterns that marks are filled with: stripes and dots. `id` keeps those of several images apart. */
export const Patterns = ({ id, size }: { id: string; size: Size }) => {
  const unit = Math.max(size.width, size.height) / 80;
  return (
    <defs>
      <pattern
        id={`${id}-implausibility`}
        patternUnits="userSpaceOnUse"
        width={unit}
        height={unit}
        patternTransform="rotate(45)"
      >
        <rect width={unit} height={unit} className="wash implausibility" />
        <rect width={unit / 3} height={unit} className="ink implausibility" />
      </pattern>
      <pattern id={`${id}-misalignment`} patternUnits="userSpaceOnUse" width={unit} height={unit}>
        <rect width={unit} height={unit} className="wash misalignment" />
        <circle cx={unit / 2} cy={unit / 2} r={unit / 4} className="ink misalignment" />
      </pattern>
    </defs>
  );
};

/** Corners in the image's pixels, as SVG lists them. */
export const cornersOf = (points: readonly { x: number; y: number }[], { width, height }: Size): string =>
  points.map(({ x, y }) => `${x * width},${y * height}`).join(' ');

export const MarkShape = ({ id, mark, size, lit }: { id: string; mark: Mark; size: Size; lit: boolean }) => {
  const { shape, kind } = mark;
  const common = { className: `mark ${kind}${lit ? ' lit' : ''}`, fill: `url(#${id}-${kind})` };
  const { width, height } = size;
  switch (shape.type) {
    case 'point':
      return <circle {...common} cx={shape.x * width} cy={shape.y * height} r={Math.max(width, height) / 70} />;
    case 'box':
      return (
        <rect
          {...common}
          x={shape.x * width}
          y={shape.y * height}
          width={shape.width * width}
          height={shape.height * height}
        />
      );
    case 'polygon':
      return <polygon {...common} points={cornersOf(shape.points, size)} />;
    case 'mask':
      return (
        <g transform={`scale(${width / shape.width} ${height / shape.height})`}>
          <path {...common} d={pathOf(shape)} />
        </g>
      );
  }
};

/** Marks that are only shown, over an image of this size. */
export const MarksOverlay = ({ id, marks, size }: { id: string; marks: readonly Mark[]; size: Size }) => (
  <svg className="marks" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
    <Patterns id={id} size={size} />
    {marks.map((mark, i) => (
      <MarkShape key={i} id={id} mark={mark} size={size} lit={false} />
    ))}
  </svg>
);

/** Where a mark is, in words. */
export const wordsOf = ({ shape }: Mark): string => {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  switch (shape.type) {
    case 'point':
      return `point at ${percent(shape.x)} across, ${percent(shape.y)} down`;
    case 'box':
      return `box at ${percent(shape.x)} across, ${percent(shape.y)} down`;
    case 'polygon':
      return `polygon of ${shape.points.length} corners`;
    case 'mask':
      return 'brush stroke';
  }
};

export const KIND_WORDS: Readonly<Record<RegionKind, string>> = {
  implausibility: 'Looks wrong',
  misalignment: 'Not as asked',
};
