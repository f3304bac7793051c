"""Reference results of single operators, from PyTorch in float64.

Writes operators.safetensors beside this file: `NAME.in0`, ... and `NAME.out0`, ...
OperatorReferenceTests.swift computes the same by name. Made with PyTorch 2.13 on a CPU.
"""
import json
import pathlib
import struct

import torch
import torch.nn.functional as F

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
cases = {}


def case(name, inputs, function):
    outputs = function(*inputs)
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    cases[name] = (inputs, [torch.view_as_real(o.resolve_conj()) if o.is_complex() else o for o in outputs])


def r(*shape):
    return torch.randn(*shape)


x, p = r(3, 4), torch.rand(3, 4) * 0.8 + 0.1
for name in ["elu", "selu", "celu", "gelu", "silu", "mish", "softplus", "softsign", "hardsigmoid", "hardswish",
             "logsigmoid", "leaky_relu"]:
    case(name, [r(3, 4) * 3], getattr(F, name))
case("gelu_tanh", [r(3, 4) * 3], lambda a: F.gelu(a, approximate="tanh"))
case("glu", [r(3, 4)], lambda a: F.glu(a, 1))
case("prelu", [r(2, 3, 2), r(3)], F.prelu)
for name in ["erf", "erfc", "exp2", "log2", "log10", "lgamma", "digamma", "asinh", "sinh", "frac", "trunc", "erfinv"]:
    case(name, [p.clone()], getattr(torch, name))
case("remainder", [r(3, 4) * 4, r(4)], torch.remainder)
case("floor_divide", [r(3, 4) * 4], lambda a: torch.floor_divide(a, 1.5))
case("nan_to_num", [torch.tensor([float("nan"), float("inf"), -float("inf"), 2.0])],
     lambda a: torch.nan_to_num(a, 7.0, 8.0, -9.0))
case("logaddexp", [r(3), r(2, 1)], torch.logaddexp)
case("hypot", [r(3), r(2, 1)], torch.hypot)
case("lerp", [r(3), r(3)], lambda a, b: torch.lerp(a, b, 0.3))

case("softmax_temperature", [x], lambda a: F.softmax(a / 0.5, 0))
case("softmin", [x], lambda a: F.softmin(a, 1))
case("logsumexp", [x * 300], lambda a: torch.logsumexp(a, 1))
case("rms_norm", [r(2, 3, 4), r(3, 4)], lambda a, w: F.rms_norm(a, (3, 4), w, 1e-6))
case("normalize", [r(2, 3, 4)], lambda a: F.normalize(a, dim=2, p=1))

case("conv1d", [r(2, 4, 9), r(6, 2, 3), r(6)],
     lambda a, w, b: F.conv1d(a, w, b, stride=2, padding=1, dilation=2, groups=2))
case("conv_transpose1d", [r(2, 4, 5), r(4, 3, 4), r(6)],
     lambda a, w, b: F.conv_transpose1d(a, w, b, stride=3, padding=1, output_padding=2, groups=2))
case("max_pool1d", [r(2, 3, 9)], lambda a: F.max_pool1d(a, 3, 2, 1, 1, True, True))
case("max_pool2d", [r(2, 3, 7, 8)], lambda a: F.max_pool2d(a, (3, 2), (2, 1), (1, 0), (1, 2), False, True))
case("max_pool3d", [r(1, 2, 4, 5, 4)], lambda a: F.max_pool3d(a, 2, 2, 0, 1, True, True))
case("avg_pool1d", [r(2, 3, 9)], lambda a: F.avg_pool1d(a, 3, 2, 1))
case("avg_pool2d", [r(2, 3, 7, 8)], lambda a: F.avg_pool2d(a, (3, 2), (2, 1), (1, 0), True, False))
case("avg_pool3d", [r(1, 2, 4, 5, 4)], lambda a: F.avg_pool3d(a, 2, 1))
case("adaptive_avg_pool1d", [r(2, 3, 9)], lambda a: F.adaptive_avg_pool1d(a, 4))
case("adaptive_avg_pool2d", [r(2, 3, 7, 8)], lambda a: F.adaptive_avg_pool2d(a, (3, 5)))
case("adaptive_avg_pool3d", [r(2, 1, 3, 7, 8)], lambda a: F.adaptive_avg_pool3d(a, (2, 3, 5)))
case("adaptive_max_pool1d", [r(2, 3, 9)], lambda a: F.adaptive_max_pool1d(a, 4, True))
case("adaptive_max_pool2d", [r(2, 3, 7, 8)], lambda a: F.adaptive_max_pool2d(a, (3, 5), True))
case("adaptive_max_pool3d", [r(2, 1, 3, 7, 8)], lambda a: F.adaptive_max_pool3d(a, (2, 3, 5), True))
case("max_unpool1d", [r(1, 2, 7)], lambda a: F.max_unpool1d(*F.max_pool1d(a, 2, return_indices=True), 2, output_size=[7]))
case("max_unpool2d", [r(1, 2, 5, 6)],
     lambda a: F.max_unpool2d(*F.max_pool2d(a, 2, return_indices=True), 2, output_size=[5, 6]))
