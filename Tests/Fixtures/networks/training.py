"""Steps of PyTorch's optimisers and values of its schedules: writes training.json beside this file.

    python3 training.py        (torch 2.13)

Ten steps on two parameters, whose gradients follow from their own values and the step's number.
"""
import json
import pathlib

import torch

OPTIMISERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd_weight_decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.02),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.1),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01),
    "rmsprop_centred": lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.8, centered=True, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, lr=0.02),
    "adam_amsgrad": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.99), amsgrad=True, weight_decay=0.05),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1),
}
SCHEDULES = {
    "step": lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.5),
    "multi_step": lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [4, 11, 12], 0.3),
    "exponential": lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.9),
    "cosine": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 30, eta_min=0.1),
    "one_cycle": lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 1.0, total_steps=30),
    "warm_up": lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.1, total_iters=8),
}


def start():
    first = torch.tensor([[0.5, -1.0, 2.0], [0.25, 3.0, -0.125]], dtype=torch.float64)
    return [torch.nn.Parameter(first), torch.nn.Parameter(torch.tensor([1.0, -2.0], dtype=torch.float64))]


def run(make):
    parameters = start()
    optimiser = make(parameters)
    for step in range(10):
        for p in parameters:
            p.grad = (torch.cos(p.detach() * (step + 1)) + p.detach() * 0.5)
        optimiser.step()
    return [p.detach().flatten().tolist() for p in parameters]


def factors(make):
    optimiser = torch.optim.SGD(start(), lr=1.0)
    schedule = make(optimiser)
    values = []
    for _ in range(30):
        values.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return values


def clipped():
    p = start()
    for x in p: x.grad = x.detach() * 3
    length = torch.nn.utils.clip_grad_norm_(p, 2.5)
    return {"length": length.item(), "gradients": [x.grad.flatten().tolist() for x in p]}


pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "torch": torch.__version__,
    "optimisers": {name: run(make) for name, make in OPTIMISERS.items()},
    "schedules": {name: factors(make) for name, make in SCHEDULES.items()},
    "clipped": clipped(),
}, indent=1) + "\n")
