#!/usr/bin/env python3
"""Parallax beside OpenVINO, ONNX Runtime and PyTorch, in turn: for networks at batch 1 and for a training step.

    python3 scripts/compare-networks.py PEERS [--tool .build/release/parallax] [--pairs 10] [--threads 2] [NAME…]

PEERS is the folder with the peers' scripts (dense.py, train.py). Needs torch, torchvision, openvino and onnxruntime. Each pair runs
every peer and then Parallax for about half a second each; the minima over all pairs are compared. Names as in `parallax bench`.
"""
import argparse, json, os, subprocess, sys, time

a = argparse.ArgumentParser()
a.add_argument("peers"); a.add_argument("names", nargs="*"); a.add_argument("--tool", default=".build/release/parallax")
a.add_argument("--pairs", type=int, default=10); a.add_argument("--threads", type=int, default=2)
a.add_argument("--seconds", type=float, default=0.5)
a = a.parse_intermixed_args()
for key in ("OMP", "MKL", "OPENBLAS"): os.environ[f"{key}_NUM_THREADS"] = str(a.threads)
import logging, warnings
warnings.filterwarnings("ignore"); logging.disable(logging.WARNING)
import torch
from torch import nn
library = torch.library.Library("torchvision", "FRAGMENT")
for name in ("nms", "qnms"):  # a torchvision without its C++ operators does not load otherwise
    try: library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError: pass
import torchvision
torch.set_num_threads(a.threads); torch.manual_seed(0)


def classes(path, wanted):
    """Definitions out of the peers' script, without running the rest of it."""
    import ast
    tree = ast.parse(open(path).read())
    kept = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and n.name in wanted]
    scope = {"nn": nn, "torch": torch, "torchvision": torchvision}
    exec(compile(ast.Module(kept, []), path, "exec"), scope)
    return scope


dense = classes(f"{a.peers}/dense.py", {"conv_bn", "UNet"})
tv = torchvision.models
MODELS = {"resnet18_224": (tv.resnet18, (1, 3, 224, 224)), "resnet50_224": (tv.resnet50, (1, 3, 224, 224)),
          "unet32_256": (dense["UNet"], (1, 3, 256, 256)), "r3d18_16x112x112": (tv.video.r3d_18, (1, 3, 16, 112, 112))}


def inference(op):
    import openvino as ov, onnxruntime as ort, io
    build, shape = MODELS[op.removesuffix("_bf16")]
    with torch.no_grad():
        m, x = build().eval(), torch.randn(shape)
        model = ov.convert_model(m, example_input=x, input=list(shape))
        hint = "bf16" if op.endswith("_bf16") else "f32"
        request = ov.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": hint, "PERFORMANCE_HINT": "LATENCY",
                                                         "INFERENCE_NUM_THREADS": a.threads}).create_infer_request()
        peers = {f"openvino({hint})": lambda: request.infer([x.numpy()], share_inputs=True, share_outputs=True)}
        if hint == "f32":
            path = f"/tmp/{op}.onnx"; torch.onnx.export(m, (x,), path, dynamo=False, opset_version=17)
            options = ort.SessionOptions(); options.intra_op_num_threads = a.threads
            session = ort.InferenceSession(path, options, ["CPUExecutionProvider"])
            peers["onnxruntime"] = lambda: session.run(None, {session.get_inputs()[0].name: x.numpy()})
    return peers


def training(op):
    m = tv.resnet18(num_classes=10); m.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False); m.maxpool = nn.Identity()
    m = m.train().to(memory_format=torch.channels_last)
    x = torch.randn(32, 3, 32, 32).to(memory_format=torch.channels_last); y = torch.randint(0, 10, (32,))
    optimizer = torch.optim.SGD(m.parameters(), 0.1, 0.9, weight_decay=5e-4)

    def step():
        optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(m(x), y).backward(); optimizer.step()
    return {"torch(channels_last)": step}


def timed(body):
    body(); best, end = 1e9, time.perf_counter() + a.seconds
    while best == 1e9 or time.perf_counter() < end:
        start = time.perf_counter(); body(); best = min(best, time.perf_counter() - start)
    return best * 1e3


names = a.names or [n + s for n in MODELS for s in ("", "_bf16")] + ["train_resnet18_cifar_b32"]
print(f"load {os.getloadavg()[0]:.1f}, {a.threads} threads, {a.pairs} pairs")
ours = {}
for op in names:
    peers = training(op) if op.startswith("train") else inference(op)
    best = dict.fromkeys(peers, 1e9); mine = 1e9
    for _ in range(a.pairs):
        for name, body in peers.items(): best[name] = min(best[name], timed(body))
        out = subprocess.run([a.tool, "bench", op, "--threads", str(a.threads), "--seconds", str(a.seconds), "--json"],
                             capture_output=True, text=True)
        if out.returncode: sys.exit(out.stderr)
        mine = min(mine, json.loads(out.stdout)[0]["ms_min"])
    ours[op] = mine
    fastest = min(best, key=best.get)
    text = f"{op:28s} parallax {mine:8.2f} ms  " + "  ".join(f"{n} {t:8.2f}" for n, t in best.items())
    text += f"  ratio {mine / best[fastest]:.3f}"
    if op.endswith("_bf16") and op[:-5] in ours: text += f"  of float32 {mine / ours[op[:-5]]:.3f}"
    print(text, flush=True)
print(f"load {os.getloadavg()[0]:.1f}")
