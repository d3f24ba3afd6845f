"""Golden values for test/models, computed by other people's code: `python test/peers/models.py` rewrites test/fixtures/models/.

Needs numpy, scipy, scikit-learn, krippendorff and choix; the versions used are stored in each fixture.
"""
import base64
import importlib.metadata
import json
import pathlib

import choix
import krippendorff
import numpy as np
from scipy import ndimage, optimize, special, stats
from sklearn.calibration import _SigmoidCalibration
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "models"
VERSIONS = {name: importlib.metadata.version(name) for name in ("numpy", "scipy", "scikit-learn", "krippendorff", "choix")}
rng = np.random.default_rng(20)


def write(name, document):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps({"versions": VERSIONS, **document}) + "\n")


def rounded(values, digits=9):
    return np.round(np.asarray(values, dtype=np.float64), digits).tolist()


def bradley_terry():
    n, dims, l2 = 400, 8, 1e-2
    x = rng.normal(size=(n, dims)).astype(np.float32)
    w = rng.normal(size=dims)
    x[(rng.random(n) > 1 / (1 + np.exp(-x @ w)))] *= -1
    labels = np.arange(n) % 2 == 0
    model = LogisticRegression(fit_intercept=False, C=1 / (l2 * n), tol=1e-10, max_iter=10_000)
    model.fit(np.where(labels[:, None], x, -x).astype(np.float64), labels)
    weights = rng.uniform(0.2, 2, size=n).astype(np.float32)
    margins = rng.uniform(0, 0.5, size=n).astype(np.float32)

    def loss(v, weights, margins):
        s = x.astype(np.float64) @ v - margins
        return (weights * np.logaddexp(0, -s)).sum() / weights.sum() + l2 / 2 * v @ v

    weighted = optimize.minimize(loss, np.zeros(dims), args=(weights, margins), method="BFGS", options={"gtol": 1e-9})
    wins = [[0, 2, 0, 1], [3, 0, 5, 0], [0, 3, 0, 1], [4, 0, 3, 0]]
    games = [(a, b) for a in range(4) for b in range(4) for _ in range(wins[a][b])]
    strengths = np.exp(choix.opt_pairwise(4, games, alpha=0))
    write(
        "bradley-terry",
        {
            "n": n,
            "dims": dims,
            "l2": l2,
            "differences": rounded(x),
            "weights": rounded(weights),
            "margins": rounded(margins),
            "sklearn": {"coef": rounded(model.coef_[0]), "loss": loss(model.coef_[0], np.ones(n), np.zeros(n))},
            "scipyWeighted": {"coef": rounded(weighted.x), "loss": weighted.fun},
            "wikipedia": {"games": games, "choix": rounded(strengths / strengths.sum())},
        },
    )


def calibration():
    n = 500
    logits = np.round(rng.normal(0.3, 3, size=n), 6)
    labels = (rng.random(n) < special.expit(logits / 2.5 - 0.2)).astype(int)
    p = special.expit(logits)
    bins = np.minimum(14, (p * 15).astype(int))
    ece = sum(abs(labels[bins == b].mean() - p[bins == b].mean()) * (bins == b).mean() for b in range(15) if (bins == b).any())

    def nll(log_t):
        z = logits / np.exp(log_t)
        return (np.logaddexp(0, z) - labels * z).mean()

    temperature = np.exp(optimize.minimize_scalar(nll, bounds=(-4, 4), method="bounded", options={"xatol": 1e-12}).x)
    platt = _SigmoidCalibration().fit(logits, labels)
    write(
        "calibration",
        {
            "logits": logits.tolist(),
            "labels": labels.tolist(),
            "ece": ece,
            "brier": brier_score_loss(labels, p),
            "nll": nll(0.0),
            "temperature": temperature,
            "platt": {"a": -platt.a_, "b": -platt.b_},
        },
    )


def agreement():
    cases = []
    for annotators, items, kinds, missing in ((2, 12, 3, 0.0), (5, 40, 5, 0.4), (9, 25, 7, 0.6)):
        truth = rng.integers(1, kinds + 1, size=items)
        data = np.clip(truth + rng.integers(-1, 2, size=(annotators, items)), 1, kinds).astype(float)
        data[rng.random(data.shape) < missing] = np.nan
        levels = {
            level: krippendorff.alpha(reliability_data=data, level_of_measurement=level)
            for level in ("nominal", "ordinal", "interval", "ratio")
        }
        rows = [[None if np.isnan(v) else v for v in row] for row in data]
        cases.append({"data": rows, "alpha": levels})
    write("agreement", {"cases": cases})


