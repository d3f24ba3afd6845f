/** The typed client of the HTTP API: `api('http://127.0.0.1:7400').api.runs.$get()`, with inputs and answers checked by the compiler. */
import { hc } from 'hono/client';
import type { App } from '../server/app.ts';

export const api = (base: string, options?: Parameters<typeof hc>[1]) => hc<App>(base, options);
