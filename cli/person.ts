import type { Context } from './context.ts';

/** Who decides where nobody says so. */
export const personOf = ({ env }: Context): string => env['USER'] ?? env['USERNAME'] ?? 'the command line';
