/** Votes for categories on many items in typed arrays: what the methods that learn from the whole drop run over. */
import { byText } from '../order.ts';

/** Twelve bytes a vote and item at most; names are kept once. */
export interface VoteTable {
  readonly items: number;
  /** Sorted by text. */
  readonly annotators: readonly string[];
  /** Sorted by text. */
  readonly categories: readonly string[];
  /** The votes on item i are those from starts[i], before starts[i + 1], sorted by annotator. */
  readonly starts: Int32Array;
  /** Of each vote: indices into `annotators` and `categories`. */
  readonly annotator: Int32Array;
  readonly category: Int32Array;
}

export interface CategoryVote {
  readonly annotator: string;
  readonly category: string;
}

export interface VoteCollector {
  /** Takes all votes on the next item, one an annotator. */
  add(votes: readonly CategoryVote[]): void;
  end(): VoteTable;
}

/** Integers, pushed one after another. */
const createInts = () => {
  let all = new Int32Array(1024);
  let length = 0;
  return {
    push(value: number): void {
      if (length === all.length) {
        const larger = new Int32Array(2 * length);
        larger.set(all);
        all = larger;
      }
      all[length++] = value;
    },
    end: () => all.slice(0, length),
  };
};

/** Names as integers in order of arrival. */
const createNames = () => {
  const codes = new Map<string, number>();
  return {
    codeOf(name: string): number {
      const known = codes.get(name);
      if (known !== undefined) return known;
      codes.set(name, codes.size);
      return codes.size - 1;
    },
    /** The names sorted, and the place of each code among them. */
    end() {
      const names = [...codes.keys()].sort(byText);
      const places = new Int32Array(names.length);
      names.forEach((name, place) => {
        places[codes.get(name) ?? 0] = place;
      });
      return { names, places };
    },
  };
};

/** Collects votes item by item; the order of votes on one item is forgotten. */
export const collectVotes = (): VoteCollector => {
  const [annotators, categories] = [createNames(), createNames()];
  const [starts, annotator, category] = [createInts(), createInts(), createInts()];
  let votes = 0;
  starts.push(0);
  return {
    add(given) {
      for (const vote of given.toSorted((a, b) => byText(a.annotator, b.annotator))) {
        annotator.push(annotators.codeOf(vote.annotator));
        category.push(categories.codeOf(vote.category));
      }
      votes += given.length;
      starts.push(votes);
    },
    end() {
      const [who, what] = [annotators.end(), categories.end()];
      const begins = starts.end();
      return {
        items: begins.length - 1,
        annotators: who.names,
        categories: what.names,
        starts: begins,
        annotator: annotator.end().map((code) => who.places[code] ?? 0),
        category: category.end().map((code) => what.places[code] ?? 0),
      };
    },
  };
};

/** A row of a table of votes. */
export interface VoteRow extends CategoryVote {
  readonly item: string;
}

/** Rows gathered by item, items sorted by text: the same table whatever the order of the rows. */
export const voteTable = (
  rows: readonly VoteRow[],
): { readonly items: readonly string[]; readonly table: VoteTable } => {
  const groups = new Map<string, VoteRow[]>();
  for (const row of rows) {
    const known = groups.get(row.item);
    if (known === undefined) groups.set(row.item, [row]);
    else known.push(row);
  }
  const items = [...groups.keys()].sort(byText);
  const votes = collectVotes();
  for (const item of items) votes.add(groups.get(item) ?? []);
  return { items, table: votes.end() };
};