def correlation():
    x = np.round(rng.normal(size=60), 3)
    y = np.round(0.5 * x + rng.normal(size=60), 1)
    write(
        "correlation",
        {"x": x.tolist(), "y": y.tolist(), "spearman": stats.spearmanr(x, y).statistic, "pearson": stats.pearsonr(x, y).statistic},
    )


SHAPES = 0.2 + 0.001 * np.arange(9801)
RATIOS = special.gamma(2 / SHAPES) ** 2 / (special.gamma(1 / SHAPES) * special.gamma(3 / SHAPES))


def fit_symmetric(x):
    return [SHAPES[np.argmin(np.abs(RATIOS - np.abs(x).mean() ** 2 / (x**2).mean()))], (x**2).mean()]


def fit_asymmetric(x):
    left, right = (x[x < 0] ** 2).mean(), (x[x > 0] ** 2).mean()
    gamma = np.sqrt(left / right)
    ratio = np.abs(x).mean() ** 2 / (x**2).mean() * (gamma**3 + 1) * (gamma + 1) / (gamma**2 + 1) ** 2
    a = SHAPES[np.argmin(np.abs(RATIOS - ratio))]
    scale = np.sqrt(special.gamma(1 / a) / special.gamma(3 / a))
    mean = (np.sqrt(right) - np.sqrt(left)) * special.gamma(2 / a) / special.gamma(1 / a) * scale
    return [a, mean, left, right]


def natural_statistics(image):
    features = []
    kept = {}
    for scale in (1, 2):
        grey = image.astype(np.float64)
        if scale == 2:
            h, w = (size // 2 * 2 for size in grey.shape)
            grey = grey[:h, :w].reshape(h // 2, 2, w // 2, 2).mean(axis=(1, 3))
        mu = ndimage.gaussian_filter(grey, 7 / 6, mode="nearest", radius=3)
        sigma = np.sqrt(np.abs(ndimage.gaussian_filter(grey**2, 7 / 6, mode="nearest", radius=3) - mu**2))
        mscn = (grey - mu) / (sigma + 1)
        kept[scale] = mscn, sigma
        features += fit_symmetric(mscn)
        for a, b in (
            (mscn[:, :-1], mscn[:, 1:]),
            (mscn[:-1], mscn[1:]),
            (mscn[:-1, :-1], mscn[1:, 1:]),
            (mscn[:-1, 1:], mscn[1:, :-1]),
        ):
            features += fit_asymmetric(a * b)
    grey = image.astype(np.float64)
    mscn, sigma = kept[1]
    across, down = np.abs(np.diff(grey, axis=1)), np.abs(np.diff(grey, axis=0))
    laplacian = ndimage.convolve(grey, np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]))[1:-1, 1:-1]
    features += [
        grey.mean() / 255,
        grey.std() / 255,
        (across.mean() + down.mean()) / 255,
        np.log((laplacian**2).mean() + 1),
        (across[:, 7::8].mean() - across.mean()) / (across.mean() + 1),
        (down[7::8].mean() - down.mean()) / (down.mean() + 1),
        (grey < 6).mean(),
        (grey > 249).mean(),
        np.log((mscn**4).mean() / (mscn**2).mean() ** 2 + 1),
        np.log(sigma.mean() + 1),
    ]
    return features


def nss():
    cases = []
    for name, (width, height) in {"texture": (96, 80), "noise": (64, 64), "blocks": (88, 72), "odd": (65, 71)}.items():
        noise = rng.normal(size=(height, width))
        smooth = ndimage.gaussian_filter(noise, 4)
        image = 128 + 300 * smooth / np.abs(smooth).max() * 0.35 + 6 * noise
        if name == "noise":
            image = 128 + 40 * noise
        if name == "blocks":
            tops = image[::8, ::8]
            image = np.kron(tops, np.ones((8, 8)))[:height, :width] + 2 * noise
        grey = np.clip(np.round(image), 0, 255).astype(np.uint8)
        cases.append(
            {
                "name": name,
                "width": width,
                "height": height,
                "grey": base64.b64encode(grey.tobytes()).decode(),
                "features": rounded(natural_statistics(grey)),
            }
        )
    write("nss", {"cases": cases})


if __name__ == "__main__":
    bradley_terry()
    calibration()
    agreement()
    correlation()
    nss()
