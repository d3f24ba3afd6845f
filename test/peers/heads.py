"""Golden values for the fits of models/training, by other people's code: `python test/peers/heads.py` rewrites
test/fixtures/models/heads-*.json.

Needs numpy, scipy, scikit-learn, choix, statsmodels, optax (with jax) and pymoo; the versions used are stored in each fixture.
"""
import importlib.metadata
import json
import pathlib

import choix
import jax
import jax.numpy as jnp
import numpy as np
import optax
from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting
from scipy import optimize, special, stats
from sklearn.linear_model import LogisticRegression, Ridge
from statsmodels.miscmodels.ordinal_model import OrderedModel

jax.config.update("jax_enable_x64", True)
FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "models"
PACKAGES = ("numpy", "scipy", "scikit-learn", "choix", "statsmodels", "optax", "jax", "pymoo")
VERSIONS = {name: importlib.metadata.version(name) for name in PACKAGES}
rng = np.random.default_rng(104)


def write(name, document):
    (FOLDER / f"heads-{name}.json").write_text(json.dumps({"versions": VERSIONS, **document}) + "\n")


def rounded(values, digits=9):
    return np.round(np.asarray(values, dtype=np.float64), digits).tolist()


def features(n, dims):
    """Three decimals, so that float32 and JSON hold the same numbers to 1e-7."""
    return np.round(rng.normal(size=(n, dims)), 3)


def minimum(loss, start):
    found = optimize.minimize(loss, start, method="BFGS", options={"gtol": 1e-9})
    return {"coef": rounded(found.x), "loss": float(found.fun)}


def pairs():
    n, dims, l2 = 300, 6, 1e-2
    x = features(n, dims)
    targets = np.round(rng.uniform(0.5, 1, size=n), 3)
    targets[::7] = 0.2
    margins = np.round(rng.uniform(0.5, 4, size=n), 3)
    weights = np.round(rng.uniform(0.2, 2, size=n), 3)
    x[rng.random(n) > special.expit(x @ rng.normal(size=dims))] *= -1

    def loss(v, t, m):
        z = x @ v / m
        return (weights * (t * np.logaddexp(0, -z) + (1 - t) * np.logaddexp(0, z))).sum() / weights.sum() + l2 / 2 * v @ v

    write(
        "pairs",
        {
            "n": n,
            "dims": dims,
            "l2": l2,
            "differences": rounded(x),
            "targets": rounded(targets),
            "margins": rounded(margins),
            "weights": rounded(weights),
            "soft": minimum(lambda v: loss(v, targets, 1), np.zeros(dims)),
            "scale": minimum(lambda v: loss(v, 1, margins), np.zeros(dims)),
            "both": minimum(lambda v: loss(v, targets, margins), np.zeros(dims)),
        },
    )


def regression():
    n, dims, l2 = 300, 6, 5e-2
    x = features(n, dims)
    y = np.round(40 + 25 * (x @ rng.normal(size=dims)) + 30 * rng.normal(size=n), 2)
    weights = np.round(rng.uniform(0, 2, size=n), 3)
    weights[::5] = 0
    fits = {}
    for name, w in (("plain", np.ones(n)), ("weighted", weights)):
        model = Ridge(alpha=l2 * w.sum(), solver="cholesky").fit(x, y, sample_weight=w)
        residual = y - model.predict(x)
        fits[name] = {
            "coef": rounded(model.coef_),
            "bias": float(model.intercept_),
            "loss": float((w * residual**2).sum() / w.sum() / 2 + l2 / 2 * model.coef_ @ model.coef_),
        }
    write("regression", {"n": n, "dims": dims, "l2": l2, "features": rounded(x), "targets": rounded(y), "weights": rounded(weights), **fits})


def logistic():
    n, dims, l2 = 300, 6, 1e-2
    x = features(n, dims) + 0.5
    hard = (rng.random(n) < special.expit(x @ rng.normal(size=dims) - 1)).astype(float)
    soft = np.round(np.clip(0.7 * hard + 0.15 + rng.normal(0, 0.1, size=n), 0, 1), 3)
    model = LogisticRegression(C=1 / (l2 * n), tol=1e-12, max_iter=10_000).fit(x, hard)

    def loss(v, y):
        z = x @ v[:-1] + v[-1]
        return (np.logaddexp(0, z) - y * z).mean() + l2 / 2 * v[:-1] @ v[:-1]

    sklearn = np.append(model.coef_[0], model.intercept_[0])
    write(
        "logistic",
        {
            "n": n,
            "dims": dims,
            "l2": l2,
            "features": rounded(x),
            "hard": hard.tolist(),
            "soft": rounded(soft),
            "sklearn": {"coef": rounded(sklearn), "loss": float(loss(sklearn, hard))},
            "scipySoft": minimum(lambda v: loss(v, soft), np.zeros(dims + 1)),
        },
    )


