"""Fixtures of interchange formats, written by the tools that own them, and a check of our files by those tools.

Run:   python test/peers/interchange.py LABEL_STUDIO_BRUSH.json
       python test/peers/interchange.py --argilla
       python test/peers/interchange.py --check FOLDER
Needs: pip install tensorboard==2.21.0 label-studio-sdk==2.1.2 argilla==2.8.0 numpy pillow
`--argilla` writes argilla.json: records as Argilla's SDK exports them, in both of its shapes. `--check` reads what
`assay drop annotations` wrote to FOLDER with Label Studio's and Argilla's own code: the interface and every result of every
task, or the settings and every record. Otherwise the argument is test_brush_labels.json of HumanSignal/label-studio-ml-backend (Apache-2.0). Writes to test/fixtures/interchange/:
richhf.tfrecord (tensorboard's RecordWriter around its own checksum, Examples encoded by google.protobuf),
richhf.json (what is in it) and brush.json (RLE bytes and the runs of each mask by label_studio_sdk.converter.brush).
"""
import base64
import io
import json
import re
import sys
from pathlib import Path
from unittest import mock
from uuid import UUID

OUT = Path(__file__).parent.parent / "fixtures" / "interchange"


def example_class():
    """tf.train.Example from its published field numbers: the wheel of TensorFlow is 600 MB."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    F = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="example.proto", package="tf", syntax="proto3")

    def message(name, *fields, parent=file.message_type):
        m = parent.add(name=name)
        for (field, number, kind, label, type_name) in fields:
            m.field.add(name=field, number=number, type=kind, label=label, type_name=type_name or None)
        return m

    rep, opt = F.LABEL_REPEATED, F.LABEL_OPTIONAL
    message("BytesList", ("value", 1, F.TYPE_BYTES, rep, ""))
    message("FloatList", ("value", 1, F.TYPE_FLOAT, rep, ""))
    message("Int64List", ("value", 1, F.TYPE_INT64, rep, ""))
    feature = message(
        "Feature",
        ("bytes_list", 1, F.TYPE_MESSAGE, opt, ".tf.BytesList"),
        ("float_list", 2, F.TYPE_MESSAGE, opt, ".tf.FloatList"),
        ("int64_list", 3, F.TYPE_MESSAGE, opt, ".tf.Int64List"),
    )
    feature.oneof_decl.add(name="kind")
    for field in feature.field:
        field.oneof_index = 0
    features = message("Features", ("feature", 1, F.TYPE_MESSAGE, rep, ".tf.Features.FeatureEntry"))
    entry = features.nested_type.add(name="FeatureEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=F.TYPE_STRING, label=opt)
    entry.field.add(name="value", number=2, type=F.TYPE_MESSAGE, label=opt, type_name=".tf.Feature")
    message("Example", ("features", 1, F.TYPE_MESSAGE, opt, ".tf.Features"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tf.Example"))


def grey(values, kind):
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(values).save(out, kind)
    return out.getvalue()


def offline_argilla():
    """Argilla's SDK asks a server who it talks to; reading and writing files needs none."""
    from argilla.client import Argilla

    Argilla._default_client = mock.MagicMock()


def argilla_fixture():
    offline_argilla()
    import argilla as rg
    from argilla.records._io import GenericIO

    anna, ben = UUID(int=0xA1), UUID(int=0xB2 << 100)
    records = [
        rg.Record(
            id="r-1",
            fields={"prompt": "Name two colours.", "response_a": "Red 😀 and blue.", "response_b": "<b>Green</b>"},
            metadata={"origin": "unit", "length": 12},
            vectors={"embedding": [0.5, 0.25]},
            responses=[
                rg.Response("quality", 4, anna, status="submitted"),
                rg.Response("quality", 2, ben, status="submitted"),
                rg.Response("tone", "polite", anna, status="submitted"),
                rg.Response("faults", ["vague", "short"], anna, status="submitted"),
                rg.Response("order", [{"value": "response_b", "rank": 2}, {"value": "response_a", "rank": 1}], anna),
                rg.Response("errors", [{"start": 4, "end": 5, "label": "emoji"}], ben),
                rg.Response("why", "It is short. It says nothing of shades.", ben),
            ],
            suggestions=[rg.Suggestion("quality", 5, score=0.9, agent="gpt-x")],
        ),
        rg.Record(id="r-2", fields={"prompt": "And one more?", "response_a": "Yellow.", "response_b": "Ochre."}),
    ]
    shapes = {"nested": GenericIO.to_list(records), "flat": GenericIO.to_list(records, flatten=True)}
    (OUT / "argilla.json").write_text(json.dumps({"versions": {"argilla": "2.8.0"}, **shapes}, ensure_ascii=False) + "\n")


