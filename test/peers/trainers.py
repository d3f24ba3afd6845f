"""Takes one step of each of TRL's trainers on exported folders, and loads the others as their trainers do.

    scripts/with-node.sh node test/peers/trainer-exports.ts OUT
    python -m pip install -r test/peers/trainers-requirements.txt
    python test/peers/trainers.py OUT

The models are a random Llama and a random Qwen2-VL of two layers, their tokenizer is trained on the exported texts: nothing is fetched. The run-config beside
each export is read by TRL's own parser, which stops at a setting it does not know. test/peers/trainers.txt is what it last printed.
"""

import datetime
import json
import os
import sys
import tempfile
from pathlib import Path

try:
    import datasets
    import torch
    import transformers
    import trl
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed (python -m pip install -r test/peers/trainers-requirements.txt)")
    sys.exit(0)

from datasets import Image, List, load_dataset
from tiny import TEMPLATE, llama_config, make_tokenizer
from trl.scripts.grpo import GRPOScriptArguments

transformers.logging.set_verbosity_error()
datasets.disable_progress_bars()
os.environ["TQDM_DISABLE"] = "1"

OUT = Path(sys.argv[1])
SCRATCH = tempfile.mkdtemp(prefix="assay-trainers-")


def rows(name, kind="json", split="train"):
    files = {"json": "train.jsonl", "parquet": "train-*.parquet", "webdataset": "train-*.tar"}[kind]
    return load_dataset(kind, data_files=str(OUT / name / files), split=split, cache_dir=f"{SCRATCH}/{name}")


TOKENIZER = make_tokenizer(OUT)


def tiny(kind=transformers.LlamaForCausalLM, **given):
    torch.manual_seed(0)
    config = llama_config(TOKENIZER, **given)
    # From disk, since trainers load their reference model from where the model came from.
    place = f"{SCRATCH}/{kind.__name__}"
    kind(config).save_pretrained(place)
    return kind.from_pretrained(place)


def usual(name, **given):
    return {
        "output_dir": f"{SCRATCH}/out-{name}",
        "max_steps": 1,
        "per_device_train_batch_size": 4,
        "report_to": "none",
        "save_strategy": "no",
        "use_cpu": True,
        "bf16": False,
        "disable_tqdm": True,
        "logging_steps": 1,
        **given,
    }


def step(trainer):
    trainer.remove_callback(transformers.PrinterCallback)
    before = {name: value.detach().clone() for name, value in trainer.model.named_parameters()}
    loss = trainer.train().training_loss
    assert loss == loss, "the loss is no number"
    moved = any(not torch.equal(before[name], value) for name, value in trainer.model.named_parameters())
    return f"loss {loss:.4f}" if moved else f"loss {loss:.4f}, no weight moved"


VISION_TOKENS = ["<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
VISION_TEMPLATE = TEMPLATE.replace(
    "{{ message['content'] }}",
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}",
)


def tiny_vision():
    """A random Qwen2-VL of two layers, on disk, and its processor."""
    tokenizer = make_tokenizer(OUT)
    tokenizer.add_special_tokens({"additional_special_tokens": VISION_TOKENS})
    start, end, image, video = tokenizer.convert_tokens_to_ids(VISION_TOKENS)
    torch.manual_seed(0)
    config = transformers.Qwen2VLConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "pad_token_id": tokenizer.pad_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "bos_token_id": None,
            "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0},
        },
        vision_config={"depth": 2, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "mlp_ratio": 2},
        image_token_id=image,
        video_token_id=video,
        vision_start_token_id=start,
        vision_end_token_id=end,
    )
    processor = transformers.Qwen2VLProcessor(
        image_processor=transformers.Qwen2VLImageProcessor(min_pixels=28 * 28, max_pixels=56 * 56),
        tokenizer=tokenizer,
        video_processor=transformers.Qwen2VLVideoProcessor(),
        chat_template=VISION_TEMPLATE,
    )
    place = f"{SCRATCH}/vision"
    transformers.Qwen2VLForConditionalGeneration(config).save_pretrained(place)
    return transformers.Qwen2VLForConditionalGeneration.from_pretrained(place), processor


def located(name):
    """Rows whose pictures are found in the export's folder."""
    folder = str(OUT / name)
    data = rows(name).map(lambda row: {"images": [os.path.join(folder, path) for path in row["images"]]})
    return data.cast_column("images", List(Image()))


def vision(trainer, config, name):
    def check():
        told = settings(name, config)
        assert told.max_length is None, "truncation would cut the tokens of pictures"
        model, processor = tiny_vision()
        args = config(**usual(f"vision-{trainer.__name__}", max_length=None))
        return step(trainer(model=model, args=args, train_dataset=located(name), processing_class=processor))

    return check


