/**
 * The payload converter of clients, workers and workflows alike: Temporal's JSON, with a ceiling. Bytes live in S3, so a large
 * payload is a fault of ours: better a failed call here than a history that grows until the server ends it.
 */
import { ApplicationFailure, DefaultPayloadConverter, type Payload } from '@temporalio/common';

/** One payload over this fails at once (design §3). */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

class BoundedPayloadConverter extends DefaultPayloadConverter {
  override toPayload<T>(value: T): Payload {
    const payload = super.toPayload(value);
    const bytes = payload.data?.length ?? 0;
    if (bytes > MAX_PAYLOAD_BYTES) {
      throw ApplicationFailure.nonRetryable(`ASY-4007 payload of ${bytes} bytes`, 'ASY-4007');
    }
    return payload;
  }
}

export const payloadConverter = new BoundedPayloadConverter();