def ordinal():
    n, dims, classes, l2 = 300, 4, 4, 2e-2
    x = features(n, dims)
    latent = x @ np.array([1.2, -0.7, 0.4, 0.0]) + rng.logistic(size=n)
    y = np.digitize(latent, [-1.5, 0.2, 1.1])
    model = OrderedModel(y, x, distr="logit")
    fit = model.fit(method="bfgs", gtol=1e-7, maxiter=1000, disp=False)

    def loss(v):
        cuts = np.concatenate([[-np.inf], v[dims : dims + 1], v[dims] + np.cumsum(np.exp(v[dims + 1 :])), [np.inf]])
        s = x @ v[:dims]
        return -np.log(special.expit(cuts[y + 1] - s) - special.expit(cuts[y] - s)).mean() + l2 / 2 * v[:dims] @ v[:dims]

    ridge = optimize.minimize(loss, np.zeros(dims + classes - 1), method="BFGS", options={"gtol": 1e-9})
    cuts = np.append(ridge.x[dims], ridge.x[dims] + np.cumsum(np.exp(ridge.x[dims + 1 :])))
    write(
        "ordinal",
        {
            "n": n,
            "dims": dims,
            "classes": classes,
            "l2": l2,
            "features": rounded(x),
            "levels": y.tolist(),
            "statsmodels": {
                "coef": rounded(fit.params[:dims]),
                "thresholds": rounded(model.transform_threshold_params(fit.params)[1:-1]),
                "loss": float(-fit.llf / n),
            },
            "scipyRidge": {"coef": rounded(ridge.x[:dims]), "thresholds": rounded(cuts), "loss": float(ridge.fun)},
        },
    )


def rankings():
    items, dims, l2 = 8, 5, 1e-2
    strengths = rng.normal(size=items)
    games = []
    for _ in range(120):
        entrants = rng.choice(items, size=int(rng.integers(2, 6)), replace=False)
        games.append([int(i) for i in entrants[np.argsort(-(strengths[entrants] + rng.gumbel(size=len(entrants))))]])
    n = 240
    x = features(n, dims)
    s = x @ rng.normal(size=dims)
    lists, weights = [], []
    for k in range(80):
        rows = np.arange(3 * k, 3 * k + 3)
        order = rows[np.argsort(-(s[rows] + rng.gumbel(size=3)))]
        lists.append([int(i) for i in (order if k % 3 else order[:2])])
        weights.append(float(np.round(rng.uniform(0.2, 2), 3)))

    def loss(v):
        scores = x @ v
        nll = [w * sum(special.logsumexp(scores[l[i:]]) - scores[l[i]] for i in range(len(l))) for l, w in zip(lists, weights)]
        return sum(nll) / sum(weights) + l2 / 2 * v @ v

    write(
        "rankings",
        {
            "items": items,
            "games": games,
            "choix": {
                "optRankings": rounded(choix.opt_rankings(items, games, alpha=0, tol=1e-12)),
                "ilsrRankings": rounded(choix.ilsr_rankings(items, games, alpha=0)),
            },
            "n": n,
            "dims": dims,
            "l2": l2,
            "features": rounded(x),
            "lists": lists,
            "weights": weights,
            "scipy": minimum(loss, np.zeros(dims)),
        },
    )


