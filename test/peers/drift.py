"""Fixtures for drift, fairness, reliability and diversity, by scipy, scikit-learn, fairlearn, pingouin, nltk and vendi-score.

Run: python test/peers/drift.py > test/fixtures/models/drift.json
Needs: numpy, scipy, scikit-learn, fairlearn, pingouin, nltk, vendi-score (the versions used are written into the file).
"""

import importlib.metadata
import json
import warnings

import numpy as np
import pandas
import pingouin
from fairlearn.metrics import demographic_parity_difference, equalized_odds_difference
from nltk.translate.bleu_score import sentence_bleu
from scipy import special, stats
from sklearn.metrics import f1_score
from sklearn.metrics.pairwise import rbf_kernel
from vendi_score import vendi

warnings.simplefilter("ignore")
rng = np.random.default_rng(9)


def rounded(values, digits=3):
    return np.round(np.asarray(values, dtype=float), digits).tolist()


def ks():
    cases = []
    for n, m, shift, digits in [(5, 7, 0, 3), (30, 30, 0.8, 3), (80, 55, 0.4, 3), (120, 200, 0.1, 1), (400, 300, 0.5, 3), (1, 3, 0, 3)]:
        a, b = rounded(rng.normal(0, 1, n), digits), rounded(rng.normal(shift, 1, m), digits)
        found = stats.ks_2samp(a, b, method="exact")
        cases.append({"a": a, "b": b, "statistic": found.statistic, "p": found.pvalue})
    tail = [{"x": x, "p": special.kolmogorov(x)} for x in (0.05, 0.3, 0.5, 1, 1.36, 2, 3)]
    return {"cases": cases, "tail": tail}


def mmd():
    a, b = np.round(rng.normal(0, 1, (12, 3)), 3), np.round(rng.normal(0.5, 1.3, (9, 3)), 3)
    both = np.r_[a, b]
    distances = np.sqrt(((both[:, None] - both[None]) ** 2).sum(-1))
    bandwidth = np.median(distances[np.triu_indices(len(both), 1)])
    k = rbf_kernel(both, gamma=1 / (2 * bandwidth**2))
    n, m = len(a), len(b)
    xx, yy, xy = k[:n, :n], k[n:, n:], k[:n, n:]
    statistic = (xx.sum() - n) / (n * (n - 1)) + (yy.sum() - m) / (m * (m - 1)) - 2 * xy.mean()
    return {"a": a.tolist(), "b": b.tolist(), "bandwidth": bandwidth, "statistic": statistic}


def psi():
    a, b = rounded(rng.normal(0, 1, 500)), rounded(rng.normal(0.3, 1.2, 400))
    edges = np.quantile(a, np.arange(1, 10) / 10)
    count = lambda x: np.bincount(np.searchsorted(edges, x, side="left"), minlength=10)
    share = lambda x: (count(x) + 0.1) / (len(x) + 1)
    p, q = share(a), share(b)
    return {"a": a, "b": b, "psi": special.rel_entr(p, q).sum() + special.rel_entr(q, p).sum()}


def pettitt():
    values = np.r_[rng.normal(0, 1, 24), rng.normal(1.5, 1, 17)].round(1)
    n = len(values)
    u = [np.sign(values[: t + 1, None] - values[None, t + 1 :]).sum() for t in range(n - 1)]
    at = int(np.argmax(np.abs(u)))
    k = abs(u[at])
    return {"values": values.tolist(), "at": at, "statistic": float(k), "p": min(1, 2 * np.exp(-6 * k**2 / (n**3 + n**2)))}


def correlation():
    x = np.round(rng.normal(size=60), 2)
    y = np.round(0.6 * x + rng.normal(size=60), 1)
    rho = stats.spearmanr(x, y).statistic
    spread = stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / 57)
    return {"x": x.tolist(), "y": y.tolist(), "rho": rho, "ci": np.tanh(np.arctanh(rho) + np.array([-spread, spread])).tolist()}


def fairness():
    groups = rng.choice(["a", "b", "c"], 300)
    truth = rng.random(300) < 0.5
    positive = rng.random(300) < np.where(groups == "a", 0.6, 0.45) * np.where(truth, 1.3, 0.7)
    return {
        "rows": [{"group": g, "truth": bool(t), "positive": bool(p)} for g, t, p in zip(groups, truth, positive)],
        "parity": demographic_parity_difference(truth, positive, sensitive_features=groups),
        "odds": equalized_odds_difference(truth, positive, sensitive_features=groups),
        "f1": f1_score(truth, positive),
    }


def chi_square():
    counts, target = {"bn": 12, "en": 210, "fr": 41, "sw": 0}, {"bn": 0.1, "en": 0.6, "fr": 0.2, "sw": 0.1}
    found = stats.chisquare(list(counts.values()), [share * 263 for share in target.values()])
    tails = [{"x": x, "freedom": k, "p": stats.chi2.sf(x, k)} for x, k in [(0.1, 1), (3.84, 1), (5, 5), (40, 3), (90, 100), (130, 100), (700, 2)]]
    return {"counts": counts, "target": target, "statistic": found.statistic, "p": found.pvalue, "tails": tails}


def reliability():
    rows = np.round(rng.normal(3, 1, (25, 1)) + rng.normal(0, 0.7, (25, 6)), 1)
    first, second = rows[:, 0], rows[:, 1]
    long = pandas.DataFrame({"item": np.tile(np.arange(25), 2), "time": np.repeat([0, 1], 25), "value": np.r_[first, second]})
    iccs = pingouin.intraclass_corr(long, targets="item", raters="time", ratings="value")["ICC"].tolist()
    return {"rows": rows.tolist(), "alpha": pingouin.cronbach_alpha(pandas.DataFrame(rows))[0], "iccs": iccs, "r": np.corrcoef(first, second)[0, 1]}


def diversity():
    words = ["the", "a", "cat", "dog", "sat", "ran", "on", "mat", "away", "quickly"]
    texts = [[str(w) for w in rng.choice(words, n, p=np.array([6, 4, 3, 3, 3, 2, 2, 2, 1, 1]) / 27)] for n in (30, 24, 41, 28, 30)]
    bleu = np.mean([sentence_bleu(texts[:i] + texts[i + 1 :], text, weights=(0.25,) * 4) for i, text in enumerate(texts)])
    vectors = np.round(rng.normal(size=(20, 6)) + 0.5, 3)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    few = vectors[:5]
    fewer = unit[:5]
    symmetric = np.round(rng.normal(size=(9, 9)), 3)
    symmetric = symmetric + symmetric.T
    return {
        "texts": texts,
        "bleu": bleu,
        "vectors": vectors.tolist(),
        "vendi": vendi.score_K(unit @ unit.T),
        "few": few.tolist(),
        "vendiFew": vendi.score_K(fewer @ fewer.T),
        "matrix": symmetric.ravel().tolist(),
        "eigenvalues": np.linalg.eigvalsh(symmetric)[::-1].tolist(),
    }


PACKAGES = ("numpy", "scipy", "scikit-learn", "fairlearn", "pingouin", "nltk", "vendi-score")
print(
    json.dumps(
        {
            "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
            "ks": ks(),
            "mmd": mmd(),
            "psi": psi(),
            "pettitt": pettitt(),
            "correlation": correlation(),
            "fairness": fairness(),
            "chiSquare": chi_square(),
            "reliability": reliability(),
            "diversity": diversity(),
        },
        default=float,
    )
)
