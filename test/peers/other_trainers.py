"""Lets OpenRLHF, verl, LLaMA-Factory and Axolotl read exported folders through the run-configs that lie beside them.

    scripts/with-node.sh node test/peers/trainer-exports.ts OUT
    python -m pip install -r test/peers/other-trainers-requirements.txt
    python -m pip install --no-deps llamafactory==0.9.5 verl==0.9.1
    python test/peers/other_trainers.py OUT llamafactory verl

and, since no version of transformers suits all four, in another environment

    python -m pip install -r test/peers/newer-trainers-requirements.txt
    python -m pip install --no-deps axolotl==0.19.0 openrlhf==0.11.2
    python test/peers/other_trainers.py OUT axolotl openrlhf

Each goes as far as it does without a GPU: LLaMA-Factory trains a step, the others read their command line or config, load the rows and make batches of them. What
they read is held against the exported turns. The requirements are what their data code imports. test/peers/other-trainers.txt is what it last printed.
"""

import asyncio
import contextlib
import datetime
import importlib.metadata
import importlib.util
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import MagicMock

os.environ |= {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1", "WANDB_MODE": "disabled", "TQDM_DISABLE": "1", "CUDA_VISIBLE_DEVICES": ""}

try:
    import datasets
    import torch
    import transformers
    import yaml
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed (python -m pip install -r test/peers/other-trainers-requirements.txt)")
    sys.exit(0)

from tiny import TEMPLATE, llama_config, make_tokenizer

transformers.logging.set_verbosity_error()
datasets.disable_progress_bars()


def copied(name):
    """A copy of an export to run in, with the name of the model where its configs ask for one."""
    folder = SCRATCH / name
    shutil.copytree(OUT / name, folder, dirs_exist_ok=True)
    for config in folder.glob("*.yaml"):
        config.write_text(config.read_text().replace(": MODEL\n", f": {MODEL}\n"))
    return folder


def rows_of(folder):
    return [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]


def said(turns):
    return TOKENIZER.apply_chat_template(turns, tokenize=False)


def asked(turns):
    return TOKENIZER.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)


def read(ids):
    """Tokens as text, without padding."""
    return TOKENIZER.decode([each for each in torch.as_tensor(ids).flatten().tolist() if each != TOKENIZER.pad_token_id])


def same(found, wanted):
    found, wanted = sorted(found), sorted(wanted)
    assert len(found) == len(wanted), f"{len(found)} of {len(wanted)} rows"
    for one, other in zip(found, wanted):
        assert one == other, f"{one!r} is not {other!r}"


def command(folder, **given):
    """The words of the command that `run-config.sh` starts, after the shell has read it."""
    programs = SCRATCH / "bin"
    programs.mkdir(exist_ok=True)
    for name in ("deepspeed", "python3"):
        (programs / name).write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n")
        (programs / name).chmod(0o755)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "MODEL": str(MODEL), **given}
    ran = subprocess.run(["sh", str(folder / "run-config.sh")], env=environment, check=True, capture_output=True, text=True)
    return ran.stdout.split("\0")[:-1]


class Prepared(Exception):
    """Thrown where a script of OpenRLHF hands its model to DeepSpeed, with the steps that it would take."""

    def __init__(self, steps):
        super().__init__("prepared")
        self.steps = steps


LOADERS = []


class Strategy:
    """Stands for `DeepspeedStrategy` on one device, up to where the model is prepared."""

    def __init__(self, args):
        self.args = args
        self.accumulated_gradient = args.train.batch_size // args.train.micro_batch_size

    def setup_distributed(self):
        pass

    def get_ds_train_config(self):
        return {}

    def get_ds_eval_config(self, offload):
        return {}

    def print(self, *said):
        pass

    def is_rank_0(self):
        return False

    def setup_dataloader(self, dataset, size, pin_memory, shuffle, collate_fn, drop_last=True, num_workers=0):
        loader = torch.utils.data.DataLoader(dataset, size, shuffle=shuffle, drop_last=drop_last, collate_fn=collate_fn)
        LOADERS.append(loader)
        return loader

    def prepare(self, pair, *others):
        raise Prepared(pair[1]["scheduler_steps"])


# In the place of what trains on GPUs: OpenRLHF's models, and its trainers but for the one that reads prompts.
UNUSED = (
    "models",
    "trainer.dpo_trainer",
    "trainer.ppo_utils.experience",
    "trainer.ppo_utils.experience_maker",
    "trainer.ppo_utils.samples_generator",
    "trainer.ray",
    "trainer.ray.launcher",
    "trainer.ray.ppo_actor",
    "trainer.ray.ppo_critic",
    "trainer.ray.vllm_engine",
    "trainer.rm_trainer",
    "trainer.sft_trainer",
    "utils.deepspeed",
)


