/** The thread that runs one predicate over its inputs in QuickJS, an engine of its own in WebAssembly. Started by runner.ts only. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  DefaultIntrinsics,
  getQuickJS,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
} from 'quickjs-emscripten';
import type { PredicateInput } from '../../evalgen/predicate.ts';
import type { Job, Told } from './messages.ts';

/** Bytes that the engine may allocate for one input. */
const MEMORY = 32 * 2 ** 20;
const STACK = 256 * 2 ** 10;
/** Times that the engine may ask whether to go on: about every 10,000 operations, so the limit is the same on every machine. */
const MOST_ASKED = 500;
const MOST_FAULT = 200;

/** What is left of the globals is a language without clock, chance and clean-up callbacks: the same input, the same verdict. */
const PRELUDE = `'use strict';
delete Math.random;
delete globalThis.WeakRef;
delete globalThis.FinalizationRegistry;`;

const faultOf = (context: QuickJSContext, error: QuickJSHandle): string => {
  const said: unknown = error.consume((handle) => context.dump(handle));
  const { name, message } = (said ?? {}) as { name?: unknown; message?: unknown };
  const text = typeof message === 'string' ? `${typeof name === 'string' ? `${name}: ` : ''}${message}` : String(said);
  return text.slice(0, MOST_FAULT);
};

/** The verdict on one input, in an engine that knows no other input; a text says why there is none. */
const verdictOn = (engine: QuickJSWASMModule, code: string, input: PredicateInput): boolean | string => {
  const runtime = engine.newRuntime({ memoryLimitBytes: MEMORY, maxStackSizeBytes: STACK });
  let asked = 0;
  runtime.setInterruptHandler(() => ++asked > MOST_ASKED);
  const context = runtime.newContext({ intrinsics: { ...DefaultIntrinsics, Date: false } });
  try {
    const prelude = context.evalCode(PRELUDE, 'prelude.js');
    if (prelude.error) return faultOf(context, prelude.error);
    prelude.value.dispose();
    // As JSON, which is JavaScript: a NUL would end a text that is handed over.
    const given = context.evalCode(
      `(${JSON.stringify({ prompt: input.prompt, response: input.response })})`,
      'input.js',
    );
    if (given.error) return faultOf(context, given.error);
    return given.value.consume((argument) => {
      // The line break keeps a comment at the code's end from swallowing the bracket.
      const evaluated = context.evalCode(`(${code}\n)`, 'assertion.js', { strict: true });
      if (evaluated.error) return faultOf(context, evaluated.error);
      return evaluated.value.consume((predicate) => {
        const type = context.typeof(predicate);
        if (type !== 'function') return `the code is ${type}, not a function`;
        const answer = context.callFunction(predicate, context.undefined, argument);
        if (answer.error) return faultOf(context, answer.error);
        return answer.value.consume((value) => {
          const type = context.typeof(value);
          return type === 'boolean' ? context.dump(value) === true : `the function returned ${type}, not true or false`;
        });
      });
    });
  } finally {
    context.dispose();
    runtime.dispose();
  }
};

const { code, inputs } = workerData as Job;
const tell = (told: Told): void => parentPort?.postMessage(told);

const engine = await getQuickJS();
tell({ ready: true });
for (const input of inputs) tell({ verdict: verdictOn(engine, code, input) });
