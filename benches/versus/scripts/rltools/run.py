"""RLtools, a C++ library of networks of static sizes, with OpenBLAS: compiles main.cpp for each batch, and runs it.

It needs the headers in the PyPI package `rltools`, a C++ compiler (`CXX`, g++ by default) and OpenBLAS
(`libopenblas-dev` in Debian; `BLAS` names another library to link, `-lopenblas` by default).
"""

import importlib.metadata
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import common
from common import OPTIONS

VERSION = importlib.metadata.version("rltools")
HEADERS = pathlib.Path(importlib.util.find_spec("rltools").origin).parent / "external" / "rl_tools" / "include"


def compiled(folder, batch):
    program = folder / f"batch-{batch}"
    if not program.exists():
        source = pathlib.Path(__file__).with_name("main.cpp")
        options = ["-std=c++17", "-O3", "-ffast-math", "-march=native", f"-DBATCH={batch}", f"-I{HEADERS}"]
        compiler, blas = os.environ.get("CXX", "g++"), os.environ.get("BLAS", "-lopenblas").split()
        subprocess.run([compiler, *options, source, "-o", program, *blas], check=True)
    return program


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    for name, file in [("train", "train"), ("t10k", "test")]:
        x, y = common.data(name)
        x.tofile(folder / f"{file}-x")
        y.astype("uint8").tofile(folder / f"{file}-y")

    def measure(what, network, batch, samples, epochs):
        if network == "WR":
            raise NotImplementedError("RLtools has no such regularizers")
        arguments = [what, network, epochs, samples]
        command = [compiled(folder, batch), folder, *map(str, arguments)]
        while True:
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            cpu, wall, *accuracy = (float(number) for number in output.split())
            yield common.trained(cpu, wall, *accuracy) if what == "train" else dict(cpu_s=[cpu], wall_s=[wall])

    common.main("rltools", VERSION, measure)