case("max_unpool3d", [r(1, 2, 4, 5, 6)],
     lambda a: F.max_unpool3d(*F.max_pool3d(a, 2, return_indices=True), 2, output_size=[4, 5, 6]))
case("interpolate_factor", [r(1, 2, 5, 3)], lambda a: F.interpolate(a, scale_factor=1.7, mode="bilinear"))
case("interpolate_nearest_factor", [r(1, 2, 5)], lambda a: F.interpolate(a, scale_factor=1.7))
case("interpolate_trilinear", [r(1, 2, 3, 2, 4)],
     lambda a: F.interpolate(a, size=(4, 5, 3), mode="trilinear", align_corners=True))
case("affine_grid", [r(2, 2, 3)], lambda a: F.affine_grid(a, (2, 1, 3, 4), align_corners=False))
for mode in ["constant", "reflect", "replicate", "circular"]:
    case("pad_" + mode, [r(1, 2, 4, 5)], lambda a: F.pad(a, (2, 1, 3, 0), mode))
case("pad_negative", [r(4, 5)], lambda a: F.pad(a, (-1, 2, 1, -2), value=0.5))
case("pixel_shuffle", [r(1, 8, 2, 3)], lambda a: F.pixel_shuffle(a, 2))
case("pixel_unshuffle", [r(1, 2, 4, 6)], lambda a: F.pixel_unshuffle(a, 2))

labels, weight = torch.tensor([2, 0, 3]), torch.rand(4) + 0.5
case("cross_entropy", [x, weight],
     lambda a, w: [F.cross_entropy(a, labels, w, ignore_index=0, label_smoothing=0.2, reduction=q)
                   for q in ["none", "mean", "sum"]])
case("cross_entropy_probabilities", [x, p, weight],
     lambda a, b, w: [F.cross_entropy(a, b, w, label_smoothing=0.1, reduction=q) for q in ["none", "mean", "sum"]])
case("nll", [x, weight], lambda a, w: F.nll_loss(F.log_softmax(a, 1), labels, w))
case("multi_margin", [x, weight], lambda a, w: [F.multi_margin_loss(a, labels, q, 0.7, w) for q in [1, 2]])
case("binary_cross_entropy", [p, torch.rand(3, 4), torch.rand(4)], lambda a, b, w: F.binary_cross_entropy(a, b, w))
case("binary_cross_entropy_logits", [x * 50, torch.rand(3, 4), torch.rand(4)],
     lambda a, b, w: F.binary_cross_entropy_with_logits(a, b, pos_weight=w))
case("kl_div", [x, p], lambda a, b: [F.kl_div(a, b, reduction=q) for q in ["none", "mean", "sum", "batchmean"]])
case("kl_div_log", [x, r(3, 4)], lambda a, b: F.kl_div(a, b, reduction="batchmean", log_target=True))
case("smooth_l1", [x, r(3, 4)], lambda a, b: F.smooth_l1_loss(a, b, beta=0.5))
case("huber", [x, r(3, 4)], lambda a, b: F.huber_loss(a, b, delta=0.5))
case("ctc", [r(7, 2, 4)], lambda a: F.ctc_loss(
    F.log_softmax(a, 2), torch.tensor([[1, 2, 2], [3, 1, 0]]), torch.tensor([7, 5]), torch.tensor([3, 2])))