def openrlhf(folder, script=None, without=(), **given):
    """Runs a script of OpenRLHF with the words of `run-config.sh`; gives its arguments, batches and steps."""
    import openrlhf.utils
    import ray

    _, module, *words = command(folder, **given)
    sys.modules.update({f"openrlhf.{name}": MagicMock() for name in UNUSED})
    for model in (sys.modules["openrlhf.models"].Actor, sys.modules["openrlhf.models"].get_llm_for_sequence_regression):
        model.return_value.is_vlm = model.return_value.model.is_vlm = False
    kept = {}

    def get_strategy(args):
        kept["args"] = args
        if "ppo" in module:  # its models come up on other machines, its prompts are read by `prepare_datasets`
            raise Prepared(None)
        return Strategy(args)

    openrlhf.utils.get_strategy = get_strategy
    ray.is_initialized = lambda: True
    LOADERS.clear()
    was, sys.argv = sys.argv, ["train", *(word for word in words if word not in without)]
    try:
        with contextlib.chdir(folder):
            runpy.run_module(script or module, run_name="__main__")
    except Prepared as prepared:
        return kept["args"], list(LOADERS), prepared.steps
    finally:
        sys.argv = was
    raise AssertionError("it trained")


def counted(loaders, steps):
    assert steps > 0, "the set fills no batch: not one step is taken"
    return f"{len(loaders[0].dataset)} rows in {len(loaders[0])} batches, {steps} steps"


def openrlhf_sft():
    folder = copied("pairs/openrlhf-sft")
    _, loaders, steps = openrlhf(folder)
    wanted = rows_of(folder)
    dataset = loaders[0].dataset
    same([read(dataset[at][0]) for at in range(len(dataset))], [said(row["input"] + row["output"]) for row in wanted])
    learned = [read(ids[0, 1:][mask[0, :-1] == 1]) for ids, _, mask in (dataset[at] for at in range(len(dataset)))]
    same(learned, [said(row["output"]).removeprefix("<|assistant|>") for row in wanted])
    next(iter(loaders[0]))
    return f"{counted(loaders, steps)}; the answer's words are learned"


def openrlhf_rm():
    folder = copied("pairs/openrlhf-rm")
    args, loaders, steps = openrlhf(folder)
    found, wanted = [], rows_of(folder)
    for batch in loaders[0]:
        chosen, _, rejected, _, margins = batch
        found += [(read(one), read(other), margin) for one, other, margin in zip(chosen, rejected, margins)]
    same(found, [(said(row["chosen"]), said(row["rejected"]), row["margin"] or 0) for row in wanted])
    assert args.model.margin_loss_enable
    return f"{counted(loaders, steps)}; margins {min(each[2] for each in found):g} to {max(each[2] for each in found):g}"


def openrlhf_dpo():
    folder = copied("pairs/openrlhf-rm")
    _, loaders, steps = openrlhf(folder, "openrlhf.cli.train_dpo", without=("--model.margin_loss_enable",))
    dataset, wanted = loaders[0].dataset, rows_of(folder)
    found = []
    for at in range(len(dataset)):
        chosen, _, rejected, _, length = dataset[at]
        found.append((read(chosen[0, :length]), read(chosen[0, length:]), read(rejected[0, length:])))
    plain = [(asked(row["chosen"][:-1]), said(row["chosen"][-1:]), said(row["rejected"][-1:])) for row in wanted]
    same(found, [(prompt, *(side.removeprefix("<|assistant|>") for side in sides)) for prompt, *sides in plain])
    return counted(loaders, steps)


VISION_TEMPLATE = TEMPLATE.replace(
    "{{ message['content'] }}",
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}[picture]{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endif %}",
)


def pictured(turns):
    """The prompt as a template of pictures writes it: OpenRLHF strips the text beside them."""
    return asked([{**turn, "content": "[picture]".join(part.strip() for part in turn["content"].split("<image>"))} for turn in turns])


def openrlhf_prompt(name):
    def check():
        folder = copied(name)
        args, _, _ = openrlhf(folder, REWARD_URL="http://127.0.0.1/reward")
        from openrlhf.trainer.ppo_trainer import prepare_datasets

        tokenizer = make_tokenizer(OUT)
        if args.data.max_images_per_prompt > 0:
            tokenizer.chat_template = VISION_TEMPLATE
        with contextlib.chdir(folder):
            loader, _, steps = prepare_datasets(Strategy(args), tokenizer)
        wanted = rows_of(folder)
        found = [(prompt, label, *(images or [])) for _, [prompt], [label], [images] in loader]
        template = pictured if args.data.max_images_per_prompt > 0 else asked
        same(found, [(template(row["input"]), row["label"], *row.get("images", [])) for row in wanted])
        pictures = [folder / path for row in wanted for path in row.get("images", [])]
        assert all(path.is_file() for path in pictures)
        return f"{counted([loader], steps)}, {len(pictures)} pictures, advantages by {args.algo.advantage.estimator}"

    return check


