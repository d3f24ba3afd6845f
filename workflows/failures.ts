import { ApplicationFailure } from '@temporalio/workflow';
import { AssayError, type ErrorCode } from '../schemas/errors.ts';

/** A catalogue fault as Temporal carries it: type = code. Thrown from validators it refuses the Update and leaves no trace in history. */
export const fault = (code: ErrorCode, details: Record<string, string | number | null>): ApplicationFailure => {
  const error = new AssayError(code, details);
  return ApplicationFailure.nonRetryable(`${code} ${error.message}`, code, { fix: error.fix });
};
