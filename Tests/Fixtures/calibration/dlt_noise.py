"""Writes dlt_noise.csv: 24 points with noisy pixels, and the camera that numpy and scipy estimate from them.

First line: fx fy cx cy skew, R row by row, t, RMS. Then X Y Z u v. Run: python3 dlt_noise.py > dlt_noise.csv
"""
import numpy as np
from scipy.linalg import rq
from scipy.spatial.transform import Rotation

rng = np.random.default_rng(7)
n = 24
X = rng.uniform([-2, -1.5, -1], [2, 1.5, 1], (n, 3)).round(4)
K = np.array([[812.5, 1.25, 655.0], [0, 806.0, 371.5], [0, 0, 1]])
R = Rotation.from_rotvec([0.3, -0.5, 0.2]).as_matrix()
t = np.array([0.2, -0.1, 5.5])
x = (X @ R.T + t) @ K.T
u = (x[:, :2] / x[:, 2:] + rng.normal(0, 0.5, (n, 2))).round(3)


def similarity(p, size):
    centre = p.mean(0)
    scale = size / np.linalg.norm(p - centre, axis=1).mean()
    d = p.shape[1]
    T = np.eye(d + 1)
    T[:d, :d] *= scale
    T[:d, d] = -scale * centre
    return T


TX, Tu = similarity(X, 3**0.5), similarity(u, 2**0.5)
h = np.c_[X, np.ones(n)] @ TX.T
w = np.c_[u, np.ones(n)] @ Tu.T
A = np.zeros((2 * n, 12))
A[::2, :4], A[::2, 8:] = h, -w[:, :1] * h
A[1::2, 4:8], A[1::2, 8:] = h, -w[:, 1:2] * h
P = np.linalg.inv(Tu) @ np.linalg.svd(A)[2][-1].reshape(3, 4) @ TX
P *= np.sign(np.linalg.det(P[:, :3]))
k, r = rq(P[:, :3])
D = np.diag(np.sign(np.diag(k)))
k, r = k @ D, D @ r
s = np.linalg.solve(k, P[:, 3])
k /= k[2, 2]
q = (X @ r.T + s) @ k.T
rms = np.sqrt(((q[:, :2] / q[:, 2:] - u) ** 2).sum(1).mean())
print(*[repr(float(v)) for v in [k[0, 0], k[1, 1], k[0, 2], k[1, 2], k[0, 1], *r.ravel(), *s, rms]], sep=",")
for a, b in zip(X, u):
    print(*[repr(float(v)) for v in [*a, *b]], sep=",")
