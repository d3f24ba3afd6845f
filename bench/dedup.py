"""What datasketch and rensa make of the texts that bench/dedup.ts writes: `python bench/dedup.py TEXTS.json`, one JSON line each.

Needs datasketch, rensa, xxhash and numpy. Both get the word 5-grams that Assay compares (scripts without spaces apart: words are
what stands between white space), 14 bands × 8 rows, one thread, and are asked for the candidates of every text.
"""
import json
import os
import sys
import time
import unicodedata
from importlib.metadata import version

os.environ["RAYON_NUM_THREADS"] = "1"

from datasketch import MinHash, MinHashLSH  # noqa: E402
from rensa import RMinHash, RMinHashLSH  # noqa: E402
from xxhash import xxh32_intdigest  # noqa: E402

BANDS, ROWS = 14, 8
texts = json.load(open(sys.argv[1]))


def shingles(text):
    words = unicodedata.normalize("NFC", text).lower().split()
    return list({" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))})


def datasketch():
    sets = [[gram.encode() for gram in shingles(text)] for text in texts]
    made = time.process_time()
    signatures = MinHash.bulk(sets, num_perm=BANDS * ROWS, hashfunc=xxh32_intdigest)
    lsh = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    for row, signature in enumerate(signatures):
        lsh.insert(row, signature)
    return made, [lsh.query(signature) for signature in signatures]


def rensa():
    sets = [shingles(text) for text in texts]
    made = time.process_time()
    signatures = RMinHash.from_token_sets(sets, num_perm=BANDS * ROWS, seed=1)
    lsh = RMinHashLSH(threshold=0.8, num_perm=BANDS * ROWS, num_bands=BANDS)
    lsh.insert_many(signatures)
    return made, lsh.query_all(signatures)


for peer in (datasketch, rensa):
    start = time.process_time()
    made, candidates = peer()
    end = time.process_time()
    pairs = [[row, other] for row, others in enumerate(candidates) for other in others if row < other]
    name = f"{peer.__name__} {version(peer.__name__)}"
    print(json.dumps({"peer": name, "seconds": end - start, "shingling": made - start, "pairs": pairs}))
