"""Fixtures for selection under quotas, k-center, facility location and determinantal selection, by scipy's milp and plain numpy.

Run: python test/peers/selection.py > test/fixtures/models/selection.json
Needs: numpy, scipy (the versions used are written into the file).
"""

import json

import numpy as np
import scipy
from scipy.optimize import Bounds, LinearConstraint, milp

rng = np.random.default_rng(7)


def quotas():
    cases = []
    for n, size in ((40, 12), (120, 30)):
        languages, domains = rng.choice(["en", "fr", "sw"], n, p=[0.7, 0.2, 0.1]), rng.choice(["code", "maths", "chat", "law"], n)
        raters = [sorted({str(r) for r in rng.integers(0, 6, 2)}) for _ in range(n)]
        scores = np.round(rng.normal(size=n), 4)
        asked = [
            ("language", "sw", 3, None),
            ("language", "fr", 4, 6),
            ("domain", "law", None, 3),
            ("domain", "code", 5, None),
            ("rater", "0", None, size // 4),
            ("rater", "1", 2, None),
        ]
        has = {"language": [[l] for l in languages], "domain": [[d] for d in domains], "rater": raters}
        rows = [[value in own for own in has[attribute]] for attribute, value, _, _ in asked]
        low = [size] + [floor or 0 for _, _, floor, _ in asked]
        high = [size] + [np.inf if cap is None else cap for *_, cap in asked]
        matrix = np.r_[[np.ones(n)], np.array(rows, float)]
        found = milp(-scores, constraints=LinearConstraint(matrix, low, high), integrality=np.ones(n), bounds=Bounds(0, 1))
        cases.append(
            {
                "rows": [
                    {"id": f"r{i:03}", "score": scores[i], "attributes": {"language": [languages[i]], "domain": [domains[i]], "rater": raters[i]}}
                    for i in range(n)
                ],
                "size": size,
                "quotas": [
                    {"attribute": a, "value": v, **({"floor": f} if f else {}), **({"cap": c} if c else {})} for a, v, f, c in asked
                ],
                "score": -found.fun,
            }
        )
    return cases


def points():
    vectors = np.round(rng.normal(size=(30, 5)), 3)
    scores = np.round(rng.normal(size=30), 3)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosine = unit @ unit.T
    chosen, k = [], 6
    for _ in range(k):
        gains = [-np.inf if i in chosen else np.maximum(0, cosine[chosen + [i]]).max(axis=0).sum() for i in range(30)]
        chosen.append(int(np.argmax(gains)))
    facility = {"chosen": chosen, "value": np.maximum(0, cosine[chosen]).max(axis=0).sum()}
    quality = np.exp(scores / 2)
    kernel = quality[:, None] * cosine * quality[None]
    picked = []
    for _ in range(4):
        logs = [-np.inf if i in picked else np.linalg.slogdet(kernel[np.ix_(picked + [i], picked + [i])])[1] for i in range(30)]
        picked.append(int(np.argmax(logs)))
    determinant = {"chosen": picked, "logDet": np.linalg.slogdet(kernel[np.ix_(picked, picked)])[1]}
    return {
        "rows": [{"id": f"p{i:02}", "vector": vectors[i].tolist(), "score": scores[i]} for i in range(30)],
        "facility": facility,
        "determinant": determinant,
    }


print(json.dumps({"versions": {"numpy": np.__version__, "scipy": scipy.__version__}, "quotas": quotas(), "points": points()}, default=float))
