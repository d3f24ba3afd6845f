/** What the thread is started with: the bytes of a tokenizer.json. It is then sent one text at a time. */
export interface Job {
  readonly json: Uint8Array;
}

/** What the thread tells: that it is there, then the tokens of each text, or why there is no count. */
export type Told = { readonly ready: true } | { readonly tokens: number } | { readonly fault: string };
