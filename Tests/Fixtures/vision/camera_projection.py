"""Writes camera_projection.csv: what OpenCV (PyPI opencv-python) makes of points, for three lens models.

    python3 camera_projection.py > camera_projection.csv

Each line: model, x, y, z (camera frame), u, v (projected pixel), a, b (normalised coordinates of that pixel by
undistortPoints with up to 200 iterations).
"""
import cv2
import numpy as np

K = np.array([[536.5, 0, 342.25], [0, 531.75, 235.5], [0, 0, 1]])
MODELS = {
    "pinhole5": np.array([-0.2787, 0.0654, 0.0018, -0.0003, 0.0185]),
    "pinhole8": np.array([0.41, -0.23, 0.0011, -0.0007, 0.012, 0.72, -0.19, 0.031]),
    "fisheye4": np.array([0.0125, -0.0021, 0.0009, -0.0002]),
}
rng = np.random.default_rng(7)
criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 200, 1e-15)
for name, d in MODELS.items():
    spread = 1.1 if name == "fisheye4" else 0.55
    z = rng.uniform(0.5, 20, 40)
    points = np.stack([rng.uniform(-spread, spread, 40) * z, rng.uniform(-spread, spread, 40) * z, z], 1)
    if name == "fisheye4":
        pixels, _ = cv2.fisheye.projectPoints(points[:, None], np.zeros(3), np.zeros(3), K, d)
        ideal = cv2.fisheye.undistortPoints(pixels, K, d, criteria=criteria)
    else:
        pixels, _ = cv2.projectPoints(points, np.zeros(3), np.zeros(3), K, d)
        ideal = cv2.undistortPoints(pixels, K, d, R=np.eye(3), P=np.eye(3), criteria=criteria)
    for p, uv, ab in zip(points, pixels.reshape(-1, 2), ideal.reshape(-1, 2)):
        print(",".join([name] + [repr(float(x)) for x in (*p, *uv, *ab)]))
