import { Preferences } from '../../schemas/annotator.ts';
import { get, put } from '../client.ts';

export const readPreferences = (): Promise<Preferences> => get('/api/preferences', Preferences);
export const writePreferences = (preferences: Preferences): Promise<Preferences> =>
  put('/api/preferences', preferences, Preferences);
