"""Golden values for test/models/ratings, computed by choix: `python test/peers/ratings.py` rewrites test/fixtures/models/ratings.json.

Needs numpy, scipy and choix; the versions used are stored in the fixture. Strengths are natural logarithms with mean 0.
"""
import importlib.metadata
import json
import pathlib

import choix
import numpy as np

VERSIONS = {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "choix")}
TARGET = pathlib.Path(__file__).parent.parent / "fixtures" / "models" / "ratings.json"
rng = np.random.default_rng(4)


def centred(values):
    return np.round(values - values.mean(), 10).tolist()


def pairs(n, games, spread):
    """Games (winner, loser) among n items, with their Bradley-Terry strengths."""
    truth = rng.normal(size=n) * spread
    rows = []
    for _ in range(games):
        a, b = rng.choice(n, size=2, replace=False)
        rows.append((int(a), int(b)) if rng.random() < 1 / (1 + np.exp(truth[b] - truth[a])) else (int(b), int(a)))
    strengths = choix.opt_pairwise(n, rows, alpha=0, method="Newton-CG", tol=1e-13)
    return {"n": n, "games": rows, "choix": centred(strengths)}


def lists(n, rankings):
    """Partial rankings of 2 to n items, best first, with their Plackett-Luce strengths."""
    truth = rng.normal(size=n)
    rows = []
    for _ in range(rankings):
        items = rng.choice(n, size=rng.integers(2, n + 1), replace=False)
        rows.append([int(i) for i in items[np.argsort(-(truth[items] + rng.gumbel(size=len(items))))]])
    return {"n": n, "rankings": rows, "choix": centred(choix.ilsr_rankings(n, rows, alpha=0, max_iter=1000, tol=1e-12))}


WINS = [[0, 2, 0, 1], [3, 0, 5, 0], [0, 3, 0, 1], [4, 0, 3, 0]]
WIKIPEDIA = [(a, b) for a in range(4) for b in range(4) for _ in range(WINS[a][b])]
wikipedia = choix.opt_pairwise(4, WIKIPEDIA, alpha=0, method="Newton-CG", tol=1e-13)
TARGET.write_text(
    json.dumps(
        {
            "versions": VERSIONS,
            "wikipedia": {"n": 4, "games": WIKIPEDIA, "choix": centred(wikipedia)},
            "pairs": [pairs(6, 120, 1.0), pairs(15, 400, 0.7)],
            "lists": [lists(5, 60), lists(8, 120)],
        }
    )
    + "\n"
)
