import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOfContent, hashPerson } from '../../activities/item-builder.ts';
import { hashOf } from '../../models/hash.ts';
import { Message, Response } from '../../schemas/item.ts';
import { rowsFor } from '../support/rows.ts';

describe('content hash', () => {
  it('is that of the canonical JSON, with media and without', () => {
    const messages = fc.array(rowsFor(Message).map((value) => Message.parse(value)));
    const responses = fc.array(rowsFor(Response).map((value) => Response.parse(value)));
    fc.assert(
      fc.property(messages, responses, (prompt, given) => {
        expect(hashOfContent(prompt, given)).toBe(hashOf({ prompt, responses: given }));
      }),
    );
  });
});

describe('people', () => {
  it('are hashed once, and never without a key', () => {
    const hashed = hashPerson('key', 'ann');
    expect(hashed).toMatch(/^sub_[0-9a-f]{32}$/);
    expect(hashPerson('key', hashed)).toBe(hashed);
    expect(hashPerson('other', 'ann')).not.toBe(hashed);
    expect(() => hashPerson('', 'ann')).toThrow(expect.objectContaining({ code: 'ASY-9006' }));
  });
});
