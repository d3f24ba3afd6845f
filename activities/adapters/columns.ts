import { z } from 'zod';
import { jsonText } from './ndjson.ts';

/** One Parquet column of a zod object's field. */
export interface Column {
  readonly name: string;
  /** DuckDB type of the stored column. */
  readonly type: string;
  /** Absent, not null, when the schema says `optional`. */
  readonly optional: boolean;
}

type Schema = z.core.$ZodType;
type Fields = ReadonlyMap<string, readonly Schema[]>;

const cache = new WeakMap<Schema, readonly Column[]>();

/**
 * The columns of a row schema: string → VARCHAR, int → BIGINT, number → DOUBLE, boolean → BOOLEAN, base64 → BLOB (top level),
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

/**
 * The `columns` argument of `read_json` for rows as JSON text: bytes arrive as base64, open values as JSON text of their own,
 * which is stored letter for letter.
 */
export const jsonColumns = (columns: readonly Column[]): string =>
  `{${columns.map(({ name, type }) => `${quoted(name)}: ${literal(isText(type) ? 'VARCHAR' : type)}`).join(', ')}}`;

const isText = (type: string): boolean => type === 'BLOB' || type === 'JSON';

/** Select list that turns columns read by `jsonColumns` into the stored ones. */
export const storedColumns = (columns: readonly Column[]): string =>
  columns
    .map(({ name, type }) => {
      const column = quoted(name);
      if (type === 'BLOB') return `from_base64(${column}) AS ${column}`;
      return type === 'JSON' ? `${column}::JSON AS ${column}` : column;
    })
    .join(', ');

/** SQL expression: the stored row as one JSON text, open values as text within it. */
export const rowAsJson = (columns: readonly Column[]): string => {
  const fields = columns.map(({ name, type }) => {
    const column = quoted(name);
    if (type === 'BLOB') return `${column} := base64(${column})`;
    return `${column} := ${column}${type === 'JSON' ? '::VARCHAR' : ''}`;
  });
  return `to_json(struct_pack(${fields.join(', ')}))::VARCHAR`;
};

/** A row as `jsonColumns` reads it. */
export const encoder = (columns: readonly Column[]): ((row: unknown) => unknown) => {
  const open = namesOf(columns, ({ type }) => type === 'JSON');
  if (open.length === 0) return (row) => row;
  return (row) => {
    const copy: Record<string, unknown> = { ...(row as Record<string, unknown>) };
    for (const name of open) if (copy[name] != null) copy[name] = jsonText(copy[name]);
    return copy;
  };
};

/** A row from what `rowAsJson` gave. */
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
