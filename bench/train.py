"""The same fit by scikit-learn, then bench/train.ts on the same file: `python bench/train.py [N DIMS]`."""
import json, os, pathlib, subprocess, sys, tempfile, time

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

n, dims = (int(value) for value in sys.argv[1:3]) if len(sys.argv) > 2 else (50_000, 384)
l2 = 1e-3
rng = np.random.default_rng(0)
x = rng.normal(size=(n, dims)).astype(np.float32)
w = (rng.normal(size=dims) / np.sqrt(dims)).astype(np.float32)
chosen = rng.random(n) < 1 / (1 + np.exp(-(x @ w)))
differences = np.where(chosen[:, None], x, -x).astype(np.float32)
labels = rng.random(n) < 0.5
signed = np.where(labels[:, None], differences, -differences)


def loss(weights):
    return np.logaddexp(0, -(differences.astype(np.float64) @ weights)).mean() + l2 / 2 * weights @ weights


for tol in (1e-4, 1e-6):
    for _ in range(3):
        model = LogisticRegression(fit_intercept=False, C=1 / (l2 * n), tol=tol, max_iter=500)
        start = time.perf_counter()
        model.fit(signed, labels)
        seconds = time.perf_counter() - start
        print(json.dumps({"peer": f"scikit-learn {sklearn.__version__} tol {tol}", "seconds": seconds, "loss": loss(model.coef_[0].astype(np.float64)), "iterations": int(model.n_iter_[0])}), flush=True)
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "differences.f32"
    differences.tofile(path)
    script = pathlib.Path(__file__).with_name("train.ts")
    subprocess.run([os.environ.get("NODE", "node"), script, path, str(n), str(dims), str(l2), "4"], check=True)