case("embedding", [r(5, 3)], lambda a: F.embedding(torch.tensor([[1, 4], [0, 1]]), a))

q, k, v = r(2, 3, 4, 5), r(2, 3, 6, 5), r(2, 3, 6, 2)
case("attention", [q, k, v], F.scaled_dot_product_attention)
case("attention_causal", [q, k, v], lambda a, b, c: F.scaled_dot_product_attention(a, b, c, is_causal=True, scale=0.3))
case("attention_mask", [q, k, v, r(4, 6)], lambda a, b, c, m: F.scaled_dot_product_attention(a, b, c, m))
rnn = torch.nn.RNN(3, 4, 2, "relu", bias=False)
case("rnn_relu", [r(5, 2, 3)] + [w.detach() for w in rnn.parameters()],
     lambda a, *w: [o.detach() for o in rnn(a)])
lstm = torch.nn.LSTM(3, 4, 3)
case("lstm", [r(5, 2, 3)] + [w.detach() for w in lstm.parameters()],
     lambda a, *w: [lstm(a)[0].detach(), lstm(a)[1][0].detach(), lstm(a)[1][1].detach()])

a3, spd = r(2, 3, 3), r(2, 3, 3)
spd = spd @ spd.mT + torch.eye(3)
case("einsum", [r(2, 3, 4), r(2, 4, 5), r(5)], lambda a, b, c: torch.einsum("bij, bjk, k -> ib", a, b, c))
case("einsum_dots", [r(2, 3, 4), r(4, 5)], lambda a, b: torch.einsum("...j,jk", a, b))
case("tensordot", [r(2, 3, 4), r(4, 2, 5)], lambda a, b: torch.tensordot(a, b, ([2, 0], [0, 1])))
case("kron", [r(2, 2), r(1, 3)], torch.kron)
case("cross", [r(2, 3), r(2, 3)], lambda a, b: torch.linalg.cross(a, b))
case("cdist", [r(4, 3), r(5, 3)], lambda a, b: torch.cdist(a, b))
case("cosine_similarity", [r(4, 3), r(4, 3)], F.cosine_similarity)
case("svdvals", [r(2, 3, 4)], torch.linalg.svdvals)
case("eigh", [spd], lambda a: torch.linalg.eigvalsh(a))
case("inverse", [a3], torch.linalg.inv)
case("solve", [a3, r(2, 3, 2)], torch.linalg.solve)
case("solve_triangular", [a3, r(2, 3, 2)], lambda a, b: torch.linalg.solve_triangular(a.triu(), b, upper=True))
case("cholesky", [spd], torch.linalg.cholesky)
case("lstsq", [r(5, 3), r(5, 2)], lambda a, b: torch.linalg.lstsq(a, b).solution)
case("pinv", [r(5, 3)], torch.linalg.pinv)
case("det", [a3], torch.linalg.det)
case("slogdet", [a3], lambda a: list(torch.linalg.slogdet(a)))
case("matrix_norms", [a3], lambda a: [torch.linalg.matrix_norm(a, o) for o in ["fro", 2, "nuc"]])
case("matrix_rank", [torch.outer(r(3), r(4))], torch.linalg.matrix_rank)
case("fft", [r(3, 4, 2)], lambda a: torch.fft.fft(torch.view_as_complex(a), n=5, dim=0))
case("ifft", [r(3, 4, 2)], lambda a: torch.fft.ifft(torch.view_as_complex(a), dim=1))
case("rfft", [r(3, 5)], lambda a: torch.fft.rfft(a, norm="ortho"))
case("irfft", [r(3, 4, 2)], lambda a: torch.fft.irfft(torch.view_as_complex(a), n=7, norm="forward"))
case("complex_product", [r(3, 2), r(3, 2)], lambda a, b: torch.view_as_complex(a) * torch.view_as_complex(b))
case("complex_parts", [r(5, 2)], lambda a: [torch.view_as_complex(a).abs(), torch.view_as_complex(a).angle()])

