"""Golden values for test/models/{aggregation,agreement}: `python test/peers/aggregation.py [DATA]` rewrites test/fixtures/aggregation/.

Needs numpy, scipy, pandas, crowd-kit, krippendorff, statsmodels, scikit-learn, pingouin and irrCAC; the versions used are stored in
each fixture. With DATA, a folder with the files that bench/aggregation.ts reads, it prints instead
crowd-kit's figures and times on them.
"""
import importlib.metadata
import json
import pathlib
import sys
import time

import krippendorff
import numpy as np
import pandas as pd
import pingouin
from crowdkit.aggregation import GLAD, MACE, DawidSkene, MajorityVote, OneCoinDawidSkene, Wawa
from irrCAC.raw import CAC
from scipy import optimize, special, stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa
from statsmodels.stats.proportion import proportion_confint, samplesize_confint_proportion

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures" / "aggregation"
PACKAGES = ("numpy", "scipy", "crowd-kit", "krippendorff", "statsmodels", "scikit-learn", "pingouin", "irrCAC")
VERSIONS = {name: importlib.metadata.version(name) for name in PACKAGES}
rng = np.random.default_rng(6)


def write(name, document):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps({"versions": VERSIONS, **document}) + "\n")


def rounded(values, digits=9):
    return np.round(np.asarray(values, dtype=np.float64), digits).tolist()


def peers(exact):
    """crowd-kit's methods, run until they stand still where `exact`, else as installed. Its MACE keeps counts in order of name but
    parameters in order of arrival: rows must be sorted so that both are one order."""
    if not exact:
        return {
            "majority": MajorityVote(), "weighted": Wawa(), "dawid-skene": DawidSkene(), "one-coin": OneCoinDawidSkene(),
            "glad": GLAD(silent=True), "mace": MACE(random_state=0),
        }
    far = {"n_iter": 200, "tol": -1.0}
    return {
        "majority": MajorityVote(), "weighted": Wawa(), "dawid-skene": DawidSkene(**far), "one-coin": OneCoinDawidSkene(**far),
        "glad": GLAD(n_iter=40, tol=-1e9, m_step_max_iter=60, m_step_tol=1e-6, silent=True),
        "mace": MACE(n_restarts=5, n_iter=200, method="vb", random_state=0),
    }


def frame(rows):
    data = pd.DataFrame(rows, columns=["task", "worker", "label"])
    return data.sort_values(["worker", "label", "task"]).reset_index(drop=True)


def planted(items, workers, categories, votes):
    """Votes of workers with confusion matrices of their own, one of them a spammer; each category is first voted by worker 0."""
    truth = rng.integers(categories, size=items)
    skill = rng.uniform(0.5, 0.95, size=workers)
    skill[-1] = 1 / categories
    rows = []
    for item in range(items):
        for worker in np.sort(rng.choice(workers, size=votes, replace=False)):
            others = [c for c in range(categories) if c != truth[item]]
            right = rng.random() < skill[worker] - (0.15 if truth[item] == 0 else 0)
            rows.append((item, int(worker), int(truth[item] if right else rng.choice(others))))
    data = frame(rows)
    assert data["label"].unique().tolist() == list(range(categories))
    posteriors = {
        name: rounded(method.fit_predict_proba(data).sort_index()[list(range(categories))])
        for name, method in peers(True).items()
    }
    return {"rows": rows, "posteriors": posteriors}


def crowd_bt(n, annotators, games):
    """Chen et al. 2013: P(annotator k says i over j) = eta_k s(i - j) + (1 - eta_k) s(j - i), their regularisation (equation 9) with
    lambda = 1/2, and half a right and half a wrong answer more of each annotator; scipy's BFGS."""
    truth, eta = rng.normal(size=n), np.r_[rng.uniform(0.7, 0.98, size=annotators - 1), 0.2]
    rows = []
    for _ in range(games):
        i, j = rng.choice(n, size=2, replace=False)
        k = rng.integers(annotators)
        p = special.expit(truth[i] - truth[j])
        rows.append((int(k), int(i), int(j)) if rng.random() < eta[k] * p + (1 - eta[k]) * (1 - p) else (int(k), int(j), int(i)))
    who, won, lost = np.array(rows).T

    def loss(x):
        s, eta = x[:n], special.expit(x[n:])
        p = special.expit(s[won] - s[lost])
        total = np.log(eta[who] * p + (1 - eta[who]) * (1 - p)).sum()
        total += 0.5 * (np.log(special.expit(s)) + np.log(special.expit(-s))).sum()
        return -(total + 0.5 * (np.log(eta) + np.log1p(-eta)).sum())

    found = optimize.minimize(loss, np.r_[np.zeros(n), np.full(annotators, 1.5)], method="BFGS", options={"gtol": 1e-7})
    return {"n": n, "annotators": annotators, "rows": rows, "strengths": rounded(found.x[:n], 6), "eta": rounded(special.expit(found.x[n:]), 6)}


