/** The image under the hand: what a pointer or the cursor keys draw on it. */
import { type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import type { Mark, RegionKind } from '../../../schemas/annotation.ts';
import type { Media } from '../../../schemas/item.ts';
import { mediaUrl } from '../../item/image.tsx';
import { useTaskKeys } from '../keys.ts';
import { boxOf, closes, moved, type Point, shiftOf, strokeRuns, type View, WHOLE, zoomed } from './geometry.ts';
import { InHand } from './in-hand.tsx';
import { MarkList } from './mark-list.tsx';
import { MarkShape, Patterns } from './shapes.tsx';
import { TOOLS, type Tool, Tools } from './tools.tsx';

/** Steps of the cursor keys as shares of the image, plain and fine. */
const STEP = { plain: 0.02, fine: 0.002 } as const;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export const Stage = ({
  media,
  kinds,
  marks,
  onChange,
}: {
  media: Media;
  kinds: readonly RegionKind[];
  marks: readonly Mark[];
  onChange: (marks: Mark[]) => void;
}) => {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLDivElement>(null);
  const [tool, setTool] = useState<Tool>('point');
  const [kind, setKind] = useState<RegionKind>(kinds[0] ?? 'implausibility');
  const [view, setView] = useState<View>(WHOLE);
  const [cursor, setCursor] = useState<Point | null>(null);
  /** Corners or the stroke that are not a mark yet. */
  const [drawn, setDrawn] = useState<readonly Point[]>([]);
  const [brush, setBrush] = useState(0.025);
  const [lit, setLit] = useState<number | null>(null);
  const dragged = useRef(false);
  const { scale } = view;
  /** Shares within which two places are the same for a hand. */
  const reach = 0.02 / scale;

  const finish = (shape: Mark['shape']): void => {
    onChange([...marks, { kind, shape }]);
    setDrawn([]);
  };
  const finishStroke = (stroke: readonly Point[]): void => {
    const { width, height } = media;
    finish({ type: 'mask', ...strokeRuns(stroke, brush * Math.max(width, height), { width, height }) });
  };
  const choose = (next: Tool): void => {
    setTool(next);
    setDrawn([]);
  };
  /** A point, a corner, or a stroke's beginning or end, by click or by Enter. */
  const put = (at: Point): void => {
    const [first] = drawn;
    if (tool === 'point') finish({ type: 'point', ...at });
    else if (tool === 'box' && first !== undefined) finish(boxOf(first, at));
    else if (tool === 'polygon' && closes(drawn, at, reach)) finish({ type: 'polygon', points: [...drawn] });
    else if (tool === 'brush' && first !== undefined) finishStroke(drawn);
    else if (tool !== 'move') setDrawn([...drawn, at]);
  };
  const takeBack = (): void => {
    if (drawn.length > 0) setDrawn(tool === 'polygon' ? drawn.slice(0, -1) : []);
    else onChange(marks.slice(0, -1));
  };
  const zoom = (factor: number, about: Point = cursor ?? view.centre): void => setView(zoomed(view, factor, about));

  useTaskKeys((event) => {
    const { key, shiftKey } = event;
    const arrow = ARROWS[key];
    const chosen = TOOLS[Number(key) - 1]?.tool;
    if (arrow !== undefined) {
      const step = (shiftKey ? STEP.fine : STEP.plain) / (shiftKey ? 1 : scale);
      const next = moved(cursor ?? view.centre, arrow[0] * step, arrow[1] * step);
      setCursor(next);
      if (scale > 1) setView({ scale, centre: next });
      if (tool === 'brush' && drawn.length > 0) setDrawn([...drawn, next]);
    } else if (key === 'Enter' && cursor !== null) put(cursor);
    else if (key === 'c' && tool === 'polygon' && drawn.length >= 3) finish({ type: 'polygon', points: [...drawn] });
    else if (key === 'k') setKind(kinds[(kinds.indexOf(kind) + 1) % kinds.length] ?? kind);
    else if (key === 'Backspace' || key === 'Delete') takeBack();
    else if (key === 'Escape' && (drawn.length > 0 || cursor !== null)) {
      setDrawn([]);
      setCursor(null);
    } else if (key === '+' || key === '=') zoom(1.5);
    else if (key === '-') zoom(1 / 1.5);
    else if (key === '[') setBrush(Math.max(0.005, brush / 1.4));
    else if (key === ']') setBrush(Math.min(0.15, brush * 1.4));
    else if (chosen !== undefined) choose(chosen);
    else return false;
    return true;
  });

  const placeAt = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const { left, top, width, height } = (image.current as HTMLElement).getBoundingClientRect();
    return moved({ x: 0, y: 0 }, (clientX - left) / width, (clientY - top) / height);
  };
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    dragged.current = false;
    setCursor(null);
    if (tool === 'brush') setDrawn([placeAt(event)]);
    else if (tool === 'box' && drawn.length === 0) setDrawn([placeAt(event)]);
  };
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return;
    dragged.current = true;
    if (tool === 'brush' && drawn.length > 0) setDrawn([...drawn, placeAt(event)]);
    else if (tool === 'box') setCursor(placeAt(event));
    else if (tool === 'move') {
      const { width, height } = event.currentTarget.getBoundingClientRect();
      const centre = moved(view.centre, -event.movementX / width / scale, -event.movementY / height / scale);
      setView({ scale, centre });
    }
  };
  const up = (event: PointerEvent<HTMLDivElement>): void => {
    const at = placeAt(event);
    if (tool === 'brush' && drawn.length > 0) finishStroke([...drawn, at]);
    // A box is dragged, or has two corners clicked.
    else if (tool === 'box' && drawn[0] !== undefined) {
      if (Math.hypot(at.x - drawn[0].x, at.y - drawn[0].y) > reach / 2) finish(boxOf(drawn[0], at));
    } else if (!dragged.current || tool === 'point' || tool === 'polygon') put(at);
    setCursor(null);
  };

  // React listens to wheels passively; a pinch on the image must not zoom the page too.
  useEffect(() => {
    const box = frame.current;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const about = placeAt(event);
      setView((now) => zoomed(now, event.deltaY < 0 ? 1.2 : 1 / 1.2, about));
    };
    box?.addEventListener('wheel', wheel, { passive: false });
    return () => box?.removeEventListener('wheel', wheel);
  }, []);

  const shift = shiftOf(view);
  return (
    <div className="regions">
      <Tools
        tool={tool}
        kind={kind}
        kinds={kinds}
        onTool={choose}
        onKind={setKind}
        onZoom={zoom}
        onWhole={() => setView(WHOLE)}
        onTakeBack={takeBack}
        {...(tool === 'polygon' && drawn.length >= 3
          ? { onClose: () => finish({ type: 'polygon', points: [...drawn] }) }
          : {})}
      />
      <div
        ref={frame}
        className={`stage tool-${tool}`}
        tabIndex={0}
        role="group"
        aria-label="The image: move the cursor with the arrow keys, place with Enter"
        style={{
          aspectRatio: `${media.width} / ${media.height}`,
          maxInlineSize: `min(100%, ${(70 * media.width) / media.height}dvh)`,
        }}
        onPointerDown={down}
        onPointerMove={drag}
        onPointerUp={up}
        onPointerCancel={() => setDrawn([])}
      >
        <div
          ref={image}
          className="stage-image"
          style={{ transform: `translate(${shift.x}%, ${shift.y}%) scale(${scale})` }}
        >
          <img src={mediaUrl(media)} alt="The response" draggable={false} />
          <svg className="marks" viewBox={`0 0 ${media.width} ${media.height}`} aria-hidden="true">
            <Patterns id={id} size={media} />
            {marks.map((mark, i) => (
              <MarkShape key={i} id={id} mark={mark} size={media} lit={lit === i} />
            ))}
            <InHand tool={tool} kind={kind} drawn={drawn} cursor={cursor} brush={brush} size={media} scale={scale} />
          </svg>
        </div>
      </div>
      <p className="hidden" role="status">
        {cursor !== null && `${Math.round(100 * cursor.x)} % across, ${Math.round(100 * cursor.y)} % down`}
      </p>
      <MarkList marks={marks} onLight={setLit} onRemove={(index) => onChange(marks.filter((_, i) => i !== index))} />
    </div>
  );
};
