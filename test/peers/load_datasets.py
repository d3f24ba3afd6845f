"""Loads an exported folder with Hugging Face `datasets` and prints columns, features and rows.

Dev-only: python -m pip install datasets; python test/peers/load_datasets.py FORMAT FOLDER
Exits 1 when the columns are not those TRL names (trl 1.9, docs/source/dataset_formats.md).
"""

import sys
from pathlib import Path

import datasets

COLUMNS = {
    "trl-preference": {"prompt", "chosen", "rejected"},
    "trl-sft": {"prompt", "completion"},
    "trl-kto": {"prompt", "completion", "label"},
}

fmt, folder = sys.argv[1], Path(sys.argv[2])
files = sorted(folder.rglob("*.parquet" if fmt == "parquet" else "*.jsonl"))
splits: dict[str, list[str]] = {}
for file in files:
    splits.setdefault(file.name.split(".")[0].split("-")[0], []).append(str(file))
loaded = datasets.load_dataset("parquet" if fmt == "parquet" else "json", data_files=splits)
for split, rows in loaded.items():
    print(f"{fmt} {split}: {len(rows)} rows, {rows.features}")
    wanted = COLUMNS.get(fmt)
    if wanted is not None and set(rows.column_names) != wanted:
        sys.exit(f"columns are {sorted(rows.column_names)}, TRL names {sorted(wanted)}")
    if fmt == "trl-kto" and rows.features["label"].dtype != "bool":
        sys.exit("label is not a bool")
print(f"datasets {datasets.__version__}: ok")