def two_raters(n, q):
    a = rng.integers(1, q + 1, size=n)
    b = np.clip(a + rng.choice([-1, 0, 0, 0, 1], size=n), 1, q)
    kappas = {str(w): cohen_kappa_score(a, b, weights=w) for w in (None, "linear", "quadratic")}
    return {"a": a.tolist(), "b": b.tolist(), "kappa": rounded([kappas["None"], kappas["linear"], kappas["quadratic"]])}


def many_raters(n, k, q, missing):
    """n × k ratings 1..q, missing ones None but never fewer than two an item."""
    base = rng.integers(1, q + 1, size=n)
    data = np.clip(base[:, None] + rng.choice([-1, 0, 0, 0, 1], size=(n, k)) + np.arange(k) // 3, 1, q).astype(float)
    for item in range(n):
        gone = rng.random(k) < missing
        gone[rng.choice(k, size=2, replace=False)] = False
        data[item, gone] = np.nan
    table = pd.DataFrame(data, columns=[f"r{j}" for j in range(k)])
    found = {
        "gwet-ac1": CAC(table).gwet(),
        "gwet-ac2 ordinal": CAC(table, weights="ordinal").gwet(),
        "gwet-ac2 interval": CAC(table, weights="quadratic").gwet(),
        "gwet-ac2 ratio": CAC(table, weights="ratio").gwet(),
    }
    golden = {name: float(value["est"]["coefficient_value"]) for name, value in found.items()}
    # irrCAC rounds to five digits.
    levels = ("nominal", "ordinal", "interval", "ratio")
    golden |= {f"alpha {level}": round(krippendorff.alpha(reliability_data=data.T, level_of_measurement=level), 9) for level in levels}
    if missing == 0:
        golden["fleiss-kappa"] = round(float(fleiss_kappa(aggregate_raters(data.astype(int))[0])), 9)
        long = table.reset_index().melt(id_vars="index")
        icc = pingouin.intraclass_corr(long, targets="index", raters="variable", ratings="value")
        golden |= dict(zip(("icc-1-1", "icc-2-1", "icc-3-1", "icc-1-k", "icc-2-k", "icc-3-k"), rounded(icc["ICC"])))
        # Friedman's statistic is k(n - 1)W, with the same correction for ties.
        golden["kendall-w"] = round(float(stats.friedmanchisquare(*data).statistic / (k * (n - 1))), 9)
    return {"data": [[None if np.isnan(x) else int(x) for x in row] for row in data], "golden": golden}


def recorded(folder):
    """The sets of bench/votes/recorded.ts that lie in the folder: name, votes, truth by item."""
    for name, file in (("RTE", "rte_labels.jsonl"), ("TEMP", "temp_labels.jsonl")):
        path = folder / "CrowdTruth__CrowdTruth-core" / file
        if path.exists():
            rows = pd.read_json(path, lines=True, dtype=str)
            yield name, rows[["orig_id", "worker", "response"]], rows.drop_duplicates("orig_id").set_index("orig_id")["gold"]
    path = folder / "ipeirotis__Get-Another-Label" / "HITspam-UsingCrowdflower_labels.jsonl"
    if path.exists():
        rows = pd.read_json(path, lines=True, dtype=str)
        gold = pd.read_json(path.with_name("HITspam-UsingCrowdflower_gold.jsonl"), lines=True, dtype=str)
        yield "HITspam", rows[["item", "worker", "label"]], gold.set_index("item")["gold"]


def compare(folder):
    for name, rows, truth in recorded(pathlib.Path(folder)):
        data = frame(rows.drop_duplicates(rows.columns[:2]).values.tolist())
        for method, fit in peers(False).items():
            start = time.perf_counter()
            labels = fit.fit_predict(data)
            seconds = time.perf_counter() - start
            known = labels[labels.index.isin(truth.index)]
            accuracy = float((known == truth[known.index]).mean())
            print(json.dumps({"data": name, "method": method, "accuracy": accuracy, "seconds": round(seconds, 3)}), flush=True)


if len(sys.argv) > 1:
    compare(sys.argv[1])
else:
    write("votes", {"cases": [planted(50, 8, 2, 5), planted(50, 9, 3, 6)], "crowdBt": crowd_bt(6, 5, 400)})
    write(
        "coefficients",
        {
            "pairs": [two_raters(40, 3), two_raters(60, 5)],
            "raters": [many_raters(20, 4, 4, 0), many_raters(15, 5, 5, 0), many_raters(30, 5, 4, 0.35)],
            "wilson": rounded(proportion_confint(60, 100, method="wilson")),
            "sampleSizes": [[p, h, samplesize_confint_proportion(p, h)] for p, h in ((0.5, 0.05), (0.8, 0.02))],
            "binomialTails": [[k, n, p, float(stats.binom.sf(k - 1, n, p))] for k, n, p in ((3, 20, 0.05), (60, 100, 0.5), (1, 50, 0.001))],
            "twoSided": [[k, n, float(stats.binomtest(k, n).pvalue)] for k, n in ((60, 100), (5, 8), (12, 12))],
        },
    )
