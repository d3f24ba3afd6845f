"""One logistic fit by scikit-learn and, by bench/train.ts, by Assay, on the same file: `python bench/train.py [N DIMS [NORM]]`.

Needs numpy and scikit-learn, and Node 22.18 or later as `node` or in NODE. The last lines give, per tolerance of scikit-learn,
the ratio of the fastest runs, Assay's over its, in wall time and in processor time (which what else the machine does disturbs
less), and by how much its loss lies above Assay's. NORM is about that of the weights to be found.
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 gives both one thread.
"""
import json, os, pathlib, subprocess, sys, tempfile, time

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

n, dims = (int(value) for value in sys.argv[1:3]) if len(sys.argv) > 2 else (50_000, 384)
norm = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0
l2 = 1e-3
rng = np.random.default_rng(0)
x = rng.normal(size=(n, dims)).astype(np.float32)
w = (norm * rng.normal(size=dims) / np.sqrt(dims)).astype(np.float32)
chosen = rng.random(n) < 1 / (1 + np.exp(-(x @ w)))
differences = np.where(chosen[:, None], x, -x).astype(np.float32)
labels = rng.random(n) < 0.5
signed = np.where(labels[:, None], differences, -differences)


def loss(weights):
    return np.logaddexp(0, -(differences.astype(np.float64) @ weights)).mean() + l2 / 2 * weights @ weights


def scikit_learn(tol):
    model = LogisticRegression(fit_intercept=False, C=1 / (l2 * n), tol=tol, max_iter=500)
    start, used = time.perf_counter(), time.process_time()
    model.fit(signed, labels)
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    reached = float(loss(model.coef_[0].astype(np.float64)))
    return {"peer": f"scikit-learn {sklearn.__version__}", "tol": tol, "seconds": seconds, "cpu": cpu, "loss": reached, "iterations": int(model.n_iter_[0])}


runs = []
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "differences.f32"
    differences.tofile(path)
    script = pathlib.Path(__file__).with_name("train.ts")
    command = [os.environ.get("NODE", "node"), script, path, str(n), str(dims), str(l2), "4"]
    # In turns, so that what else the machine does falls on both.
    for _ in range(4):
        runs += [scikit_learn(tol) for tol in (1e-4, 1e-5, 1e-6) for _ in range(2)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        runs += [json.loads(line) for line in printed.splitlines()]
best = {}
for run in runs:
    print(json.dumps(run))
    key = run.get("tol", "assay")
    known = best.get(key, run)
    best[key] = run | {clock: min(run[clock], known[clock]) for clock in ("seconds", "cpu")}
assay = best.pop("assay")
for tol, peer in best.items():
    ratios = {"ratio": assay["seconds"] / peer["seconds"], "cpuRatio": assay["cpu"] / peer["cpu"]}
    print(json.dumps({"tol": tol, **ratios, "lossAbove": peer["loss"] - assay["loss"]}))
