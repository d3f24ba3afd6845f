import { describe, expect, it } from 'vitest';
import { createAnnotatorCatalog } from '../../activities/annotator-catalog.ts';
import { AnnotatorProfile } from '../../schemas/annotator.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';

const profile = (subject: string, more: object = {}) => AnnotatorProfile.parse({ subject, ...more });

describe('the registry of annotators', () => {
  it('knows of somebody nobody has described that they may work', async () => {
    const catalog = createAnnotatorCatalog(createMemoryObjects());
    expect(await catalog.get('sub_a')).toEqual(profile('sub_a'));
    expect(await catalog.preferences('sub_a')).toEqual({ optOut: [], breakMinutes: 50 });
    expect(await catalog.list()).toEqual([]);
  });

  it('keeps what was said last, and does not list preferences', async () => {
    const catalog = createAnnotatorCatalog(createMemoryObjects());
    await catalog.put(profile('sub_a', { skills: ['legal'] }));
    await catalog.put(profile('sub_a', { skills: ['medical'], vendor: 'acme' }));
    await catalog.put(profile('sub_b', { active: false }));
    await catalog.setPreferences('sub_a', { optOut: ['war'], breakMinutes: null });
    expect(await catalog.get('sub_a')).toMatchObject({ skills: ['medical'], vendor: 'acme' });
    expect((await catalog.list()).map(({ subject }) => subject)).toEqual(['sub_a', 'sub_b']);
    expect(await catalog.preferences('sub_a')).toEqual({ optOut: ['war'], breakMinutes: null });
    expect(await catalog.preferences('sub_b')).toEqual({ optOut: [], breakMinutes: 50 });
  });

  it('keeps when somebody worked, beside their profile', async () => {
    const catalog = createAnnotatorCatalog(createMemoryObjects());
    expect(await catalog.stretches('sub_a')).toEqual([]);
    await catalog.setStretches('sub_a', [[1, 2]]);
    expect(await catalog.stretches('sub_a')).toEqual([[1, 2]]);
    expect(await catalog.list()).toEqual([]);
  });

  it.each(['../x', 'sub_a.preferences', '', 'a b', '.a'])('refuses %j as somebody', async (subject) => {
    const objects = createMemoryObjects();
    const catalog = createAnnotatorCatalog(objects);
    for (const call of [
      () => catalog.get(subject),
      () => catalog.put({ ...profile('sub_a'), subject }),
      () => catalog.preferences(subject),
      () => catalog.setPreferences(subject, { optOut: [], breakMinutes: null }),
    ])
      await expect((async () => call())()).rejects.toMatchObject({ code: 'ASY-1004' });
    expect(objects.entries.size).toBe(0);
  });
});
