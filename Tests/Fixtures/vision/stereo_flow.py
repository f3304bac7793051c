"""Prints the checksums that OpenCVSemiGlobalMatcherTests quotes: OpenCV (PyPI opencv-python) on recorded pairs.

    python3 stereo_flow.py DATA        DATA: the folder of recordings

CRC-32 over little-endian float32; disparities in pixels, 0 = none. bad-2 counts pixels without a disparity as 0.
The flow's checksums differ between OpenCV versions; those in OpticalFlowTests come from stereo_flow.cpp.
"""
import sys
import zlib

import cv2
import numpy as np

DATA = sys.argv[1].rstrip("/") + "/"
truth = cv2.imread(DATA + "stereo/aloe/aloeGT.png", 0).astype(float)
SETTINGS = ({}, dict(uniquenessRatio=10, speckleWindowSize=100, speckleRange=32, preFilterCap=63, disp12MaxDiff=1))
for color in (1, 0):
    left, right = (cv2.imread(DATA + f"stereo/aloe/aloe{side}.jpg", color) for side in "LR")
    channels = 3 if color else 1
    for mode in range(4):
        for block, more in zip((3, 5), SETTINGS):
            matcher = cv2.StereoSGBM_create(
                minDisparity=0, numDisparities=128, blockSize=block, P1=8 * channels * block**2,
                P2=32 * channels * block**2, mode=mode, **more)
            fixed = matcher.compute(left, right)
            found = np.where(fixed > 0, fixed / 16, 0)
            bad = 100 * np.mean(np.abs(found - truth)[truth > 0] > 2)
            crc = zlib.crc32(found.astype("<f4").tobytes())
            print(cv2.__version__, "color" if color else "grey", "mode", mode, "block", block, hex(crc), "bad-2 %.3f" % bad)

grey = [cv2.cvtColor(cv2.imread(DATA + f"images/rubberwhale{n}.png"), cv2.COLOR_BGR2GRAY) for n in (1, 2)]
for preset in range(3):
    flow = cv2.DISOpticalFlow_create(preset).calc(*grey, None)
    print("dis", preset, hex(zlib.crc32(flow.tobytes())))
print("farneback", hex(zlib.crc32(cv2.calcOpticalFlowFarneback(*grey, None, 0.5, 3, 15, 3, 5, 1.2, 0).tobytes())))
