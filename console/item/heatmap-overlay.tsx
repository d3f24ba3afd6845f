import { useEffect, useRef } from 'react';

/** A colour as red, green and blue, 0 … 255. */
export type Rgb = readonly [number, number, number];

/** The kinds' colours, as in style/tokens.css. */
export const KIND_COLOUR = {
  implausibility: [217, 72, 15],
  misalignment: [28, 126, 214],
} as const satisfies Record<string, Rgb>;

/** How solid the fullest place is drawn. */
const SOLID = 200;

/** A map of shares 0 … 1, row by row, drawn over whatever it lies on: the more, the more solid. */
export const HeatmapOverlay = ({
  map,
  width,
  height,
  colour,
}: {
  map: ArrayLike<number>;
  width: number;
  height: number;
  colour: Rgb;
}) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined) return;
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++)
      image.data.set([...colour, Math.round(SOLID * Math.min(1, Math.max(0, map[i] ?? 0)))], 4 * i);
    context.putImageData(image, 0, 0);
  }, [map, width, height, colour]);
  return <canvas ref={canvas} width={width} height={height} aria-hidden="true" />;
};