def adamw():
    scales, centres = np.array([1.0, 0.25, 9.0]), np.array([1.0, -2.0, 0.5])
    cases = []
    for decay, warmup, steps, clip in ((0.0, 0, 8, None), (0.1, 0, 8, None), (0.1, 3, 8, None), (0.05, 0, 8, 0.5)):
        schedule = lambda step, warmup=warmup, steps=steps: 0.1 * (
            jnp.where(step < warmup, (step + 1) / max(warmup, 1), (1 + jnp.cos(jnp.pi * (step - warmup) / (steps - warmup))) / 2)
        )
        rule = optax.adamw(schedule, b1=0.9, b2=0.99, eps=1e-8, weight_decay=decay)
        if clip is not None:
            rule = optax.chain(optax.clip_by_global_norm(clip), rule)
        x = jnp.zeros(3)
        state = rule.init(x)
        path = []
        for _ in range(steps):
            updates, state = rule.update(scales * (x - centres), state, x)
            x = optax.apply_updates(x, updates)
            path.append(rounded(x, 12))
        cases.append({"decay": decay, "warmup": warmup, "steps": steps, "clip": clip, "path": path})
    write("adamw", {"scales": scales.tolist(), "centres": centres.tolist(), "learningRate": 0.1, "betas": [0.9, 0.99], "cases": cases})


def mixture():
    rows, widths, temperature = 5, [3, 4, 4, 3], 10.0
    prompts, differences = features(rows, widths[0]), features(rows, widths[-1])
    weights = np.round(rng.uniform(0.5, 2, size=rows), 3)
    masks = [np.round(rng.integers(0, 2, size=(rows, width)) / 0.8, 6) for width in widths[1:-1]]
    layers = [(np.round(rng.normal(size=(a, b)), 3), np.round(rng.normal(size=b), 3)) for a, b in zip(widths, widths[1:])]

    def loss(parameters, top, masked):
        *layers, scale = parameters
        h = jnp.asarray(prompts)
        for at, (w, b) in enumerate(layers):
            h = h @ w + b
            if at + 1 < len(layers):
                h = jax.nn.relu(h) * (masks[at] if masked else 1)
        h = h / temperature
        if top is not None:
            kept = jnp.argsort(jnp.argsort(-h, axis=1), axis=1) < top
            h = jnp.where(kept, h, -jnp.inf)
        gates = jax.nn.softmax(h, axis=1)
        z = scale * (gates * differences).sum(axis=1)
        return (weights * jnp.logaddexp(0, -z)).sum()

    cases = []
    for top, masked in ((None, False), (None, True), (2, False)):
        value, slopes = jax.value_and_grad(loss)([*layers, 1.5], top, masked)
        flat = [part for w, b in slopes[:-1] for part in (np.ravel(w), np.ravel(b))]
        cases.append({"topK": top, "masked": masked, "loss": float(value), "gradient": rounded(np.append(np.concatenate(flat), slopes[-1]))})
    n, k, verbosity = 120, 4, 2
    rewards = rng.normal(size=(n, k))
    rewards[:, 0] += 0.5 * rewards[:, verbosity]
    rewards[:, 1] += 3 * rewards[:, verbosity]
    rewards[:, 3] -= 0.3 * rewards[:, verbosity]
    rewards = np.round(rewards, 4)
    grid = [0, 0.01, 0.025, *(step / 40 for step in range(2, 6)), *(step / 20 for step in range(3, 20))]
    grid = sorted(set(np.round(grid, 3).tolist()))
    lambdas = []
    for j in range(k):
        fair = [stats.spearmanr(rewards[:, j] - value * rewards[:, verbosity], rewards[:, verbosity]).statistic <= 0.03 for value in grid]
        lambdas.append(1 if j == verbosity or not any(fair) else grid[fair.index(True)])
    write(
        "mixture",
        {
            "rows": rows,
            "widths": widths,
            "temperature": temperature,
            "scale": 1.5,
            "prompts": rounded(prompts),
            "differences": rounded(differences),
            "weights": rounded(weights),
            "masks": [rounded(mask) for mask in masks],
            "layers": [[rounded(w), rounded(b)] for w, b in layers],
            "cases": cases,
            "debias": {"k": k, "verbosity": verbosity, "rewards": rounded(rewards), "lambdas": lambdas},
        },
    )


def pareto():
    cases = []
    for n, k, values in ((40, 2, 1000), (40, 3, 6), (25, 4, 3)):
        points = rng.integers(0, values, size=(n, k))
        fronts = NonDominatedSorting().do(-points.astype(float))
        cases.append({"points": points.tolist(), "fronts": [sorted(int(i) for i in front) for front in fronts]})
    write("pareto", {"cases": cases})


if __name__ == "__main__":
    for peer in (pairs, regression, logistic, ordinal, rankings, adamw, mixture, pareto):
        peer()
