"""Token counts by Hugging Face's own tokenizers: rewrites test/fixtures/quality/tokenizer.json and tokens.json.

    python test/peers/tokens.py

Needs tokenizers, whose version is in the fixture. The tokenizer is a byte-level BPE as GPT-2, Llama 3 and Qwen have it, with their split
pattern and special tokens around a text; it is trained here, on the words of this file's TEXTS, because theirs take megabytes.
"""
import importlib.metadata
import json
import pathlib

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "fixtures" / "quality"
# Llama 3's, which Qwen's differs from in the number of digits.
PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TEXTS = [
    "",
    " ",
    "a",
    "Where is the nearest railway station, and when does the last train leave?",
    "WHERE IS THE NEAREST RAILWAY STATION",
    "It's what they'd've said: don't.",
    "naïve café, façade, Ångström, Straße, œuvre",
    "你好,世界。这是一个测试。",
    "Привет, как дела? Поезд уходит в девять.",
    "আমি ভাত খাই। তুমি কী করো?",
    "👩‍👩‍👧‍👦 and 🏳️‍🌈, e\u0301 and é",
    "1234567 and 89.50",
    "def f(x):\n    return x ** 2  # squared\n\n\nprint(f(3))\n",
    "  two  spaces\tand\ttabs \r\n",
    "<|end|> is only text here, and so is [CLS]",
    "the train the train the train leaves the station",
    "a" * 300,
]

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [
        pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=420,
    special_tokens=["<|begin|>"],
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    show_progress=False,
)
tokenizer.train_from_iterator(TEXTS * 2, trainer)
tokenizer.post_processor = processors.TemplateProcessing(
    single="<|begin|> $A", special_tokens=[("<|begin|>", tokenizer.token_to_id("<|begin|>"))]
)
tokenizer.save(str(FOLDER / "tokenizer.json"), pretty=False)
counts = [len(tokenizer.encode(text, add_special_tokens=False).ids) for text in TEXTS]
document = {
    "versions": {"tokenizers": importlib.metadata.version("tokenizers")},
    "texts": [{"text": text, "tokens": count} for text, count in zip(TEXTS, counts)],
}
(FOLDER / "tokens.json").write_text(json.dumps(document, indent=1) + "\n")
