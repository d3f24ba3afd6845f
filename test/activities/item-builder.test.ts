import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildItem, hashOfContent, hashPerson, originOf } from '../../activities/item-builder.ts';
import { hashOf } from '../../models/hash.ts';
import type { DropManifest } from '../../schemas/drop.ts';
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

describe('translations', () => {
  const drop: DropManifest = {
    name: 'd',
    modality: 'text',
    format: 'assay',
    license: 'MIT',
    purpose: ['test'],
    language: 'de',
  };
  const built = (language: string | null, translatedFrom: string | null) => {
    const draft = { externalId: 'x', prompt: [], group: null, annotations: [], language, translatedFrom };
    const responses = [{ model: null, text: 'r', file: null }];
    return buildItem(drop, { ...draft, responses }, new Map(), originOf(drop, 'f', 1, {}, 'key')).translatedFrom;
  };

  it('S244: name the language of their original; a text in the language it was written in is none', () => {
    expect(built('sw', 'en')).toBe('en');
    expect(built('pt-BR', 'pt')).toBe('pt');
    expect(built(null, 'en')).toBe('en');
    expect(built('sw', null)).toBeNull();
    expect(built('EN', 'en')).toBeNull();
    expect(built(null, 'de')).toBeNull();
  });
});