ties = torch.tensor([[2.0, 1, 2, 3], [1, 1, 0, 3], [5, 1, 2, 2]])
index = torch.tensor([[0, 2, 1, 1], [1, 1, 0, 0]])
case("cumprod", [x], lambda a: torch.cumprod(a, 1))
case("cummax", [ties], lambda a: list(torch.cummax(a, 0)))
case("cummin", [ties], lambda a: list(torch.cummin(a, 1)))
case("logcumsumexp", [x * 200], lambda a: torch.logcumsumexp(a, 1))
case("prod", [x], lambda a: [a.prod(), a.prod(1)])
case("median", [x], lambda a: list(a.median(1)))
case("quantile", [x], lambda a: torch.quantile(a, 0.35, 1))
case("unique", [ties], lambda a: list(torch.unique(a, return_inverse=True, return_counts=True)))
case("unique_axis", [ties.round().clamp(1, 2)], lambda a: list(torch.unique(a, return_inverse=True, return_counts=True, dim=1)))
case("sort", [ties], lambda a: list(torch.sort(a, dim=1, descending=True, stable=True)))
case("searchsorted", [torch.tensor([1.0, 2, 2, 5]), ties],
     lambda s, a: [torch.searchsorted(s, a), torch.searchsorted(s, a, right=True)])
case("bincount", [torch.rand(4)], lambda w: [torch.bincount(torch.tensor([1, 4, 1, 0]), minlength=7),
                                             torch.bincount(torch.tensor([1, 4, 1, 0]), w)])
case("histc", [ties], lambda a: torch.histc(a, 3, 0.5, 3))
case("gather", [x], lambda a: torch.gather(a, 0, index))
case("scatter", [x, torch.arange(8.0).reshape(2, 4)],
     lambda a, b: [torch.scatter(a, 0, index, b), torch.scatter_add(a, 0, index, b), torch.scatter(a, 0, index, 7.5)]
     + [torch.scatter_reduce(a, 0, index, b, m, include_self=s)
        for m in ["sum", "prod", "mean", "amin", "amax"] for s in [False, True]])
row = torch.tensor([2, 0, 2])
case("index_add", [x, r(3, 4)], lambda a, b: torch.index_add(a, 0, row, b))
case("index_fill", [x], lambda a: torch.index_fill(a, 1, row, 9.0))
case("index", [r(3, 4, 2)], lambda a: [a[row, torch.tensor([[1], [3]])], a[:, row], a[a[:, :, 0] > 0]])
case("index_put", [r(3, 4), r(3)], lambda a, b: [a.index_put([row, torch.tensor([1, 0, 1])], b, accumulate=True),
                                                 a.masked_fill(a > 0, 3.0), torch.where(a > 0, a, b[:, None])])
case("roll", [x], lambda a: torch.roll(a, (1, -2), (0, 1)))
case("repeat_interleave", [x], lambda a: torch.repeat_interleave(a, 2, 1))
case("triangles", [r(2, 3, 4)], lambda a: [a.tril(1), a.triu(-1), a.diagonal(1, -2, -1), torch.diag_embed(a[:, 0], -1)])
case("meshgrid", [r(2), r(3)], lambda a, b: list(torch.meshgrid(a, b, indexing="ij")))
case("unfold", [r(2, 7)], lambda a: a.unfold(1, 3, 2))

tensors = {}
for name, (inputs, outputs) in cases.items():
    for kind, values in [("in", inputs), ("out", outputs)]:
        for i, value in enumerate(values):
            tensors[f"{name}.{kind}{i}"] = value.detach().contiguous()
types = {torch.float64: "F64", torch.int64: "I64", torch.bool: "BOOL"}
header, body = {}, b""
for name in sorted(tensors):
    value = tensors[name]
    data = value.numpy().tobytes()
    header[name] = {"dtype": types[value.dtype], "shape": list(value.shape),
                    "data_offsets": [len(body), len(body) + len(data)]}
    body += data
text = json.dumps(header, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
target = pathlib.Path(__file__).with_name("operators.safetensors")
target.write_bytes(struct.pack("<Q", len(text)) + text + body)
print(len(cases), "cases,", target.stat().st_size, "bytes")
