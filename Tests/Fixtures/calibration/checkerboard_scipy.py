"""Least-squares calibrations of checkerboard_corners.json by SciPy, all corners, no robust loss.

Writes checkerboard_scipy.json: parameters fx fy cx cy skew k..., their formal standard deviations
s^2 (J^T J)^-1 with s^2 = sum r^2 / (2N - p), and the RMS over corners.
Run: python3 checkerboard_scipy.py   (SciPy, NumPy; no OpenCV)
"""
import json

import numpy as np
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

corners = json.load(open("checkerboard_corners.json"))
board = np.array([[x * 0.025, y * 0.025, 0.0] for y in range(6) for x in range(9)])


def project(k, rvec, t):
    p = Rotation.from_rotvec(rvec).apply(board) + t
    x, y = p[:, 0] / p[:, 2], p[:, 1] / p[:, 2]
    s = x * x + y * y
    fx, fy, cx, cy, skew, k1, k2, p1, p2, k3 = k[:10]
    k4, k5, k6 = k[10:] if len(k) > 10 else (0, 0, 0)
    f = (1 + s * (k1 + s * (k2 + s * k3))) / (1 + s * (k4 + s * (k5 + s * k6)))
    xd = x * f + 2 * p1 * x * y + p2 * (s + 2 * x * x)
    yd = y * f + p1 * (s + 2 * y * y) + 2 * p2 * x * y
    return np.stack([fx * xd + skew * yd + cx, fy * yd + cy], axis=1)


def start_poses(views, k):
    poses = []
    for uv in views:
        def f(v):
            return (project(k, v[:3], v[3:]) - uv).ravel()
        best = None
        for a in (0.0, 0.4, -0.4):
            for b in (0.0, 0.4, -0.4):
                r = least_squares(f, [a, b, 0.0, -0.1, -0.06, 0.4], method="trf", loss="soft_l1", f_scale=20.0)
                if best is None or r.cost < best.cost:
                    best = r
        poses.append(best.x)
    return poses


def fit(views, free, count):
    start = np.array([533.0, 533, 335, 240, 0] + [0.0] * (count - 5))
    start[5:7] = -0.28, 0.07
    poses = start_poses(views, start)
    n = len(free)
    x0 = np.concatenate([start[free]] + poses)

    def residuals(v):
        k = start.copy()
        k[free] = v[:n]
        return np.concatenate(
            [(project(k, v[n + 6 * i:n + 6 * i + 3], v[n + 6 * i + 3:n + 6 * i + 6]) - uv).ravel()
             for i, uv in enumerate(views)])

    r = least_squares(residuals, x0, method="lm", x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15,
                      max_nfev=40000)
    s2 = 2 * r.cost / (len(r.fun) - len(r.x))
    covariance = s2 * np.linalg.inv(r.jac.T @ r.jac)
    k = start.copy()
    k[free] = r.x[:n]
    return {
        "parameters": k.tolist(),
        "free": list(free),
        "deviations": np.sqrt(np.diag(covariance))[:n].tolist(),
        "rms": float(np.sqrt(2 * r.cost / (len(r.fun) / 2))),
    }


result = {}
for side in ("left", "right"):
    for window in ("7", "11"):
        views = [np.array(v).reshape(-1, 2) for name, v in sorted(corners[window].items()) if name.startswith(side)]
        result[f"{side}-{window}"] = fit(views, [0, 1, 2, 3, 5, 6, 7, 8, 9], 10)
        if side == "left" and window == "7":
            result["left-7-skew"] = fit(views, list(range(10)), 10)
json.dump(result, open("checkerboard_scipy.json", "w"), indent=1)
for name, value in result.items():
    print(name, value["rms"], np.round(value["parameters"], 4), np.round(value["deviations"], 4))
