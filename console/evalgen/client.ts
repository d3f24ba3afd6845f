/** What the pages of studies ask the server, and under which keys it is kept. */
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { Study, StudyLine, StudyReport } from '../../schemas/evalgen.ts';
import { get } from '../client.ts';

export const studyPath = (study: string): string => `/api/evalgen/${encodeURIComponent(study)}`;

export const studiesQuery = queryOptions({
  queryKey: ['evalgen'],
  queryFn: async () => (await get('/api/evalgen', z.object({ studies: z.array(StudyLine) }))).studies,
});

export const studyQuery = (study: string) =>
  queryOptions({ queryKey: ['evalgen', study], queryFn: () => get(studyPath(study), Study) });

export const reportQuery = (study: string, most: number) =>
  queryOptions({
    queryKey: ['evalgen', study, 'report', most],
    queryFn: () => get(`${studyPath(study)}/report?most=${most}`, StudyReport),
  });
