import { continueAsNew, type Workflow } from '@temporalio/workflow';

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** Continue as new with state the compiler has checked to be plain JSON: a Map here would arrive as `{}`. */
export const resume = <F extends Workflow>(state: Parameters<F>[0] & Json): Promise<never> =>
  continueAsNew<F>(...([state] as unknown as Parameters<F>));
