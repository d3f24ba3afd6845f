import type { RegionKind } from '../../../schemas/annotation.ts';
import { boxOf, type Point, type Size } from './geometry.ts';
import { cornersOf } from './shapes.tsx';
import type { Tool } from './tools.tsx';

/** What is being drawn and where the cursor is. */
export const InHand = ({
  tool,
  kind,
  drawn,
  cursor,
  brush,
  size,
  scale,
}: {
  tool: Tool;
  kind: RegionKind;
  drawn: readonly Point[];
  cursor: Point | null;
  brush: number;
  size: Size;
  scale: number;
}) => {
  const long = Math.max(size.width, size.height);
  const [first] = drawn;
  const line = cornersOf(cursor === null || tool === 'brush' ? drawn : [...drawn, cursor], size);
  const box = first === undefined || cursor === null ? null : boxOf(first, cursor);
  return (
    <g className={`in-hand ${kind}`}>
      {tool === 'brush' && <polyline className="stroke" points={line} strokeWidth={2 * brush * long} />}
      {tool === 'polygon' && <polyline className="line" points={line} />}
      {tool === 'polygon' &&
        drawn.map(({ x, y }, i) => (
          <circle key={i} className="corner" cx={x * size.width} cy={y * size.height} r={long / 120 / scale} />
        ))}
      {tool === 'box' && box !== null && (
        <rect
          className="line"
          x={box.x * size.width}
          y={box.y * size.height}
          width={box.width * size.width}
          height={box.height * size.height}
        />
      )}
      {cursor !== null && (
        <g transform={`translate(${cursor.x * size.width} ${cursor.y * size.height}) scale(${long / 40 / scale})`}>
          <path className="cursor under" d="M-1 0H1M0 -1V1" />
          <path className="cursor" d="M-1 0H1M0 -1V1" />
        </g>
      )}
    </g>
  );
};