def settings(name, config, script=trl.ScriptArguments):
    """The run-config beside an export, as `trl <command> --config` reads it; unknown keys raise."""
    parser = trl.TrlParser((script, config, trl.ModelConfig, trl.DatasetMixtureConfig))
    arguments = ["--config", str(OUT / name / "run-config.yaml"), "--use_cpu", "True", "--bf16", "False"]
    _, parsed, _, mixture = parser.parse_args_and_config(arguments, fail_with_unknown_args=True)
    assert mixture.datasets[0].path == "json"
    return parsed


def dpo():
    told = settings("pairs/trl-preference", trl.DPOConfig)
    args = trl.DPOConfig(**usual("dpo", label_smoothing=told.label_smoothing, loss_type=told.loss_type))
    data = rows("pairs/trl-preference")
    result = step(trl.DPOTrainer(model=tiny(), args=args, train_dataset=data, processing_class=TOKENIZER))
    return f"{result}, label_smoothing {told.label_smoothing}"


def kto():
    told = settings("pairs/trl-kto", trl.KTOConfig)
    size = told.per_device_train_batch_size
    args = trl.KTOConfig(
        **usual(
            "kto",
            per_device_train_batch_size=size,
            desirable_weight=told.desirable_weight,
            undesirable_weight=told.undesirable_weight,
        )
    )
    data = rows("pairs/trl-kto")
    unpaired = trl.unpair_preference_dataset(rows("pairs/trl-preference"))
    same = sorted(map(str, unpaired)) == sorted(map(str, data.select_columns(unpaired.column_names)))
    assert same, "other rows than TRL makes of the pairs"
    prompts = [row["prompt"] for row in data]
    mismatched = 0
    for start in range(0, len(prompts) - size + 1, size):
        batch = prompts[start : start + size]
        mismatched += sum(prompt != other for prompt, other in zip(batch, [batch[-1], *batch[:-1]]))
    pairs = len(prompts) // size * size
    result = step(trl.KTOTrainer(model=tiny(), args=args, train_dataset=data, processing_class=TOKENIZER))
    return f"{result}, the rows TRL makes of the pairs, KL term: {mismatched} of {pairs} prompts with another prompt's answer"


def sft():
    settings("pairs/trl-sft", trl.SFTConfig)
    args = trl.SFTConfig(**usual("sft"))
    return step(trl.SFTTrainer(model=tiny(), args=args, train_dataset=rows("pairs/trl-sft"), processing_class=TOKENIZER))


def reward():
    settings("pairs/trl-reward", trl.RewardConfig)
    model = tiny(transformers.LlamaForSequenceClassification, num_labels=1)
    args = trl.RewardConfig(**usual("reward", max_length=4096))
    data = rows("pairs/trl-reward")
    return step(trl.RewardTrainer(model=model, args=args, train_dataset=data, processing_class=TOKENIZER))


def online(name):
    def grpo():
        settings(name, trl.GRPOConfig, GRPOScriptArguments)
        handed = set()

        def score(prompts, completions, **columns):
            handed.update(key for key in columns if not key.startswith(("trainer", "log_", "completion", "environ")))
            return [float(len(turns[0]["content"]) % 7) for turns in completions]

        args = trl.GRPOConfig(**usual("grpo", num_generations=4, max_completion_length=8))
        data = rows(name)
        trainer = trl.GRPOTrainer(model=tiny(), reward_funcs=score, args=args, train_dataset=data, processing_class=TOKENIZER)
        return f"{step(trainer)}, columns handed to rewards: {', '.join(sorted(handed)) or 'none'}"

    return grpo


def prm():
    try:
        from trl.experimental.prm import PRMConfig, PRMTrainer
    except ImportError:
        return f"TRL {trl.__version__} has no PRM trainer; 1.13.0 is the last"
    model = tiny(transformers.LlamaForTokenClassification, num_labels=2)
    args = PRMConfig(**usual("prm"))
    return step(PRMTrainer(model=model, args=args, train_dataset=rows("pairs/trl-prm"), processing_class=TOKENIZER))


def openrlhf_sft():
    """openrlhf/datasets/sft_dataset.py, preprocess_data with a chat template."""
    data = rows("pairs/openrlhf-sft")
    for row in data:
        prompt = TOKENIZER.apply_chat_template(row["input"], tokenize=False, add_generation_prompt=True)
        whole = TOKENIZER.apply_chat_template(row["input"] + row["output"], tokenize=False)
        assert whole.startswith(prompt) and len(whole) > len(prompt)
    return f"{len(data)} rows join"


def openrlhf_rm():
    """openrlhf/datasets/reward_dataset.py without prompt_key; the margin is a number or nothing."""
    data = rows("pairs/openrlhf-rm")
    for row in data:
        chosen = TOKENIZER.apply_chat_template(row["chosen"], tokenize=False)
        rejected = TOKENIZER.apply_chat_template(row["rejected"], tokenize=False)
        prompt = TOKENIZER.apply_chat_template(row["chosen"][:-1], tokenize=False, add_generation_prompt=True)
        assert chosen != rejected and chosen.startswith(prompt) and rejected.startswith(prompt)
    margins = torch.tensor([row["margin"] if row["margin"] is not None else 0 for row in data])
    assert torch.isfinite(margins).all() and (margins >= 0).all()
    return f"{len(data)} rows join, margins {margins.min():g} to {margins.max():g}"


