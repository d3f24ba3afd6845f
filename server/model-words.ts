/** Figures, links and sections as the pages of heads write them. */
import { html } from 'hono/html';
import type { Content } from './html.ts';

export const fixed = (value: number): string => value.toFixed(3);
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const interval = ([low, high]: readonly [number, number]): string => `${fixed(low)} to ${fixed(high)}`;

export const pathOf = (name: string, version: string): string => `/models/${name}/${version}`;

export const section = (title: string, body: Content): Content => html`<section><h2>${title}</h2>${body}</section>`;