def verl():
    from hydra import compose, initialize_config_dir
    from torch.utils.data import DataLoader
    from verl import DataProto
    from verl.experimental.reward_loop.reward_manager.naive import NaiveRewardManager
    from verl.trainer.ppo.reward import get_custom_reward_fn
    from verl.trainer.ppo.utils import create_rl_dataset
    from verl.utils.config import validate_config
    from verl.utils.dataset.rl_dataset import collate_fn
    from verl.utils.reward_score import default_compute_score

    folder = copied("pairs/verl")
    reward = folder / "reward.py"
    reward.write_text("def compute_score(data_source, solution_str, ground_truth, extra_info):\n    return float(solution_str == ground_truth)\n")
    settings = Path(importlib.util.find_spec("verl").origin).parent / "trainer/config"
    with initialize_config_dir(str(settings), version_base=None):
        config = compose("ppo_trainer", overrides=command(folder, REWARD=str(reward))[2:])
    config.data.dataloader_num_workers = 0
    validate_config(config, use_reference_policy=True, use_critic=False)
    with contextlib.chdir(folder):
        dataset = create_rl_dataset(config.data.train_files, config.data, TOKENIZER, None)
        wanted = datasets.load_dataset("parquet", data_files=config.data.train_files[0], split="train").to_list()
    prompts = [asked(row["raw_prompt"]) for row in (dataset[at] for at in range(len(dataset)))]
    long = [row for row in wanted if len(TOKENIZER(asked(row["prompt"]))["input_ids"]) > config.data.max_prompt_length]
    same(prompts, [asked(row["prompt"]) for row in wanted if row not in long])
    loader = DataLoader(dataset, config.data.train_batch_size, drop_last=True, collate_fn=collate_fn)
    assert len(loader) > 0, "the set fills no batch"
    batch = next(iter(loader))
    with contextlib.suppress(NotImplementedError):
        default_compute_score(batch["data_source"][0], "", "")
        raise AssertionError("verl has a reward function of its own for this data source")

    truths = [row["ground_truth"] for row in batch["reward_model"]]
    answers = [truth if at % 2 == 0 else "another" for at, truth in enumerate(truths)]
    tokens = TOKENIZER(answers, return_tensors="pt", padding=True, padding_side="right", add_special_tokens=False)
    scored = DataProto.from_single_dict({**batch, "responses": tokens["input_ids"], "attention_mask": tokens["attention_mask"]})
    score = get_custom_reward_fn(config)

    async def scores():
        manager = NaiveRewardManager(config, TOKENIZER, score)
        return [(await manager.run_single(scored[at : at + 1]))["reward_score"] for at in range(len(scored))]

    rewards = asyncio.run(scores())
    assert rewards == [float(answer == truth) for answer, truth in zip(answers, truths)], rewards
    dropped = f", {len(long)} prompts over {config.data.max_prompt_length} tokens dropped" if long else ""
    return f"{len(dataset)} of {len(wanted)} rows in {len(loader)} batches{dropped}; the ground truth is rewarded 1, another answer 0"


def llamafactory(name):
    """Trains a step; the rows are what its template makes of the exported turns."""

    def check():
        from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
        from llamafactory.hparams import get_train_args
        from llamafactory.model import load_tokenizer
        from llamafactory.train.tuner import run_exp

        folder = copied(name)
        given = yaml.safe_load((folder / "run-config.yaml").read_text())
        with contextlib.chdir(folder):
            model_args, data_args, training_args, finetuning_args, _ = get_train_args({**given, "report_to": "none"})
            tokenizer = load_tokenizer(model_args)
            template = get_template_and_fix_tokenizer(tokenizer["tokenizer"], data_args)
            stage = {"dpo": "rm"}.get(finetuning_args.stage, finetuning_args.stage)
            data = get_dataset(template, model_args, data_args, training_args, stage=stage, **tokenizer)["train_dataset"]
            LLAMAFACTORY[given["stage"]](data, rows_of(folder))
            run_exp({**given, "report_to": "none", "max_steps": 1, "logging_steps": 1, "save_strategy": "no", "disable_tqdm": True})
            loss = json.loads((folder / "out/train_results.json").read_text())["train_loss"]
        assert loss == loss
        return f"{len(data)} rows, loss {loss:.4f}"

    return check


def learned(ids, labels):
    """What is read, and what of it is learned."""
    return read(ids), read([label for label in labels if label >= 0])


def conversation(turns):
    return said(turns), said(turns[-1:]).removeprefix("<|assistant|>")


