#!/usr/bin/env python3
"""LSTM and GRU inference (256 values to 256, 100 steps) of Parallax beside PyTorch, in turn.

    python3 scripts/compare-recurrent.py [--tool .build/release/parallax] [--pairs 6] [--threads 2] [NAME…]

Names: lstm, gru (32 sequences), lstm_b1, gru_b1 (one). Needs torch. Each pair runs PyTorch and then Parallax for about half a
second each; the minima over all pairs are compared.
"""
import argparse, json, os, subprocess, sys, time

a = argparse.ArgumentParser()
a.add_argument("names", nargs="*"); a.add_argument("--tool", default=".build/release/parallax")
a.add_argument("--pairs", type=int, default=6); a.add_argument("--threads", type=int, default=2)
a.add_argument("--seconds", type=float, default=0.5)
a = a.parse_intermixed_args()
for key in ("OMP", "MKL", "OPENBLAS"): os.environ[f"{key}_NUM_THREADS"] = str(a.threads)
import torch
torch.set_num_threads(a.threads); torch.manual_seed(0)


def peer(name):
    kind, _, batch = name.partition("_b")
    network = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](256, 256).eval()
    x = torch.randn(100, int(batch or 32), 256)
    return lambda: network(x)


def fastest(call, seconds):
    best, end = float("inf"), time.perf_counter() + seconds
    with torch.inference_mode():
        call()
        while time.perf_counter() < end:
            start = time.perf_counter(); call(); best = min(best, time.perf_counter() - start)
    return best * 1e3


def ours(name):
    out = subprocess.run([a.tool, "bench", name, "--json", "--threads", str(a.threads), "--seconds", str(a.seconds)],
                         capture_output=True, text=True, check=True).stdout
    result = json.loads(out)[0]
    return result["ms_min"], result["check"]


failed = False
for name in a.names or ["lstm", "gru", "lstm_b1", "gru_b1"]:
    call, times = peer(name), ([], [], [])
    for _ in range(a.pairs):
        times[0].append(fastest(call, a.seconds))
        ms, check = ours(name)
        times[1].append(ms); times[2].append(check)
    theirs, mine, check = min(times[0]), min(times[1]), max(times[2])
    print(f"{name:10} torch {torch.__version__} {theirs:8.2f} ms  parallax {mine:8.2f} ms  ratio {mine / theirs:.3f}  check {check:.1e}")
    failed |= check > 1e-5
sys.exit(failed)
