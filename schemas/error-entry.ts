/** What a message is filled with. */
export type Details = Readonly<Record<string, string | number | null | undefined>>;
/** One fault of the catalogue. */
export interface Entry {
  readonly name: string;
  /** True where the same call may succeed later. */
  readonly retry: boolean;
  readonly text: (d: Details) => string;
  readonly fix: string;
}
