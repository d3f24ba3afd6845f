"""Another implementation of the bundled text encoder, for test/models/encoders/static-e5.test.ts; needs numpy.

    python test/peers/static_e5.py DATA

DATA is the folder with MSVAMP (MathOctopus, MIT) and MLQE-PE (CC0). Writes test/fixtures/models/multilingual-texts.json, a few hundred
texts of both, and test/fixtures/models/static-e5.json: pieces and embeddings of some of them, from the committed model file by a plain
Viterbi over a dictionary and NumPy sums.
"""

import json
import math
import pathlib
import re
import struct
import sys
import unicodedata
import zlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "test" / "fixtures" / "models"
MODEL = ROOT / "models" / "bundled" / "text" / "static-e5.safetensors"
SPACES = "[\t\n\x0c\r\u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2581\u3000\ufeff\ufffd ]+"


def load():
    """The tensors of the file."""
    data = MODEL.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    types = {"U8": np.uint8, "F32": np.float32}
    return {
        name: np.frombuffer(data[8 + length + entry["data_offsets"][0] : 8 + length + entry["data_offsets"][1]], types[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def normalise(text):
    """nmt_nfkc, lower case, a mark for each space and one in front."""
    text = unicodedata.normalize("NFKC", re.sub(SPACES, " ", text)).lower()
    text = re.sub(" +", "▁", text)
    return text if text.startswith("▁") or not text else "▁" + text


def tokenize(text, scores, unknown):
    """The likeliest pieces; characters that no piece holds are left out."""
    best = [(0.0, 0, None)] + [(-math.inf, 0, None)] * len(text)
    for i in range(len(text)):
        for j in range(i + 1, min(len(text), i + 24) + 1):
            piece = text[i:j]
            score = best[i][0] + (scores[piece] if piece in scores else unknown if j == i + 1 else -math.inf)
            if score > best[j][0]:
                best[j] = (score, i, piece if piece in scores else None)
    pieces, at = [], len(text)
    while at > 0:
        _, at, piece = best[at]
        if piece is not None:
            pieces.append(piece)
    return pieces[::-1]


def main(data):
    """Writes both fixtures."""
    msvamp, mlqe = {}, {}
    for line in (data / "microsoft__MathOctopus" / "msvamp_10lang.base.jsonl").read_text("utf8").splitlines():
        row = json.loads(line)
        msvamp.setdefault(row["lang"], []).append(row["m_query"])
    for line in (data / "sheffieldnlp__mlqe-pe" / "da_dev_7lp.base.jsonl").read_text("utf8").splitlines():
        row = json.loads(line)
        mlqe.setdefault(row["lp"], []).append([row["original"], row["translation"]])
    texts = {
        "sources": {"msvamp": "microsoft/MathOctopus, MIT, rows 1–30 per language", "mlqe": "sheffieldnlp/mlqe-pe, CC0, rows 1–12 per pair"},
        "msvamp": {language: rows[:30] for language, rows in msvamp.items()},
        "mlqe": {pair: rows[:12] for pair, rows in mlqe.items()},
    }
    (FIXTURES / "multilingual-texts.json").write_text(json.dumps(texts, ensure_ascii=False, indent=1) + "\n", "utf8")

    tensors = load()
    pieces = zlib.decompress(tensors["pieces"].tobytes()).decode().split("\n")
    scores = {piece: float(np.float32(-score / 12)) for piece, score in zip(pieces, tensors["scores"].astype(int))}
    place = {piece: i for i, piece in enumerate(pieces)}
    weights = np.exp(-tensors["weights"].astype(float) / 24)
    cases = []
    for text in [rows[0] for rows in texts["msvamp"].values()] + [rows[1][0] for rows in texts["mlqe"].values()]:
        found = tokenize(normalise(text), scores, min(scores.values()) - 10)
        row = np.zeros(240)
        for piece in found:
            codes = tensors["codes"][place[piece]]
            # Code m holds components m, m + 60, m + 120 and m + 180.
            row += weights[place[piece]] * tensors["codebooks"][np.arange(60), codes].T.ravel()
        row /= np.linalg.norm(row)
        cases.append({"text": text, "pieces": found, "row": [round(float(value), 6) for value in row[:12]]})
    made = {"by": f"test/peers/static_e5.py, numpy {np.__version__}", "cases": cases}
    (FIXTURES / "static-e5.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
