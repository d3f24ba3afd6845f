/** Prints docs/reference/errors.md from the catalogue: `node scripts/errors-page.ts > docs/reference/errors.md`. */
import { ERRORS } from '../schemas/errors.ts';

/** Texts with their details named: `no drop named ‹drop›`. */
const named: Record<string, string> = new Proxy({}, { get: (_t, key) => `‹${String(key)}›` });

const SECTIONS: Record<string, string> = {
  '1': 'Drops and files',
  '2': 'Rows and media',
  '3': 'Storage and servers',
  '4': 'Annotation and review',
  '5': 'Models',
  '6': 'Datasets and exports',
  '7': 'Statistics input',
  '8': 'Identity and access',
  '9': 'Command line and set-up',
};

export const errorsPage = (): string => {
  const lines = [
    '# Errors',
    '',
    'Every fault has a code. It is what the command line prints, the `type` of the failure in the Temporal UI, the `code` of a',
    'quarantined row, and the `code` of an HTTP answer. "Again" says whether the same call may succeed later by itself.',
  ];
  let section = '';
  for (const [code, { name, retry, text, fix }] of Object.entries(ERRORS)) {
    const digit = code.charAt(4);
    if (digit !== section) {
      section = digit;
      lines.push('', `## ${SECTIONS[digit]}`, '', '| code | name | says | way out | again |', '|---|---|---|---|---|');
    }
    const cell = (value: string) => value.replaceAll('|', '\\|');
    lines.push(`| ${code} | ${name} | ${cell(text(named))} | ${cell(fix)} | ${retry ? 'yes' : 'no'} |`);
  }
  return `${lines.join('\n')}\n`;
};

if (import.meta.main) process.stdout.write(errorsPage());
