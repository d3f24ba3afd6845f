"""Fixtures for out-of-distribution distance, AUROC, length sensitivity, leave-one-out and KL, by numpy, scipy and scikit-learn.

Run: python test/peers/trust.py > test/fixtures/models/trust.json
Needs: numpy, scipy, scikit-learn (the versions used are written into the file).
"""

import json

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize_scalar
from scipy.spatial.distance import mahalanobis
from scipy.stats import entropy
from sklearn.linear_model import LinearRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut

rng = np.random.default_rng(4)
COMPONENTS = 16


def rounded(values):
    return np.round(np.asarray(values, dtype=float), 4).tolist()


def distances():
    """Mahalanobis distance under the covariance of probabilistic PCA, written out as a dense matrix and inverted."""
    n, d = 120, 24
    deviations = np.concatenate([np.linspace(3, 2, COMPONENTS), np.full(d - COMPONENTS, 0.2)])
    rotation = np.linalg.qr(rng.normal(size=(d, d)))[0]
    rows = (rng.normal(size=(n, d)) * deviations) @ rotation
    rows = np.round(rows - rows.mean(axis=0), 4)
    probes = np.round(rng.normal(size=(8, d)) * 1.5, 4)
    covariance = rows.T @ rows / n
    values, vectors = np.linalg.eigh(covariance)
    top, basis = values[-COMPONENTS:], vectors[:, -COMPONENTS:]
    total = np.trace(covariance)
    floor = 1e-6 * total / d
    residual = (total - top.sum()) / (d - COMPONENTS) + floor
    inside = basis @ np.diag(top + floor) @ basis.T
    outside = residual * (np.eye(d) - basis @ basis.T)
    inverse = np.linalg.inv(inside + outside)
    found = [mahalanobis(probe, np.zeros(d), inverse) for probe in probes]
    return {
        "n": n,
        "dims": d,
        "rows": rounded(rows.ravel()),
        "probes": rounded(probes.ravel()),
        "residual": residual,
        "distances": found,
    }


def separation():
    positives = np.round(rng.normal(0.8, 1, 30), 1)
    negatives = np.round(rng.normal(0, 1, 40), 1)
    labels = np.r_[np.ones(30), np.zeros(40)]
    area = roc_auc_score(labels, np.r_[positives, negatives])
    return {"positives": positives.tolist(), "negatives": negatives.tolist(), "auroc": area}


def length():
    """The slope of sigma(phi * tanh(dl / sd)) with soft labels and a ridge of 1e-3, and R squared about 0 of two style columns."""
    winners = rng.integers(10, 400, 60)
    losers = rng.integers(10, 400, 60)
    differences = np.round(0.004 * (winners - losers) + rng.normal(0, 1, 60), 4)
    apart = (winners - losers).astype(float)
    x = np.tanh(apart / np.sqrt(np.mean(apart**2)))

    def slope(targets):
        def loss(phi):
            z = phi * x
            return np.mean(np.logaddexp(0, z) - targets * z) + 1e-3 / 2 * phi**2

        return minimize_scalar(loss, bounds=(-20, 20), method="bounded", options={"xatol": 1e-10}).x

    style = np.round(np.c_[np.log1p(winners) - np.log1p(losers), rng.normal(size=60)], 4)
    fitted = LinearRegression(fit_intercept=False).fit(style, differences).predict(style)
    logs = np.log1p(winners) - np.log1p(losers)
    return {
        "winners": winners.tolist(),
        "losers": losers.tolist(),
        "differences": differences.tolist(),
        "head": slope(1 / (1 + np.exp(-differences))),
        "labels": slope(np.ones(60)),
        "correlation": np.corrcoef(np.r_[logs, -logs], np.r_[differences, -differences])[0, 1],
        "style": style.ravel().tolist(),
        "styleShare": 1 - np.sum((differences - fitted) ** 2) / np.sum(differences**2),
    }


def left_out():
    values = [str(v) for v in rng.choice(["en", "fr", "sw", "zh"], 25)]
    splits = LeaveOneGroupOut().split(np.zeros(25), groups=values)
    return {
        "values": values,
        "splits": [{"held": held.tolist(), "rest": rest.tolist()} for rest, held in splits],
    }


def divergence():
    p, q = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))
    return {"p": p.tolist(), "q": q.tolist(), "kl": entropy(p, q)}


print(
    json.dumps(
        {
            "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
            "distances": distances(),
            "separation": separation(),
            "length": length(),
            "leftOut": left_out(),
            "divergence": divergence(),
        }
    )
)
