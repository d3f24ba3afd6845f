"""Golden values for test/models/ratings, computed by choix and scikit-learn: `python test/peers/ratings.py` rewrites test/fixtures/models/ratings.json.

Needs numpy, scipy, choix and scikit-learn; the versions used are stored in the fixture. Strengths are natural logarithms with mean 0.
"""
import importlib.metadata
import json
import pathlib

import choix
import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

VERSIONS = {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "choix", "scikit-learn")}
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


FEATURES = ("tokens", "headers", "lists", "bold")


def styled(n, games):
    """Games among n models with their answers' style counts; strengths and style coefficients as FastChat's style control fits them:
    LogisticRegression (C = 1, no intercept) on rows taken twice, a tie won once by each, strengths in units of ln 10. Each game is
    there from both sides, so that the mean it takes off the covariates is 0."""
    truth, effect = rng.normal(size=n), np.array([0.8, 0.0, 0.3, -0.2])
    a = rng.integers(n, size=games)
    b = (a + rng.integers(1, n, size=games)) % n
    counts = [np.stack([rng.poisson(200 + 20 * m), *rng.poisson(3, size=(3, games))], axis=1) for m in (a, b)]
    won = rng.random(games)
    tied = rng.random(games) < 0.2
    ratio = (counts[0] - counts[1]) / (counts[0] + counts[1] + 1)
    odds = truth[a] - truth[b] + ratio / ratio.std(axis=0) @ effect
    score = np.where(tied, 0.5, (won < 1 / (1 + np.exp(-odds))).astype(float))
    a, b, score = np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([score, 1 - score])
    counts = [np.vstack([counts[0], counts[1]]), np.vstack([counts[1], counts[0]])]
    games *= 2
    diff = (counts[0] - counts[1]) / (counts[0] + counts[1] + 1)
    z = (diff - diff.mean(axis=0)) / diff.std(axis=0)
    x = np.zeros((games, n))
    x[np.arange(games), a] += np.log(10)
    x[np.arange(games), b] -= np.log(10)
    x = np.hstack([x, z])
    twice, y = np.vstack([x, x]), np.concatenate([score >= 0.5, score == 1])
    fit = LogisticRegression(fit_intercept=False, solver="newton-cholesky", tol=1e-14, max_iter=1000).fit(twice, y).coef_[0]

    def loss(w):
        lead = x @ w
        return 2 * np.sum(np.logaddexp(0, lead) - score * lead) + w @ w / 2

    again = minimize(loss, np.zeros(x.shape[1]), method="BFGS", options={"gtol": 1e-9}).x
    assert np.abs(again - fit).max() < 1e-4, np.abs(again - fit).max()
    rows = [
        {
            "model_a": f"m{i}", "model_b": f"m{j}", "winner": {1: "model_a", 0: "model_b", 0.5: "tie"}[s],
            "style_a": dict(zip(FEATURES, map(int, ca))), "style_b": dict(zip(FEATURES, map(int, cb))),
        }
        for i, j, s, ca, cb in zip(a, b, score, *counts)
    ]
    return {"n": n, "rows": rows, "strengths": centred(fit[:n] * np.log(10)), "coefficients": np.round(fit[n:], 10).tolist()}


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
            "styled": [styled(5, 75), styled(8, 150)],
        }
    )
    + "\n"
)
