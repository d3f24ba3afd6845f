import { z } from 'zod';
import { Bytes } from '../../schemas/primitives.ts';
import { jsonText } from './json-text.ts';

/** One Parquet column of a zod object's field. */
export interface Column {
  readonly name: string;
  /** DuckDB type of the stored column. */
  readonly type: string;
  /** Absent, not null, when the schema says `optional`. */
  readonly optional: boolean;
  /** Bytes in the row too, which go beside its JSON text. */
  readonly raw: boolean;
}

type Schema = z.core.$ZodType;
type Fields = ReadonlyMap<string, readonly Schema[]>;

const cache = new WeakMap<Schema, readonly Column[]>();

/**
 * The columns of a row schema: string → VARCHAR, int → BIGINT, number → DOUBLE, boolean → BOOLEAN, bytes and base64 → BLOB (top level),
 * array → LIST, object → STRUCT, everything open or mixed → JSON. An intersection has the columns of both sides; in a union of
 * objects a field whose type differs between options is JSON. Throws TypeError for a schema that is no row.
 */
export const columnsOf = (schema: z.ZodType): readonly Column[] => {
  const known = cache.get(schema);
  if (known !== undefined) return known;
  const columns = [...fieldsOf(schema)].map(([name, options]) => {
    const types = new Set(options.map((option) => typeOf(option, true)));
    const [type] = types;
    return {
      name,
      type: types.size === 1 && type !== undefined ? type : 'JSON',
      optional: options.some((option) => option instanceof z.ZodOptional),
      raw: options.some((option) => unwrap(option) === Bytes),
    };
  });
  if (columns.length === 0) throw new TypeError('a row schema needs at least one field');
  cache.set(schema, columns);
  return columns;
};

const fieldsOf = (schema: Schema): Fields => {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject)
    return new Map(Object.entries(inner.shape).map(([name, field]) => [name, [field as Schema]]));
  if (inner instanceof z.ZodIntersection) return merge([fieldsOf(inner.def.left), fieldsOf(inner.def.right)]);
  if (inner instanceof z.ZodUnion) return merge(inner.def.options.map(fieldsOf));
  throw new TypeError(`a row schema is an object, not ${inner._zod.def.type}`);
};

const merge = (parts: readonly Fields[]): Fields => {
  const all = new Map<string, Schema[]>();
  for (const part of parts) for (const [name, options] of part) all.set(name, [...(all.get(name) ?? []), ...options]);
  return all;
};

/** The schema under what does not change its output type's shape, and under null and absence, which every column allows. */
const unwrap = (schema: Schema): Schema => {
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.out);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return unwrap(schema.def.innerType);
  return schema;
};

const typeOf = (outer: Schema, top: boolean): string => {
  const schema = unwrap(outer);
  if (schema === Bytes) {
    if (top) return 'BLOB';
    throw new TypeError('bytes are a column of their own');
  }
  // Nested bytes stay text: only a column of their own is converted on the way in and out.
  if (schema instanceof z.ZodBase64) return top ? 'BLOB' : 'VARCHAR';
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat || schema instanceof z.ZodEnum)
    return 'VARCHAR';
  if (schema instanceof z.ZodLiteral)
    return schema.def.values.every((value) => typeof value === 'string') ? 'VARCHAR' : 'JSON';
  if (schema instanceof z.ZodNumber) return schema.isInt ? 'BIGINT' : 'DOUBLE';
  if (schema instanceof z.ZodBoolean) return 'BOOLEAN';
  if (schema instanceof z.ZodArray) {
    const element = typeOf(schema.def.element, false);
    return element === 'JSON' ? 'JSON' : `${element}[]`;
  }
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([name, field]) => ({ name, field: field as Schema }));
    // A struct cannot tell an absent field from a null one, and has no form without fields.
    if (fields.length === 0 || fields.some(({ field }) => field instanceof z.ZodOptional)) return 'JSON';
    const types = fields.map(({ name, field }) => ({ name, type: typeOf(field, false) }));
    return `STRUCT(${types.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ')})`;
  }
  return 'JSON';
};

/** An SQL identifier. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An SQL string. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const isText = (type: string): boolean => type === 'BLOB' || type === 'JSON';

/**
 * Query that turns the rows of `given` (rows.ts) into the stored columns: in the JSON text bytes are base64, and open values JSON
 * text of their own, which is stored letter for letter. Throws DuckDB's error for a value that does not fit its column.
 */
export const storedRows = (columns: readonly Column[]): string => {
  const texts = columns.filter(({ raw }) => !raw).map(({ name, type }) => [name, isText(type) ? 'VARCHAR' : type]);
  const structure = literal(JSON.stringify(Object.fromEntries(texts)));
  const stored = columns.map(({ name, type, raw }) => {
    const column = quoted(name);
    if (raw) return `${bytesColumn(name)} AS ${column}`;
    const value = `fields.${column}`;
    if (type === 'BLOB') return `from_base64(${value}) AS ${column}`;
    return type === 'JSON' ? `${value}::JSON AS ${column}` : `${value} AS ${column}`;
  });
  return `SELECT ${stored.join(', ')} FROM (SELECT *, from_json_strict(json, ${structure}) AS fields FROM given)`;
};

/** The column of `given` with the bytes of a stored one. */
export const bytesColumn = (name: string): string => quoted(`${name} bytes`);

/**
 * Select list of a stored row as `jsonRows` reads it: one JSON text, open values as text within it, then bytes as they are. A column
 * that is not `present` (the shard is older than it) is null.
 */
export const readColumns = (columns: readonly Column[], present: ReadonlySet<string>): string => {
  const fields = columns
    .filter(({ raw }) => !raw)
    .map(({ name, type }) => {
      const column = quoted(name);
      if (!present.has(name)) return `${column} := NULL`;
      if (type === 'BLOB') return `${column} := base64(${column})`;
      return `${column} := ${column}${type === 'JSON' ? '::VARCHAR' : ''}`;
    });
  const text = fields.length === 0 ? "'{}'" : `to_json(struct_pack(${fields.join(', ')}))::VARCHAR`;
  return [text, ...columns.filter(({ raw }) => raw).map(({ name }) => quoted(name))].join(', ');
};

/** A row as `storedRows` expects its JSON text: every field but bytes, null where there is none. */
export const encoder = (columns: readonly Column[]): ((row: unknown) => unknown) => {
  const texts = columns.filter(({ raw }) => !raw);
  return (given) => {
    const row = given as Readonly<Record<string, unknown>>;
    const copy: Record<string, unknown> = {};
    for (const { name, type } of texts) {
      const value = row[name] ?? null;
      copy[name] = type === 'JSON' && value !== null ? jsonText(value) : value;
    }
    return copy;
  };
};

/** A row from what `readColumns` gave. */
export const decoder = (columns: readonly Column[]): ((row: unknown) => unknown) => {
  const open = namesOf(columns, ({ type }) => type === 'JSON');
  const optional = namesOf(columns, (column) => column.optional);
  return (given) => {
    const row = given as Record<string, unknown>;
    for (const name of open) if (row[name] !== null) row[name] = JSON.parse(row[name] as string);
    for (const name of optional) if (row[name] === null) delete row[name];
    return row;
  };
};

const namesOf = (columns: readonly Column[], wanted: (column: Column) => boolean): string[] =>
  columns.filter(wanted).map(({ name }) => name);
