/** The few pages the server writes itself, before the console: text only, escaped, no scripts. */
import { html } from 'hono/html';

type Content = ReturnType<typeof html>;

export const page = (title: string, body: Content): Content => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Assay</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/">Assay</a></header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>`;

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; }
header a { font-weight: 700; text-decoration: none; color: inherit; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid color-mix(in srgb, currentColor 30%, transparent); padding-left: .75rem; margin: .5rem 0; font: inherit; }
img, video { max-width: 100%; height: auto; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
`;

export const grid = (
  head: readonly string[],
  rows: readonly (readonly (Content | string | number | null)[])[],
): Content =>
  rows.length === 0
    ? html`<p>None yet.</p>`
    : html`<div class="scroll"><table><thead><tr>${head.map((h) => html`<th>${h}</th>`)}</tr></thead><tbody>${rows.map(
        (row) => html`<tr>${row.map((value) => html`<td>${value ?? '–'}</td>`)}</tr>`,
      )}</tbody></table></div>`;
