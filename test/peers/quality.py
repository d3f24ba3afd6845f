"""Fixtures for checksums by python-stdnum, and for Gopher's repetition shares by plain counting.

Run: python test/peers/quality.py > test/fixtures/quality/peers.json
Needs: python-stdnum (the version used is written into the file).
"""

import collections
import importlib.metadata
import json
import random

from stdnum import iban, luhn

random.seed(5)


def cards():
    numbers = ["".join(random.choices("0123456789", k=random.choice((13, 15, 16)))) for _ in range(200)]
    return [{"digits": digits, "valid": luhn.is_valid(digits)} for digits in numbers]


def ibans():
    known = ["GB29NWBK60161331926819", "DE89370400440532013000", "FR1420041010050500013M02606", "NO9386011117947", "ES9121000418450200051332"]
    cases = []
    for number in known:
        for _ in range(40):
            at = random.randrange(4, len(number))
            digit = random.choice("0123456789")
            changed = number[:at] + digit + number[at + 1 :]
            cases.append({"text": changed, "valid": iban.is_valid(changed, check_country=False)})
    return cases + [{"text": number, "valid": True} for number in known]


def repetition():
    cases = []
    for size in (5, 12, 40, 90):
        words = random.choices(["a", "of", "the", "cat", "house", "running"], k=size)
        grams = lambda n: [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
        letters = sum(map(len, words))
        top, duplicate = {}, {}
        for n in (2, 3, 4):
            counts = collections.Counter(grams(n))
            most = max(counts.values())
            top[n] = 0 if most < 2 else max(c * len("".join(g)) for g, c in counts.items() if c == most) / letters
        for n in (5, 6, 7):
            counts = collections.Counter(grams(n))
            covered = {i + k for i, g in enumerate(grams(n)) if counts[g] > 1 for k in range(n)}
            duplicate[n] = sum(len(words[i]) for i in covered) / letters
        cases.append({"words": words, "top": top, "duplicate": duplicate})
    return cases


print(
    json.dumps(
        {
            "versions": {"python-stdnum": importlib.metadata.version("python-stdnum")},
            "cards": cards(),
            "ibans": ibans(),
            "repetition": repetition(),
        }
    )
)
