#!/bin/sh
# Publishes the program for this platform, and goes with it through what it is for: what is trimmed away or cannot run ahead of time shows here. .ci/run
# runs it. Everything but the program lies in .retort/program.

root=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd -P) || exit 1
. "$root/build/toolchain.sh"

work=$state/program
. "$root/build/checks.sh"

rm -rf "$work"
mkdir -p "$work"
run publish "$root/publish" "$rid"
retort=$root/artifacts/$rid/retort

say 'Using the published program ...'
cd "$work" || exit 1
run version "$retort" --version
run draw "$retort" demo --only-data --part fabric --train-pictures 4 --test-pictures 2 --out parts
run train "$retort" train --data parts/fabric --steps 2,2 --batch 2 --size 64 --out fabric.retort --log steps.jsonl --tensorboard curves
printf 'path,label\n' >good.csv
for picture in parts/fabric/train/good/*.png; do
    printf '%s,good\n' "$picture" >>good.csv
done
run calibrate "$retort" calibrate --model fabric.retort --data good.csv
run evaluate "$retort" evaluate --model fabric.retort --data parts/fabric --json metrics.json --maps maps
run inspect "$retort" inspect --model fabric.retort --out found --json found.json --csv found.csv --coco found.coco.json --sink found.jsonl parts/fabric/test/good
run report "$retort" report --model fabric.retort --data parts/fabric --out report
run export "$retort" export --model fabric.retort --onnx fabric.onnx
run benchmark "$retort" benchmark --data parts/fabric --methods stfpm --preset quick --steps 2 --batch 2 --size 64 --out results
run verify "$retort" verify --model fabric.retort
expect '0.1' version
expect 'threshold' calibrate
expect 'pictures anomalous' inspect
for file in metrics.json maps/scores.csv found.json found.csv found.coco.json found.jsonl report/report.html fabric.onnx results/results.csv; do
    [ -s "$work/$file" ] || fail "the published program did not write $work/$file."
done
printf 'program: %s published and used, %s MB\n' "$rid" "$(($(cat "$root/artifacts/$rid"/* | wc -c) / 1000000))"
