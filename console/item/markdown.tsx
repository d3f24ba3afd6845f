/** Markdown that people or models wrote, shown without trusting it: no HTML, nothing fetched, nothing that leads elsewhere by a click. */
import type { ReactNode } from 'react';
import Rendered, { type Components } from 'react-markdown';
import gfm from 'remark-gfm';
import { Code } from './code.tsx';

const textOf = (node: ReactNode): string =>
  typeof node === 'string' || typeof node === 'number'
    ? String(node)
    : Array.isArray(node)
      ? node.map((one: ReactNode) => textOf(one)).join('')
      : '';

const components: Components = {
  // Headings of a text stand below those of the page.
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  h4: 'h6',
  h5: 'h6',
  /** A link's words, and where it would lead: to be read, not followed. */
  a: ({ href, children }) => (
    <span>
      <span className="link-text">{children}</span>
      {href !== undefined && href !== textOf(children) && <span className="link-target"> ({href})</span>}
    </span>
  ),
  img: ({ src, alt }) => (
    <span className="link-target">
      [image: {alt} {src}]
    </span>
  ),
  pre: ({ children }) => children,
  code: ({ className, children }) => {
    const text = textOf(children);
    const language = /language-([\w+-]+)/.exec(className ?? '')?.[1];
    return language !== undefined || text.includes('\n') ? (
      <Code text={text.replace(/\n$/, '')} language={language} />
    ) : (
      <code dir="ltr">{children}</code>
    );
  },
  input: ({ checked }) => <span>{checked === true ? '☑' : '☐'} </span>,
};

/** Targets are shown as they were written. */
const asWritten = (url: string): string => url;

export const Markdown = ({ text }: { text: string }) => (
  <div className="prose" dir="auto">
    <Rendered remarkPlugins={[gfm]} components={components} urlTransform={asWritten}>
      {text}
    </Rendered>
  </div>
);
