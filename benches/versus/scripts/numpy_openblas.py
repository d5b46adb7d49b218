"""NumPy by hand, whose wheels bring OpenBLAS; what can be is written to buffers that are there."""

import common
from common import BETA_1, BETA_2, EPSILON, L1, L2, LEARNING_RATE, MAX_NORM

import numpy as np


class Adam:
    def __init__(self, w):
        self.m, self.v, self.a, self.b = (np.zeros_like(w) for _ in range(4))

    def step(self, w, g, rate):
        m, v, a, b = self.m, self.v, self.a, self.b
        np.subtract(g, m, out=a)
        a *= np.float32(1 - BETA_1)
        m += a
        np.multiply(g, g, out=a)
        a -= v
        a *= np.float32(1 - BETA_2)
        v += a
        np.sqrt(v, out=b)
        b += np.float32(EPSILON)
        np.divide(m, b, out=a)
        a *= np.float32(rate)
        w -= a


class NumPy:
    def __init__(self, sizes, regularized, x, y, batch):
        self.random = np.random.default_rng(1)
        self.x, self.y, self.batch, self.regularized, self.t = x, y, batch, regularized, 0
        self.kernels, self.biases, self.gradients = [], [], []
        for inputs, outputs in zip(sizes, sizes[1:]):
            limit = np.sqrt(6 / (inputs + outputs))
            self.kernels.append(self.random.uniform(-limit, limit, (inputs, outputs)).astype(np.float32))
            self.biases.append(np.zeros(outputs, np.float32))
            self.gradients.append(np.empty((inputs, outputs), np.float32))
        self.adams = [Adam(w) for w in self.kernels + self.biases]
        self.gathered = np.empty((batch, sizes[0]), np.float32)

    def forward(self, x, training=False):
        """The output of each layer after its relu."""
        ys = []
        for l, (w, b) in enumerate(zip(self.kernels, self.biases)):
            x = x @ w
            x += b
            if training and self.regularized and l == 0:
                self.first = x.copy()
                self.kept = self.random.integers(0, 2, x.shape, np.uint8).astype(np.float32)
                self.kept *= 2
            if l + 1 < len(self.kernels):
                np.maximum(x, 0, out=x)
            if training and self.regularized and l == 0:
                x *= self.kept
            ys.append(x)
        return ys

    def epoch(self):
        order = self.random.permutation(len(self.x))
        for start in range(0, len(order), self.batch):
            part = order[start : start + self.batch]
            x, y = self.gathered[: len(part)], self.y[part]
            np.take(self.x, part, axis=0, out=x, mode="clip")
            self.step(x, y)

    def step(self, x, y):
        n, rows = len(x), np.arange(len(x))
        ys = self.forward(x, training=True)
        d = ys[-1] - ys[-1].max(1, keepdims=True)
        right = d[rows, y]
        np.exp(d, out=d)
        sums = d.sum(1, keepdims=True)
        self.loss = np.log(sums).mean() - right.mean()
        d /= sums
        d[rows, y] -= 1
        d /= np.float32(n)
        bias_gradients = [None] * len(self.kernels)
        for l in reversed(range(len(self.kernels))):
            w, g = self.kernels[l], self.gradients[l]
            if self.regularized and l == 0:
                self.loss += L1 / n * np.abs(self.first).sum() + L2 * np.vdot(w, w)
                d += np.float32(L1 / n) * np.sign(self.first)
            np.matmul((ys[l - 1] if l else x).T, d, out=g)
            bias_gradients[l] = d.sum(0)
            if l > 0:
                d = d @ w.T
                if self.regularized:
                    d *= self.first > 0
                    d *= self.kept
                else:
                    d *= ys[l - 1] > 0
            elif self.regularized:
                g += np.float32(2 * L2) * w
        self.t += 1
        rate = LEARNING_RATE * np.sqrt(1 - BETA_2**self.t) / (1 - BETA_1**self.t)
        parameters, gradients = self.kernels + self.biases, self.gradients + bias_gradients
        for adam, w, g in zip(self.adams, parameters, gradients):
            adam.step(w, g, rate)
        if self.regularized:
            w = self.kernels[0]
            norms = np.sqrt(np.einsum("io,io->o", w, w))
            w *= np.minimum(norms, np.float32(MAX_NORM)) / (norms + np.float32(EPSILON))

    def predict(self, x):
        y = self.forward(x)[-1]
        y -= y.max(1, keepdims=True)
        np.exp(y, out=y)
        y /= y.sum(1, keepdims=True)
        return y


common.main("numpy", np.__version__, common.in_python(NumPy))
