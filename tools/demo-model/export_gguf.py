"""Writes a trained model as one GGUF file, version 3: matrices as F16, norms as F32."""

import struct

import torch

import tokenizer as tok

ALIGNMENT = 32
U32, F32, BOOL, STRING, ARRAY, I32 = 4, 6, 7, 8, 9, 5
TYPE_F32, TYPE_F16 = 0, 1
NORMAL, CONTROL_TOKEN, USER_DEFINED_TOKEN = 1, 3, 4


def _string(value):
    data = value.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def _array(kind, values):
    items = b"".join(_string(v) if kind == STRING else struct.pack("<i", v) for v in values)
    return struct.pack("<IQ", kind, len(values)) + items


def _metadata(shape, tokens, template):
    def kind(token):
        return CONTROL_TOKEN if token in tok.CONTROL else USER_DEFINED_TOKEN if token in tok.USER_DEFINED else NORMAL

    end = tokens.ids[tok.END]
    return [
        ("general.architecture", STRING, "llama"),
        ("general.type", STRING, "model"),
        ("general.name", STRING, "LlmOperator demo"),
        ("general.description", STRING, "Answers questions about LlmOperator; trained from scratch for demonstrations and tests."),
        ("general.license", STRING, "apache-2.0"),
        ("general.file_type", U32, 1),
        ("general.alignment", U32, ALIGNMENT),
        ("llama.vocab_size", U32, shape.vocabulary),
        ("llama.context_length", U32, shape.context),
        ("llama.embedding_length", U32, shape.width),
        ("llama.block_count", U32, shape.layers),
        ("llama.feed_forward_length", U32, shape.feed_forward),
        ("llama.attention.head_count", U32, shape.heads),
        ("llama.attention.head_count_kv", U32, shape.kv_heads),
        ("llama.attention.layer_norm_rms_epsilon", F32, shape.norm_epsilon),
        ("llama.rope.dimension_count", U32, shape.head),
        ("llama.rope.freq_base", F32, shape.rope_base),
        ("tokenizer.ggml.model", STRING, "gpt2"),
        ("tokenizer.ggml.pre", STRING, "qwen2"),
        ("tokenizer.ggml.tokens", ARRAY, _array(STRING, tokens.tokens)),
        ("tokenizer.ggml.token_type", ARRAY, _array(I32, [kind(token) for token in tokens.tokens])),
        ("tokenizer.ggml.merges", ARRAY, _array(STRING, [" ".join(pair) for pair in tokens.merges])),
        ("tokenizer.ggml.bos_token_id", U32, tokens.ids[tok.END_OF_TEXT]),
        ("tokenizer.ggml.eos_token_id", U32, end),
        ("tokenizer.ggml.eot_token_id", U32, end),
        ("tokenizer.ggml.padding_token_id", U32, tokens.ids[tok.END_OF_TEXT]),
        ("tokenizer.ggml.add_bos_token", BOOL, False),
        ("tokenizer.chat_template", STRING, template),
    ]


def _encode(kind, value):
    if kind == STRING:
        return _string(value)
    return value if kind == ARRAY else struct.pack({U32: "<I", F32: "<f", BOOL: "<?"}[kind], value)


def _neighbours(rows, head):
    """llama.cpp rotates neighbouring rows of a head (0,1), (2,3)…, the model here (0, n/2), (1, n/2+1)…"""
    return rows.view(-1, 2, head // 2, rows.shape[-1]).transpose(1, 2).reshape(rows.shape)


def _tensors(model):
    shape = model.shape
    kv = shape.kv_heads * shape.head
    yield "token_embd.weight", model.embedding.weight
    for index, block in enumerate(model.blocks):
        q, k, v = block.qkv.weight.split([shape.width, kv, kv])
        gate, up = block.gate_up.weight.chunk(2)
        for name, tensor in [
            ("attn_norm", block.attention_norm.weight), ("attn_q", _neighbours(q, shape.head)), ("attn_k", _neighbours(k, shape.head)), ("attn_v", v),
            ("attn_output", block.output.weight), ("ffn_norm", block.feed_forward_norm.weight),
            ("ffn_gate", gate), ("ffn_up", up), ("ffn_down", block.down.weight),
        ]:
            yield f"blk.{index}.{name}.weight", tensor
    yield "output_norm.weight", model.norm.weight


def export(model, tokens, template, path):
    metadata = _metadata(model.shape, tokens, template)
    head, body, count = b"", b"", 0
    for key, kind, value in metadata:
        head += _string(key) + struct.pack("<I", kind) + _encode(kind, value)
    for name, tensor in _tensors(model):
        matrix = tensor.dim() == 2
        data = tensor.detach().to(torch.float16 if matrix else torch.float32).contiguous().numpy().tobytes()
        sizes = list(reversed(tensor.shape))
        head += _string(name) + struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes)
        head += struct.pack("<IQ", TYPE_F16 if matrix else TYPE_F32, len(body))
        body += data + bytes(-len(data) % ALIGNMENT)
        count += 1
    start = b"GGUF" + struct.pack("<IQQ", 3, count, len(metadata)) + head
    path.write_bytes(start + bytes(-len(start) % ALIGNMENT) + body)
