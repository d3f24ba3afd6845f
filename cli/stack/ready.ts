/** How a process without a port tells its supervisor that it works. */
import { writeFileSync } from 'node:fs';

/** Called by `assay worker` when all its workers poll: writes the file named in `ASSAY_READY_FILE`; does nothing without a supervisor. */
export const announceReady = (): void => {
  const file = process.env['ASSAY_READY_FILE'];
  if (file !== undefined && file !== '') writeFileSync(file, `${process.pid}\n`);
};
