"""Corners of the 15 pairs of stereo_set1 with cornerSubPix half-windows of 7 pixels.

Writes stereo_set1_corners.json: size, then image -> u v of 54 corners, row by row, right views in the order of left ones.
Run: /usr/bin/python3 stereo_set1_corners.py FOLDER   (Debian's OpenCV 4.6.0)
"""
import json
import sys

import cv2

folder = sys.argv[1]
result = {"images": {}}
for number in range(1, 16):
    for side in ("left", "right"):
        name = f"{side}{number:02d}"
        image = cv2.imread(f"{folder}/{name}.jpg", 0)
        result["size"] = [image.shape[1], image.shape[0]]
        found, corners = cv2.findChessboardCorners(image, (9, 6))
        assert found, name
        criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 1000, 1e-12)
        refined = cv2.cornerSubPix(image, corners, (7, 7), (-1, -1), criteria).reshape(-1, 2)
        result["images"][name] = [round(float(v), 4) for v in refined.ravel()]
with open("stereo_set1_corners.json", "w") as out:
    json.dump(result, out, separators=(",", ":"))
