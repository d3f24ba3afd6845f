"""Golden values for test/models/dedup, by Python's sets, datasketch, imagehash and NumPy: `python test/peers/dedup.py` rewrites test/fixtures/dedup/.

Needs numpy, regex, datasketch, imagehash and pillow; the versions used are stored in the fixtures. Texts are those of
examples/pairs, named by number, with words replaced; pictures are frames of examples/images (FETV, CC-BY-4.0), 32 × 32 and grey.
"""
import base64
import importlib.metadata
import io
import json
import pathlib
import random
import unicodedata

import imagehash
import numpy as np
import regex
from datasketch import MinHash
from PIL import Image, ImageEnhance

ROOT = pathlib.Path(__file__).parent.parent.parent
TARGET = ROOT / "test" / "fixtures" / "dedup"
NAMES = ("datasketch", "imagehash", "numpy", "pillow", "regex")
VERSIONS = {name: importlib.metadata.version(name) for name in NAMES}
SOLO = "".join(rf"\p{{Script={name}}}" for name in "Han Hiragana Katakana Thai Lao Khmer Myanmar Tibetan".split())
rng = random.Random(7)


def shingles(text, n=5):
    """The set of word n-grams that models/dedup/shingles.ts hashes, unhashed."""
    text = unicodedata.normalize("NFC", text).lower()
    words = regex.findall(rf"[{SOLO}]|[^\s{SOLO}]+", text)
    if len(words) >= n:
        return {("words", *words[i : i + n]) for i in range(len(words) - n + 1)}
    text = regex.sub(r"\s+", " ", text.strip())
    return {("characters", text[i : i + n]) for i in range(max(1, len(text) - n + 1))}


def jaccard(a, b):
    return len(a & b) / len(a | b)


def datasketch(a, b):
    signatures = []
    for grams in (a, b):
        signature = MinHash(num_perm=112, seed=1)
        signature.update_batch([repr(gram).encode() for gram in grams])
        signatures.append(signature)
    return signatures[0].jaccard(signatures[1])


def texts():
    rows = map(json.loads, (ROOT / "examples" / "pairs" / "pairs.jsonl").read_text().splitlines())
    return [response["text"] for row in rows for response in row["responses"]]


def edited(text, at):
    words = text.split()
    return " ".join(f"w{i}" if i in at else word for i, word in enumerate(words))


ODD = [
    ("", ""),
    ("", " \n\t"),
    ("Yes", "yes"),
    ("Yes", "yes!"),
    ("a b c d", "a  b c\td"),
    ("a b c d", "a b c d e"),
    ("👍🏽👍🏽👍🏽👍🏽", "👍🏽👍🏽👍🏽"),
    ("Café au lait, s’il vous plaît, merci", "Cafe\u0301 au lait, s’il vous plai\u0302t, merci"),
    ("İstanbul is a city in the north", "i̇stanbul is a city in the north"),
    ("我喜欢在北京的春天里慢慢散步", "我喜欢在北京的秋天里慢慢散步"),
    ("東京タワーはとても高いです", "東京タワーはとても低いです"),
    ("ฉันชอบกินข้าวผัดมากที่สุด", "ฉันชอบกินข้าวต้มมากที่สุด"),
    ("def f(x): return x + 1 if x else 0", "def f(x): return x - 1 if x else 0"),
    ("one two three four five", "one two three four five six"),
    ("the end of the end of the end of the end of", "the end of the end of"),
]


def pairs():
    """200 pairs over the whole range of similarity: texts with 0 to half of their words replaced, unrelated ones, and odd ones."""
    documents = texts()
    long = [i for i, text in enumerate(documents) if len(text.split()) >= 30]
    made = []
    for k in range(160):
        i = rng.choice(long)
        words = len(documents[i].split())
        at = sorted(rng.sample(range(words), round(words * rng.choice([0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.3, 0.5]))))
        made.append(({"text": i, "replaced": at}, documents[i], edited(documents[i], set(at))))
    while len(made) < 200 - len(ODD):
        i = 2 * rng.randrange(len(documents) // 2)
        made.append(({"text": i, "other": i + 1}, documents[i], documents[i + 1]))
    made += [({"a": a, "b": b}, a, b) for a, b in ODD]
    rows = []
    for name, a, b in made:
        x, y = shingles(a), shingles(b)
        rows.append({**name, "jaccard": jaccard(x, y), "datasketch": datasketch(x, y)})
    return rows


def clusters():
    """All pairs at 0.8 or above among the texts and near-duplicates planted beside them, by comparing all with all."""
    documents = texts()
    planted = []
    for i, text in enumerate(documents):
        words = len(text.split())
        if words >= 30 and rng.random() < 0.5:
            planted.append({"text": i, "replaced": sorted(rng.sample(range(words), rng.randint(1, max(1, words // 40))))})
    sets = [shingles(text) for text in documents + [edited(documents[p["text"]], set(p["replaced"])) for p in planted]]
    found = [
        [a, b, jaccard(sets[a], sets[b])]
        for a in range(len(sets))
        for b in range(a + 1, len(sets))
        if jaccard(sets[a], sets[b]) >= 0.8
    ]
    return {"planted": planted, "pairs": found}


def recompressed(image, quality):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def images():
    rows = []
    for path in sorted((ROOT / "examples" / "images" / "frames").glob("*.jpg")):
        if "planted" in path.name:
            continue
        image = Image.open(path).convert("RGB")
        variants = {
            "original": image,
            "quality 40": recompressed(image, 40),
            "half size": image.resize((image.width // 2, image.height // 2)),
            "brighter": ImageEnhance.Brightness(image).enhance(1.15),
        }
        for variant, picture in variants.items():
            grey = picture.convert("L").resize((32, 32), Image.Resampling.LANCZOS)
            small = picture.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
            rows.append(
                {
                    "frame": path.stem,
                    "variant": variant,
                    "grey": base64.b64encode(np.asarray(grey).tobytes()).decode(),
                    "small": base64.b64encode(np.asarray(small).tobytes()).decode(),
                    # Pictures of the size they are read at are not scaled again.
                    "phash": str(imagehash.phash(grey)),
                    "dhash": str(imagehash.dhash(small)),
                }
            )
    return rows


def write(name, value):
    (TARGET / name).write_text(json.dumps({"versions": VERSIONS, **value}, ensure_ascii=False) + "\n")


write("text.json", {"texts": "examples/pairs (LLMBar, MIT; WMT MQM, Apache-2.0)", "pairs": pairs(), "clusters": clusters()})
write("images.json", {"pictures": "frames of examples/images (FETV, CC-BY-4.0), scaled and made grey", "images": images()})
