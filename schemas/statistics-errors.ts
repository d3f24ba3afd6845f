/** Faults of files that `stats` and `verify` read: the 7xxx of the catalogue. */
import type { Entry } from './error-entry.ts';

export const STATISTICS_ERRORS = {
  'ASY-7001': {
    name: 'StatsInputInvalid',
    retry: false,
    text: (d) => `${d['file']}:${d['line']}: ${d['reason']}`,
    fix: 'correct the named line',
  },
  'ASY-7002': {
    name: 'StatsInputEmpty',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'give at least the stated number of rows',
  },
  'ASY-7003': {
    name: 'ArrayUnreadable',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'write the array with numpy.save, in C order',
  },
  'ASY-7004': {
    name: 'ArrayTypeRefused',
    retry: false,
    text: (d) => `${d['file']}: type ${d['type']}`,
    fix: 'save it as float16, float32, float64, bool or uint8 (0 … 255 for 0 … 1)',
  },
  'ASY-7005': {
    name: 'ArrayShapeRefused',
    retry: false,
    text: (d) => `${d['file']}: shape ${d['shape']}: ${d['reason']}`,
    fix: 'give both files one shape: maps × height × width, or height × width for a single map',
  },
  'ASY-7006': {
    name: 'ArrayValueInvalid',
    retry: false,
    text: (d) => `${d['file']}: map ${d['map']}, row ${d['row']}, column ${d['column']} is ${d['value']}`,
    fix: 'heatmaps have values from 0 to 1',
  },
  'ASY-7050': {
    name: 'BenchmarkRowInvalid',
    retry: false,
    text: (d) => `${d['file']}:${d['line']}: ${d['reason']}`,
    fix: 'name the field that holds the question with --field',
  },
  'ASY-7051': {
    name: 'TooManyRows',
    retry: false,
    text: (d) => `${d['file']} has more than ${d['limit']} rows`,
    fix: 'split the file: one command holds what it compares in memory',
  },
} as const satisfies Record<string, Entry>;
