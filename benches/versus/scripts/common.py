"""What the scripts share: options, data, clocks, and the JSON lines that the Rust program reads.

Import it before anything that starts threads: it sets how many there are.
"""

import argparse
import gzip
import json
import os
import pathlib
import sys
import time

NETWORKS = {
    "W1": [784, 10],
    "W2": [784, 64, 10],
    "W3": [784, 128, 64, 10],
    "W4": [784, 512, 512, 10],
    "WR": [784, 64, 10],  # regularized: L2, L1, MAX_NORM, half of the hidden units dropped
}
# Those of `pytorch_tiny.py`: the steps of an epoch, where training is measured.
TINY = {"LeNet5": 32, "ResNet8": 8, "DsCnn": None, "MobileNet": None, "Autoencoder": None}
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
L2, L1, MAX_NORM = 0.01, 0.01, 2.0
TRAINING_SAMPLES = 60_000


def _options():
    def words(text):
        return text.split(",")

    def numbers(text):
        return [int(word) for word in words(text)]

    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--networks", type=words, default=[*NETWORKS, *TINY])
    parser.add_argument("--batches", type=numbers, default=[30, 128])
    parser.add_argument("--what", type=words, default=["train", "predict"], help="of pytorch_tiny.py: step,infer")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--samples", type=int, default=12_000, help="of an epoch; W4 has a fifth of it")
    parser.add_argument("--serve", action="store_true", help="read jobs from the standard input: for the Rust program")
    parser.add_argument("--variant", default="eager", choices=["eager", "last", "compile"], help="of pytorch_tiny.py")
    options = parser.parse_args()
    unknown = set(options.networks) - set(NETWORKS) - set(TINY)
    if unknown:
        parser.error(f"unknown network {', '.join(unknown)}: known are {', '.join([*NETWORKS, *TINY])}")
    return options


OPTIONS = _options()
for _name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[_name] = str(OPTIONS.threads)
# What tells OpenBLAS to take the processor for another one would make it slower than it is.
for _name in ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]:
    os.environ.pop(_name, None)

import numpy as np  # noqa: E402: after its threads are set


def _folders():
    if os.environ.get("TAUT_DATA"):
        data = pathlib.Path(os.environ["TAUT_DATA"])
        yield from [data, data / "fashion-mnist"]
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    yield pathlib.Path(cache) / "taut" / "fashion-mnist"
    yield pathlib.Path("/usr/share/datasets/fashion-mnist")


def _read(name, header):
    for folder in _folders():
        for path, opened in [(folder / name, open), (folder / f"{name}.gz", gzip.open)]:
            if path.is_file():
                with opened(path, "rb") as file:
                    return np.frombuffer(file.read(), np.uint8, offset=header)
    raise SystemExit(f"Fashion-MNIST's {name} is in none of {[str(folder) for folder in _folders()]}")


def data(name):
    """Pixels from 0 to 1 and labels of `train` or `t10k`."""
    x = _read(f"{name}-images-idx3-ubyte", 16).reshape(-1, 784)
    return x.astype(np.float32) / np.float32(255), _read(f"{name}-labels-idx1-ubyte", 8).astype(np.int32)


def _flops(sizes, training):
    """Of the products that are needed for a sample."""
    layers = list(zip(sizes, sizes[1:]))
    times = [(2 if l == 0 else 3) if training else 1 for l in range(len(layers))]
    return 2 * sum(t * i * o for t, (i, o) in zip(times, layers))


def _training(new, x, y, test, name, batch, samples, epochs):
    # An epoch of `fit` begins with work that takes the same for few samples as for many: it is not to be scaled.
    samples = len(x) if getattr(new, "WHOLE", False) else min(samples, len(x))
    peer = new(NETWORKS[name], name == "WR", x[:samples], y[:samples], batch)
    cpu = wall = float("inf")
    for epoch in range(epochs + 1):
        start = time.process_time(), time.perf_counter()
        peer.epoch()
        taken = time.process_time() - start[0], time.perf_counter() - start[1]
        if epoch > 0:  # the first one is to warm up
            cpu, wall = min(cpu, taken[0]), min(wall, taken[1])
    scores = np.concatenate([np.asarray(peer.predict(part)) for part in np.split(test[0], 10)])
    return trained(name, cpu / samples, wall / samples, float(np.mean(scores.argmax(1) == test[1])))


def _prediction(new, x, y, test, name, batch):
    peer = new(NETWORKS[name], False, x[:1], y[:1], batch)
    batches = np.split(test[0][: len(test[0]) // batch * batch], len(test[0]) // batch)
    best, calls = float("inf"), max(1024 // batch, 2)
    clock = time.process_time if OPTIONS.threads == 1 else time.perf_counter
    peer.predict(batches[0])
    for attempt in range(5):
        start = clock()
        for call in range(calls):
            np.asarray(peer.predict(batches[(attempt * calls + call) % len(batches)]))
        best = min(best, (clock() - start) / calls)
    return predicted(name, batch, best)


def trained(name, cpu, wall, accuracy):
    """What is told of training, from the seconds of a sample."""
    flops = _flops(NETWORKS[name], True) / (cpu if OPTIONS.threads == 1 else wall)
    times = dict(cpu_s_epoch=cpu * TRAINING_SAMPLES, wall_s_epoch=wall * TRAINING_SAMPLES)
    return dict(**times, gflops=flops / 1e9, accuracy=accuracy)


def predicted(name, batch, seconds):
    """What is told of predictions, from the seconds of a batch."""
    gflops = _flops(NETWORKS[name], False) * batch / seconds / 1e9
    return dict(us=seconds * 1e6, samples_s=batch / seconds, gflops=gflops)


def in_python(new):
    """What measures a peer in this process. `new(sizes, regularized, x, y, batch)` makes one, which has `epoch()` and
    `predict(x)`."""
    (x, y), test = data("train"), data("t10k")

    def measure(what, network, batch, samples, epochs):
        if what == "train":
            return _training(new, x, y, test, network, batch, samples, epochs)
        return _prediction(new, x, y, test, network, batch)

    return measure


def _jobs():
    if OPTIONS.serve:
        for line in sys.stdin:
            yield json.loads(line)
        return
    jobs = []
    if "train" in OPTIONS.what:
        names = [name for name in OPTIONS.networks if name in NETWORKS]
        jobs += [("train", name, batch) for name in names for batch in OPTIONS.batches]
    if "predict" in OPTIONS.what:
        jobs += [("predict", name, batch) for name, batch in [("W2", 1), ("W3", 1), ("W2", 1024)]]
    names = [name for name in OPTIONS.networks if name in TINY]
    if "step" in OPTIONS.what:
        jobs += [("step", name, 32) for name in names if TINY[name]]
    if "infer" in OPTIONS.what:
        jobs += [("infer", name, 1) for name in names]
    for what, name, batch in jobs:
        samples = 32 * TINY[name] if what == "step" else OPTIONS.samples // (5 if name == "W4" else 1)
        yield dict(what=what, network=name, batch=batch, samples=samples, epochs=OPTIONS.epochs)


def main(peer, version, measure):
    """Measures what the options, or the Rust program, ask for."""
    for job in _jobs():
        job.pop("threads", None)
        try:
            values = measure(**job)
        except NotImplementedError as error:
            values = dict(error=str(error))
        named = {key: job[key] for key in ["what", "network", "batch"]}
        line = dict(peer=peer, version=version, threads=OPTIONS.threads, **named, **values)
        print(json.dumps([line] if OPTIONS.serve else line), flush=True)
