import * as Plot from '@observablehq/plot';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

/** Least width that is drawn, in CSS pixels: a phone of 360 less its margins. */
const LEAST = 296;

/**
 * Plot's drawing without its style element, which the content security policy would refuse: charts.css says the same.
 * What Plot sets by script on elements themselves is allowed.
 */
const drawn = (options: Plot.PlotOptions): Element => {
  const svg = Plot.plot({ ...options, className: 'plot', document });
  for (const style of svg.querySelectorAll('style')) style.remove();
  return svg;
};

/** The width of an element in CSS pixels, as it changes; null before it is known. */
const useWidth = (): [(element: HTMLElement | null) => void, number | null] => {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState<number | null>(null);
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(LEAST, Math.floor(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, width];
};

/** A chart with its words: a title, what it shows, and the same figures as a table. `draw` is given the width in CSS pixels. */
export const Figure = ({
  title,
  description,
  draw,
  table,
}: {
  title: string;
  /** What somebody who does not see the chart should know of it. */
  description: string;
  draw: (width: number) => Plot.PlotOptions;
  table: ReactNode;
}) => {
  const id = useId();
  const [measured, width] = useWidth();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (width === null) return;
    const svg = drawn({ ...draw(width), width });
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-labelledby', `${id}-title`);
    svg.setAttribute('aria-describedby', `${id}-description`);
    // Its parts are drawing: what they say is in the description and the table.
    for (const part of svg.children) part.setAttribute('aria-hidden', 'true');
    place.current?.replaceChildren(svg);
  }, [draw, width, id]);
  return (
    <figure className="chart card">
      <figcaption>
        <h3 id={`${id}-title`}>{title}</h3>
        <p id={`${id}-description`} className="quiet">
          {description}
        </p>
      </figcaption>
      <div ref={measured}>
        <div ref={place} className="chart-place" />
      </div>
      <details>
        <summary>Table</summary>
        {table}
      </details>
    </figure>
  );
};
