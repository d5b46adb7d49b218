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
# Those of `pytorch_tiny.py` and `onnx_runtime.py`: the steps of an epoch, where training is measured.
TINY = {"LeNet5": 32, "ResNet8": 8, "Gru": 32, "Lstm": 32, "DsCnn": None, "MobileNet": None, "Autoencoder": None}
LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
L2, L1, MAX_NORM = 0.01, 0.01, 2.0
TRAINING_SAMPLES = 60_000
AGAIN = "again"  # what the Rust program says when the same is to be measured once more
TURN = 0.05  # seconds that a turn takes at least


def _options():
    def words(text):
        return text.split(",")

    def numbers(text):
        return [int(word) for word in words(text)]

    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--networks", type=words, default=[*NETWORKS, *TINY])
    parser.add_argument("--batches", type=numbers, default=[30, 128])
    parser.add_argument("--what", type=words, default=["train", "predict"], help="train,predict,step,infer")
    parser.add_argument("--epochs", type=int, default=1, help="of a turn, at least")
    parser.add_argument("--rounds", type=int, default=5, help="turns")
    parser.add_argument("--samples", type=int, default=12_000, help="of an epoch; W4 has a fifth of it")
    parser.add_argument("--serve", action="store_true", help="read jobs from the standard input: for the Rust program")
    parser.add_argument("--variant", default="eager", choices=["eager", "last", "compile"], help="of PyTorch's scripts")
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


def taken(calls, f):
    """The seconds of so many calls: of the processor, and on the clock."""
    start = time.process_time(), time.perf_counter()
    for call in range(calls):
        f(call)
    return time.process_time() - start[0], time.perf_counter() - start[1]


def calls_of_a_turn(calls, taken, least):
    """How many calls take TURN, from what some took."""
    return int(min(max(TURN / max(taken[1], 1e-9) * calls, least), 1_000_000))


def turns(f, warm_up, least=2, scale=1.0, **values):
    """Measures f(call) for ever, a turn at a time, after so many calls to warm up."""
    taken(warm_up, f)
    calls = calls_of_a_turn(warm_up, taken(warm_up, f), least)
    while True:
        cpu, wall = (seconds * scale / calls for seconds in taken(calls, f))
        yield dict(cpu_s=[cpu], wall_s=[wall], **values)


def _training(new, x, y, test, name, batch, samples, epochs):
    samples = min(samples * getattr(new, "TIMES_THE_SAMPLES", 1), len(x))
    peer = new(NETWORKS[name], name == "WR", x[:samples], y[:samples], batch)
    epochs_taken = getattr(peer, "epochs", None) or (lambda count: taken(count, lambda _: peer.epoch()))
    first = epochs_taken(1)  # to warm up
    scores = np.concatenate([np.asarray(peer.predict(part)) for part in np.split(test[0], 10)])
    accuracy = float(np.mean(scores.argmax(1) == test[1]))
    count = calls_of_a_turn(1, first, epochs)
    while True:
        cpu, wall = (seconds / count for seconds in epochs_taken(count))
        yield trained(cpu / samples, wall / samples, accuracy)


def trained(cpu, wall, accuracy):
    """What is told of training, from the seconds of a sample."""
    return dict(cpu_s=[cpu * TRAINING_SAMPLES], wall_s=[wall * TRAINING_SAMPLES], accuracy=accuracy)


def in_python(new):
    """What measures a peer in this process. `new(sizes, regularized, x, y, batch)` makes one, which has `epoch()`, or `epochs(count)` that
    returns the seconds they took, and `predict(x)`."""
    (x, y), test = data("train"), data("t10k")

    def measure(what, network, batch, samples, epochs):
        if what == "train":
            yield from _training(new, x, y, test, network, batch, samples, epochs)
        else:
            peer = new(NETWORKS[network], False, x[:1], y[:1], batch)
            yield from predictions(peer.predict, test[0], batch)

    return measure


def predictions(predict, x, batch):
    """The turns of predicting that many samples at a time."""
    batches = np.split(x[: len(x) // batch * batch], len(x) // batch)
    return turns(lambda call: np.asarray(predict(batches[call % len(batches)])), 5)


def _jobs():
    """The jobs, each with a function that says whether it is to be measured again."""
    if OPTIONS.serve:
        line = sys.stdin.readline()
        while line.strip():
            job, asked = json.loads(line), []

            def again():
                asked[:] = [sys.stdin.readline()]
                return asked[0].strip() == AGAIN

            yield job, again
            line = asked[0] if asked else sys.stdin.readline()
        return
    jobs = []
    mlps = [name for name in OPTIONS.networks if name in NETWORKS]
    if "train" in OPTIONS.what:
        jobs += [("train", name, batch) for name in mlps for batch in OPTIONS.batches]
    if "predict" in OPTIONS.what:
        jobs += [("predict", name, batch) for name in mlps if name != "WR" for batch in (1, 1024)]
    names = [name for name in OPTIONS.networks if name in TINY]
    if "step" in OPTIONS.what:
        jobs += [("step", name, 32) for name in names if TINY[name]]
    if "infer" in OPTIONS.what:
        jobs += [("infer", name, 1) for name in names]
    for what, name, batch in jobs:
        samples = 32 * TINY[name] if what == "step" else OPTIONS.samples // (5 if name == "W4" else 1)
        rounds = iter(range(OPTIONS.rounds - 1))
        job = dict(what=what, network=name, batch=batch, samples=samples, epochs=OPTIONS.epochs)
        yield job, lambda: next(rounds, None) is not None


def main(peer, version, measure):
    """Measures what the options, or the Rust program, ask for. `measure` gives a turn's values each time."""
    for job, again in _jobs():
        job.pop("threads", None)
        named = {key: job[key] for key in ["what", "network", "batch"]}

        def tell(values):
            line = dict(peer=peer, version=version, threads=OPTIONS.threads, **named, **values)
            print(json.dumps([line] if OPTIONS.serve else line), flush=True)

        try:
            for values in measure(**job):
                tell(values)
                if not again():
                    break
        except Exception as error:  # of any library: the next job may succeed
            tell(dict(error=f"{type(error).__name__}: {error}"[:500]))
            again()