def check_label_studio(folder):
    from label_studio_sdk.converter.brush import decode_rle
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface((folder / "config.xml").read_text())
    interface.validate()
    said, errors = 0, []
    for task in json.loads((folder / "tasks.json").read_text()):
        for entry in task["annotations"] + task["predictions"]:
            said += 1
            errors += interface.validate_prediction(entry, return_errors=True)
            for result in entry["result"]:
                if result["type"] == "brushlabels" and len(decode_rle(result["value"]["rle"])) != 4 * result["original_width"] * result["original_height"]:
                    errors.append(f"{result['id']}: not the pixels of its image")
        # Label Studio's server refuses a task that lacks a field of the interface.
        errors += [f"no {o.value_name}" for o in interface.objects if o.value_name not in task["data"]]
    print(f"Label Studio: {len(list(interface.controls))} controls, {said} annotations and predictions, {len(errors)} errors")
    return errors


def check_argilla(folder):
    offline_argilla()
    from argilla import Settings
    from argilla.records._io import JsonIO

    settings = Settings.from_json(folder / ".argilla" / "settings.json")
    settings.validate()
    written = json.loads((folder / "records.json").read_text())
    errors = []
    for record, given in zip(JsonIO._records_from_json(folder / "records.json"), written, strict=True):
        read = record.to_dict()
        for answers in given["responses"].values():
            for answer in answers:
                del answer["status"]  # Argilla reads it, and does not write it
        errors += [f"{given['id']}: {key}" for key in ("fields", "metadata", "suggestions", "responses") if read[key] != given[key]]
        errors += [f"{name} is no question" for name in read["responses"] if name not in settings.schema]
    print(f"Argilla: {len(settings.questions)} questions, {len(written)} records, {len(errors)} errors")
    return errors


def check(folder):
    errors = check_label_studio(folder) if (folder / "config.xml").exists() else check_argilla(folder)
    for error in errors[:20]:
        print(error)
    sys.exit(1 if errors else 0)


def main(brush_file):
    import numpy as np
    from label_studio_sdk.converter.brush import decode_rle
    from tensorboard.summary.writer.record_writer import RecordWriter

    OUT.mkdir(parents=True, exist_ok=True)
    Example = example_class()
    rng = np.random.default_rng(5)
    rows = []
    with open(OUT / "richhf.tfrecord", "wb") as f:
        writer = RecordWriter(f)
        for i, prompt in enumerate(['a red fox, running "fast"', "two cats", "no mark at all here"]):
            words = [w for w in re.split(r'[,.?!":; ]', prompt) if w]
            labels = [int(x) for x in rng.integers(0, 2, len(words))]
            maps = [(rng.random((64, 64)) ** 8 * 255).astype(np.uint8) for _ in range(2)]
            encoded = [grey(maps[0], "PNG"), grey(maps[1], "PNG" if i else "JPEG")]
            scores = [float(np.float32(x)) for x in rng.random(4)]
            example = Example()
            put = example.features.feature
            put["filename"].bytes_list.value.append(f"train/0{i}.png".encode())
            for name, score in zip(["artifact_score", "misalignment_score", "aesthetics_score", "overall_score"], scores):
                put[name].float_list.value.append(score)
            for name, png in zip(["artifact_map", "misalignment_map"], encoded):
                put[name].bytes_list.value.append(png)
            put["prompt_misalignment_label"].bytes_list.value.append(" ".join(map(str, labels)).encode())
            writer.write(example.SerializeToString())
            rows.append({"filename": f"train/0{i}.png", "prompt": prompt, "words": words, "labels": labels,
                         "scores": scores, "maps": [base64.b64encode(e).decode() for e in encoded]})
    (OUT / "richhf.json").write_text(json.dumps({"versions": {"tensorboard": "2.21.0"}, "rows": rows}) + "\n")

    masks = []
    for result in json.loads(Path(brush_file).read_text())[0]["result"]:
        w, h = result["original_width"], result["original_height"]
        mask = decode_rle(result["value"]["rle"]).reshape(h, w, 4)[:, :, 3] > 128
        flat = mask.flatten(order="F").astype(np.int8)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], flat]))).tolist() + [flat.size]
        counts = np.diff([0] + edges).tolist()
        masks.append({"width": w, "height": h, "rle": result["value"]["rle"], "counts": counts})
    (OUT / "brush.json").write_text(json.dumps({"versions": {"label-studio-sdk": "2.1.2"}, "masks": masks}) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "--argilla":
        argilla_fixture()
    elif sys.argv[1] == "--check":
        check(Path(sys.argv[2]))
    else:
        main(sys.argv[1])
