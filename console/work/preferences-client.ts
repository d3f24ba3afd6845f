import { queryOptions } from '@tanstack/react-query';
import { Preferences } from '../../schemas/annotator.ts';
import { get, put } from '../client.ts';

export const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: () => get('/api/preferences', Preferences),
});
export const writePreferences = (preferences: Preferences): Promise<Preferences> =>
  put('/api/preferences', preferences, Preferences);
