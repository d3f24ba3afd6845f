"""Golden values for the face detector, by onnxruntime and numpy: rewrites test/fixtures/models/faces/.

    python test/peers/faces.py ASTRONAUT.png      (scikit-image 0.26.0 has it as skimage/data/astronaut.png)

Needs numpy, onnxruntime and Pillow; their versions are in the fixture. The picture is stored at the network's own size, so that both
sides see the same bytes. `two` is made of it: every other column, and beside it the same mirrored. Boxes are kept by the authors' rule,
hard_nms of vision/utils/box_utils_numpy.py as they describe it: threshold, highest score first, IoU above 0.5 goes.
"""
import importlib.metadata
import json
import pathlib
import sys

import numpy as np
import onnxruntime
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "test" / "fixtures" / "models" / "faces"
MODEL = ROOT / "models" / "bundled" / "faces" / "version-RFB-320.onnx"
THRESHOLD, MOST_OVERLAP = 0.5, 0.5

options = onnxruntime.SessionOptions()
options.log_severity_level = 4
session = onnxruntime.InferenceSession(str(MODEL), options, providers=["CPUExecutionProvider"])


def overlap(box, others):
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    area = np.prod(box[2:] - box[:2])
    return shared / (area + np.prod(others[:, 2:] - others[:, :2], axis=1) - shared)


def faces(pixels):
    given = ((pixels.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None]
    scores, boxes = session.run(["scores", "boxes"], {"input": given})
    scores, boxes = scores[0, :, 1], boxes[0]
    left = [i for i in np.argsort(-scores, kind="stable") if scores[i] >= THRESHOLD]
    kept = []
    while left:
        first, *rest = left
        kept.append(first)
        left = [i for i, shared in zip(rest, overlap(boxes[first], boxes[rest])) if shared <= MOST_OVERLAP]
    scale = np.array([320, 240, 320, 240])
    return [{"confidence": float(scores[i]), "box": [round(float(v), 3) for v in boxes[i] * scale]} for i in kept]


FOLDER.mkdir(parents=True, exist_ok=True)
picture = Image.open(sys.argv[1]).convert("RGB").resize((320, 240), Image.Resampling.BILINEAR)
picture.save(FOLDER / "astronaut.png", optimize=True)
one = np.asarray(picture)
half = one[:, ::2]
two = np.concatenate([half, half[:, ::-1]], axis=1)
document = {
    "versions": {name: importlib.metadata.version(name) for name in ("numpy", "onnxruntime", "Pillow")},
    "one": faces(one),
    "two": faces(two),
    "grey": faces(np.full_like(one, 127)),
}
(FOLDER / "faces.json").write_text(json.dumps(document, indent=1) + "\n")
