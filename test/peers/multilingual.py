"""One reward model of three languages as scikit-learn fits it: `python test/peers/multilingual.py` rewrites
test/fixtures/models/multilingual.json. Needs numpy and scikit-learn, whose versions are stored there.

(w + v_l)·d with λ/2·‖w‖² + s·λ/2·Σ‖v_l‖² is logistic regression on [d, d/√s in the columns of language l], u_l = √s·v_l.
"""

import importlib.metadata
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression

N, DIMS, COUNT, L2, SHRINKAGE = 150, 4, 3, 0.02, 2.5
rng = np.random.default_rng(246)

d = rng.normal(size=(N, DIMS)).astype(np.float32)
languages = rng.choice(COUNT, size=N, p=[0.6, 0.3, 0.1])
truth = rng.normal(size=DIMS) + 0.8 * rng.normal(size=(COUNT, DIMS))
d[rng.random(N) > 1 / (1 + np.exp(-(d * truth[languages]).sum(axis=1)))] *= -1
weights = rng.uniform(0.2, 2, size=N).astype(np.float32)

wide = np.zeros((N, (COUNT + 1) * DIMS))
wide[:, :DIMS] = d
for i, language in enumerate(languages):
    at = (language + 1) * DIMS
    wide[i, at : at + DIMS] = d[i] / np.sqrt(SHRINKAGE)

# Every other pair is turned round, because scikit-learn needs two classes.
labels = np.arange(N) % 2 == 0
total = weights.astype(np.float64).sum()
model = LogisticRegression(fit_intercept=False, C=1 / (L2 * total), tol=1e-12, max_iter=100_000)
model.fit(np.where(labels[:, None], wide, -wide), labels, sample_weight=weights)
coefficients = model.coef_[0]
loss = (weights * np.logaddexp(0, -wide @ coefficients)).sum() / total + L2 / 2 * (coefficients**2).sum()

document = {
    "versions": {name: importlib.metadata.version(name) for name in ("numpy", "scikit-learn")},
    "n": N,
    "dims": DIMS,
    "count": COUNT,
    "l2": L2,
    "shrinkage": SHRINKAGE,
    "differences": np.round(d.astype(np.float64), 9).tolist(),
    "languages": languages.tolist(),
    "weights": np.round(weights.astype(np.float64), 9).tolist(),
    "shared": coefficients[:DIMS].tolist(),
    "offsets": (coefficients[DIMS:] / np.sqrt(SHRINKAGE)).tolist(),
    "loss": loss,
}
target = pathlib.Path(__file__).parent.parent / "fixtures" / "models" / "multilingual.json"
target.write_text(json.dumps(document) + "\n")