def sft_rows(data, wanted):
    same([learned(row["input_ids"], row["labels"]) for row in data], [conversation(row["messages"]) for row in wanted])


def dpo_rows(data, wanted):
    found = [
        (*learned(row["chosen_input_ids"], row["chosen_labels"]), *learned(row["rejected_input_ids"], row["rejected_labels"]))
        for row in data
    ]
    same(found, [conversation(row["messages"] + [row["chosen"]]) + conversation(row["messages"] + [row["rejected"]]) for row in wanted])


def kto_rows(data, wanted):
    found = [(*learned(row["input_ids"], row["labels"]), row["kto_tags"]) for row in data]
    same(found, [(*conversation(row["messages"]), row["label"]) for row in wanted])


LLAMAFACTORY = {"sft": sft_rows, "dpo": dpo_rows, "kto": kto_rows}


def axolotl(name, rows):
    """Its config is validated as `axolotl train` does, its rows are those that it would train on."""

    def check():
        from axolotl.cli.config import load_cfg
        from axolotl.common.datasets import load_datasets, load_preference_datasets

        folder = copied(name)
        with contextlib.chdir(folder):
            config = load_cfg("axolotl.yaml")
            load = load_preference_datasets if config.rl else load_datasets
            meta = load(cfg=config)
        rows(meta.train_dataset, rows_of(folder))
        return f"{len(meta.train_dataset)} rows, {meta.total_num_steps} steps"

    return check


def axolotl_dpo(data, wanted):
    found = [(row["prompt"], row["chosen"], row["rejected"]) for row in data]
    sides = [(asked(row["prompt"]), said(row["chosen"]), said(row["rejected"])) for row in wanted]
    same(found, [(prompt, *(side.removeprefix("<|assistant|>") for side in both)) for prompt, *both in sides])


def axolotl_prm(data, wanted):
    found = [(read(row["input_ids"]), [label for label in row["labels"] if label >= 0]) for row in data]
    steps = ["".join(f"{step}\n" for step in row["completions"]) for row in wanted]
    same(found, [(row["prompt"] + text, [int(label) for label in row["labels"]]) for row, text in zip(wanted, steps)])


CHECKS = {
    "openrlhf": {
        "train_sft, openrlhf-sft": openrlhf_sft,
        "train_rm, openrlhf-rm": openrlhf_rm,
        "train_dpo, openrlhf-rm": openrlhf_dpo,
        "train_ppo_ray, openrlhf-prompt": openrlhf_prompt("pairs/openrlhf-prompt"),
        "train_ppo_ray with pictures, openrlhf-prompt": openrlhf_prompt("images/openrlhf-prompt"),
    },
    "verl": {"main_ppo, verl": verl},
    "llamafactory": {
        "sft, llamafactory-sft": llamafactory("pairs/llamafactory-sft"),
        "dpo, llamafactory-dpo": llamafactory("pairs/llamafactory-dpo"),
        "kto, llamafactory-kto": llamafactory("pairs/llamafactory-kto"),
    },
    "axolotl": {
        "chat_template, llamafactory-sft": axolotl("pairs/llamafactory-sft", sft_rows),
        "dpo, trl-preference": axolotl("pairs/trl-preference", axolotl_dpo),
        "stepwise_supervised, trl-prm": axolotl("pairs/trl-prm", axolotl_prm),
    },
}


def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def main(tools):
    versions = {name: version(name) for name in (*tools, "trl", "transformers", "torch", "datasets")}
    print(f"{datetime.date.today()}: {', '.join(f'{name} {found}' for name, found in versions.items() if found)}")
    failed = 0
    for tool in tools:
        if versions[tool] is None:
            print(f"skipped: {tool} is not installed (see the head of {Path(__file__).name})")
            continue
        for name, check in CHECKS[tool].items():
            heard = io.StringIO()
            try:
                with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
                    told = check()
                print(f"{tool} {name}: {told}")
            except (Exception, SystemExit) as fault:  # the next is tried all the same
                failed += 1
                print(f"{heard.getvalue()[-2000:]}\n{tool} {name}: FAILED {type(fault).__name__}: {fault}")
    shutil.rmtree(SCRATCH)
    return 1 if failed else 0


if __name__ == "__main__":  # processes that Axolotl spawns import this file too, and need none of this
    OUT = Path(sys.argv[1]).resolve()
    SCRATCH = Path(tempfile.mkdtemp(prefix="assay-other-trainers-"))
    MODEL = SCRATCH / "model"
    TOKENIZER = make_tokenizer(OUT)
    TOKENIZER.save_pretrained(MODEL)
    torch.manual_seed(0)
    transformers.LlamaForCausalLM(llama_config(TOKENIZER)).save_pretrained(MODEL)
    sys.exit(main(sys.argv[2:] or list(CHECKS)))
