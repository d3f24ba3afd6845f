/** The audit log's writer: appends to the chain in S3, together with other servers, and returns once what it was told is stored. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ObjectStore } from '../../activities/ports.ts';
import { type AuditHead, AuditRecord } from '../../schemas/audit.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { Audit } from '../ports.ts';
import { chain, entriesOf, GENESIS, linesOf } from './chain.ts';
import { lastObject } from './objects.ts';

/** Entries of one object at most. */
const GROUP = 500;

/** Objects that other servers may write first before this one gives up. */
const TRIES = 100;

/** The longest pause between two writes, in milliseconds. */
const MAX_PAUSE = 100;

/** The end of the chain, and the number of the object that holds it. */
interface End extends AuditHead {
  readonly object: number;
}

interface Waiting {
  readonly record: AuditRecord;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Entries told while a write is under way go together into the next object. A write that fails is not tried again here: its callers
 * are told, and whether it took effect is found out by the next one, which reads the end anew.
 */
export const createAudit = (objects: Pick<ObjectStore, 'create' | 'get' | 'head'>, now = Date.now): Audit => {
  const waiting: Waiting[] = [];
  let writing = false;
  let end: End | null = null;

  const endOf = async (object: number): Promise<End> => {
    if (object === 0) return { object, ...GENESIS };
    const key = keys.audit(object);
    const { n, hash } = entriesOf(key, (await objects.get(key)).toString('utf8')).at(-1) ?? GENESIS;
    return { object, n, hash };
  };

  /** Returns the milliseconds that the write took which stored them. */
  const store = async (records: readonly AuditRecord[]): Promise<number> => {
    for (let tries = 0; tries < TRIES; tries++) {
      end ??= await endOf(await lastObject(objects));
      const object: number = end.object + 1;
      const entries = chain(end, records);
      const began = performance.now();
      const created = await objects.create(keys.audit(object), linesOf(entries), {
        contentType: 'application/x-ndjson',
      });
      end = await (created
        ? { object, n: end.n + entries.length, hash: entries.at(-1)?.hash ?? end.hash }
        : endOf(object));
      // Not created, and yet ours: the client sent it again because an answer got lost.
      if (end.hash === entries.at(-1)?.hash) return performance.now() - began;
    }
    throw new AssayError('ASY-3004', { table: 'audit', tries: TRIES });
  };

  const drain = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, GROUP);
      try {
        const ms = await store(group.map(({ record }) => record));
        for (const { stored } of group) stored();
        // Who lost the race must read what won before they can write, twice as long as a write: a busy server would win every time.
        await pause(Math.min(ms * (2 + 2 * Math.random()), MAX_PAUSE));
      } catch (error) {
        end = null;
        for (const { failed } of group) failed(error);
      }
    }
    writing = false;
  };

  return {
    record: (said) =>
      new Promise((stored, failed) => {
        waiting.push({ record: AuditRecord.parse({ id: randomUUID(), at: now(), ...said }), stored, failed });
        if (!writing) void drain();
      }),
  };
};
