#!/usr/bin/env bash
# The main job on a log that the project makes itself; called by `make demo`.
set -euo pipefail
parallax=$1
out=demo
rm -rf "$out"
mkdir -p "$out"

echo "1. A drive along a simulated street: stereo cameras, LiDAR, ground truth"
"$parallax" simulate pipelines/scenes/street.yaml --out "$out/street.mcap" --frames 20 --seed 7

echo "2. Cars, pedestrians and cyclists in the LiDAR scans, found by the network in models/lidar-streets and tracked"
"$parallax" run pipelines/street-demo.yaml --log "$out/street.mcap" --out "$out/street"

echo "3. A report that opens from disk"
"$parallax" view "$out/street"

report="$(pwd)/$out/street/report.html"
echo
echo "Done. Open $report"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then
  xdg-open "$report" >/dev/null 2>&1 || true
fi
