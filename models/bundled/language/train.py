"""Makes profiles.json, the character n-grams by which `models/quality/language.ts` tells languages apart.

    python train.py SOURCE... > profiles.json     # folders of unpacked wheels: Django, Django REST framework, Sphinx, Wagtail

The recipe, and what the profiles reach on texts they have not seen, stand in card.md.
"""

import collections
import json
import math
import pathlib
import re
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "text"))
from catalogues import clean, entries  # noqa: E402

LEAST = 4000  # characters of training text a language needs
GRAMS = 820  # of each language
# Made of words of the Romance languages, and hardly written: they would take texts from those.
LEFT_OUT = {"ia", "io"}
BANDS = 22  # of probability: band b holds 2^(-(b + COMMONEST) / 2)
COMMONEST = 8
# What one language is called in several folders; regional and script variants have one profile.
ALIASES = {"sr_Latn": "sr-Latn", "zh_Hans": "zh", "zh_Hant": "zh", "ca@valencia": "ca"}
APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


def tag(folder):
    return ALIASES.get(folder, folder.split("_")[0])


def texts(roots):
    """{language: its messages}; a message left as in English is no text of another language."""
    found = collections.defaultdict(set)
    for root in roots:
        for path in sorted(pathlib.Path(root).rglob("locale/*/LC_MESSAGES/*.po")):
            for entry in entries(path):
                english = clean(entry.get("msgid", ""))
                if english == "":
                    continue
                found["en"].add(english)
                for field, text in entry.items():
                    if isinstance(field, str) and field.startswith("msgstr") and clean(text) not in ("", english):
                        found[tag(path.parts[-3])].add(clean(text))
    return {language: sorted(found[language]) for language in sorted(found)}


def letters(text):
    return [c for c in text if unicodedata.category(c)[0] in "LM"]


def words(text):
    """Runs of letters and their marks, in lower case; an apostrophe between letters belongs to the word."""
    inner = APOSTROPHE.sub("'", unicodedata.normalize("NFC", text.replace("İ", "i").lower()))
    kept = (c if c == "'" or unicodedata.category(c)[0] in "LM" else " " for c in inner)
    return [word for word in (piece.strip("'") for piece in "".join(kept).split()) if word]


def grams(text):
    """Every run of one to four characters of its words, `_` where a word begins and ends."""
    for word in words(text):
        padded = f"_{word}_"
        for size in (1, 2, 3, 4):
            for start in range(len(padded) - size + 1):
                piece = padded[start : start + size]
                if piece != "_":
                    yield piece


def script(count):
    """The script of most letters of a language's grams, by the first word of the letters' names."""
    names = collections.Counter()
    for gram, n in count.items():
        for letter in letters(gram):
            names[unicodedata.name(letter).split()[0]] += n
    return names.most_common(1)[0][0]


def banded(count, mean):
    """The grams of a language by halvings of their probability's square root: those that are common, then those that tell most."""
    total = sum(count.values())
    # What a gram adds to the divergence from the mean of the languages in this script.
    worth = {g: n / total * math.log(n / total / mean[g]) for g, n in count.items() if n > 1}
    common = {g for g, _ in sorted(count.items(), key=lambda item: (-item[1], item[0]))[: GRAMS // 3]}
    special = [g for g, _ in sorted(worth.items(), key=lambda item: (-item[1], item[0])) if g not in common]
    bands = [[] for _ in range(BANDS)]
    for gram in common | set(special[: GRAMS - len(common)]):
        bands[min(BANDS, max(1, round(-2 * math.log2(count[gram] / total)) - COMMONEST)) - 1].append(gram)
    return " ; ".join(" ".join(sorted(band)) for band in bands)


def profiles(corpus):
    counts = {language: collections.Counter(g for text in lines for g in grams(text)) for language, lines in corpus.items()}
    scripts = collections.defaultdict(list)
    for language, count in counts.items():
        scripts[script(count)].append(language)
    made = {}
    for languages in scripts.values():
        if len(languages) == 1:
            continue  # its script tells it
        mean = collections.Counter()
        for language in languages:
            total = sum(counts[language].values())
            for gram, n in counts[language].items():
                mean[gram] += n / total / len(languages)
        made.update({language: banded(counts[language], mean) for language in languages})
    return made


if __name__ == "__main__":
    corpus = {name: lines for name, lines in texts(sys.argv[1:]).items() if name not in LEFT_OUT and sum(map(len, lines)) >= LEAST}
    json.dump(profiles(corpus), sys.stdout, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    print()