def openrlhf_prompt():
    data = rows("pairs/openrlhf-prompt")
    assert all(isinstance(row["label"], str) for row in data)
    return f"{len(data)} rows"


def pictured(name, column="prompt"):
    """Pictures found and opened, one for each placeholder."""

    def check():
        data = located(name)
        for row in data:
            parts = [part for turn in row[column] for part in ([] if isinstance(turn["content"], str) else turn["content"])]
            said = "".join(turn["content"] for turn in row[column] if isinstance(turn["content"], str))
            shown = sum(part["type"] == "image" for part in parts) + said.count("<image>")
            assert shown == len(row["images"]) and all(image.width > 0 for image in row["images"])
        return f"{len(data)} rows, {sum(len(row['images']) for row in data)} pictures"

    return check


def verl():
    data = rows("pairs/verl", "parquet")
    wanted = ["data_source", "prompt", "ability", "reward_model", "extra_info"]
    assert data.column_names == wanted, data.column_names
    assert all(row["reward_model"]["ground_truth"] and isinstance(row["extra_info"]["index"], int) for row in data)
    return f"{len(data)} rows"


def llamafactory(name):
    def check():
        data = rows(name)
        info = json.loads((OUT / name / "dataset_info.json").read_text())["pairs"]
        assert info["file_name"] == "train.jsonl" and all(row[info["columns"]["messages"]] for row in data)
        return f"{len(data)} rows, columns {', '.join(data.column_names)}"

    return check


def hugging_face(name):
    def check():
        loaded = load_dataset(str(OUT / name), cache_dir=f"{SCRATCH}/{name}")
        return ", ".join(f"{split} {len(part)} rows" for split, part in loaded.items())

    return check


def webdataset():
    data = rows("images/webdataset", "webdataset")
    row = data[0]
    picture = next(column for column in data.column_names if column in ("jpg", "png", "webp"))
    assert row[picture].width > 0 and row["json"]["item"]
    told = f"{len(data)} samples of {picture} and json by datasets"
    try:
        import webdataset as wds
    except ImportError:
        return f"{told}; the webdataset library is not installed"
    samples = list(wds.WebDataset(sorted(map(str, (OUT / "images/webdataset").glob("*.tar"))), shardshuffle=False).decode("pil"))
    assert len(samples) == len(data)
    return f"{told}, {len(samples)} by webdataset {wds.__version__}"


CHECKS = {
    "TRL DPO, trl-preference": dpo,
    "TRL KTO, trl-kto": kto,
    "TRL SFT, trl-sft": sft,
    "TRL Reward, trl-reward": reward,
    "TRL GRPO, trl-grpo": online("pairs/trl-grpo"),
    "TRL GRPO, trl-prompt-only": online("pairs/trl-prompt-only"),
    "TRL PRM, trl-prm": prm,
    "TRL DPO with pictures, trl-preference": vision(trl.DPOTrainer, trl.DPOConfig, "images/trl-preference"),
    "TRL KTO with pictures, trl-kto": vision(trl.KTOTrainer, trl.KTOConfig, "images/trl-kto"),
    "TRL SFT with pictures, trl-sft": vision(trl.SFTTrainer, trl.SFTConfig, "images/trl-sft"),
    "pictures, trl-preference": pictured("images/trl-preference"),
    "pictures, trl-sft": pictured("images/trl-sft"),
    "pictures, trl-kto": pictured("images/trl-kto"),
    "pictures, trl-grpo": pictured("images/trl-grpo"),
    "pictures, openrlhf-prompt": pictured("images/openrlhf-prompt", "input"),
    "openrlhf-sft": openrlhf_sft,
    "openrlhf-rm": openrlhf_rm,
    "openrlhf-prompt": openrlhf_prompt,
    "verl": verl,
    "llamafactory-sft": llamafactory("pairs/llamafactory-sft"),
    "llamafactory-dpo": llamafactory("pairs/llamafactory-dpo"),
    "llamafactory-kto": llamafactory("pairs/llamafactory-kto"),
    "hf, texts": hugging_face("pairs/hf"),
    "load_dataset(folder), trl-preference": hugging_face("pairs/trl-preference"),
    "load_dataset(folder), trl-prm": hugging_face("pairs/trl-prm"),
    "load_dataset(folder), llamafactory-dpo": hugging_face("pairs/llamafactory-dpo"),
    "hf, images": hugging_face("images/hf"),
    "webdataset": webdataset,
}

print(f"{datetime.date.today()}: trl {trl.__version__}, transformers {transformers.__version__}, torch {torch.__version__}, datasets {datasets.__version__}")
failed = 0
for name, check in CHECKS.items():
    try:
        print(f"{name}: {check()}")
    except Exception as fault:  # the next trainer is tried all the same
        failed += 1
        print(f"{name}: FAILED {type(fault).__name__}: {fault}")
sys.exit(1 if failed else 0)
