"""Log-likelihoods of a tiny encoder-decoder, and the released MAPO reduction of a padded batch, worked out with numpy.

`python test/peers/mapo.py` rewrites test/fixtures/models/mapo.json; it needs numpy, whose version is stored there.
Model: hidden = E[source]; pooled = mean over the source; logits_t = (sum of D[decoder inputs up to t] + pooled) @ W.
Labels are NLLB's: language token, words, end. Decoder inputs are the start token and the labels but the last.
"""

import json
import pathlib

import numpy as np

WORDS = ["<pad>", "</s>", "<unk>", "eng_Latn", "ben_Beng", "two", "and", "three", "make", "five", "দুই", "আর", "তিন", "পাঁচ"]
ID = {word: i for i, word in enumerate(WORDS)}
HIDDEN = 4
rng = np.random.default_rng(244)


def eighths(*shape):
    """Multiples of 1/8, which float32 holds exactly."""
    return rng.integers(-12, 13, shape) / 8


E, D, W = eighths(len(WORDS), HIDDEN), eighths(len(WORDS), HIDDEN), eighths(HIDDEN, len(WORDS))


def ids(language, text):
    return [ID[language], *(ID.get(word, ID["<unk>"]) for word in text.split()), ID["</s>"]]


def losses(source, labels):
    """Cross-entropy of each label."""
    pooled = E[source].mean(axis=0)
    inputs = [ID["</s>"], *labels[:-1]]
    logits = (np.cumsum(D[inputs], axis=0) + pooled) @ W
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels]


BENGALI = ["দুই আর তিন", "পাঁচ"]
ENGLISH = ["two and three make five", "five", "two and two"]
pairs = []
for source in BENGALI:
    rows = [(target, ids("eng_Latn", target)) for target in ENGLISH]
    width = max(len(labels) for _, labels in rows)
    for target, labels in rows:
        loss = losses(ids("ben_Beng", source), labels)
        pairs.append(
            {
                "source": source,
                "target": target,
                "tokens": len(labels),
                "sum": -loss.sum(),
                "score": 1 / loss.mean(),
                # CrossEntropyLoss(reduction='none') gives 0 at -100, then .mean() runs over the padded width.
                "padded": 1 / np.pad(loss, (0, width - len(labels))).mean(),
            }
        )
document = {
    "versions": {"numpy": np.__version__},
    "words": WORDS,
    "embedding": E.tolist(),
    "decoder": D.tolist(),
    "output": W.tolist(),
    "pairs": pairs,
}
target = pathlib.Path(__file__).parent.parent / "fixtures" / "models" / "mapo.json"
target.write_text(json.dumps(document, ensure_ascii=False) + "\n")
