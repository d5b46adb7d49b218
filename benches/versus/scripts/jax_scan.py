"""JAX: an epoch is one compiled function, a scan over its steps."""

import os

import common
from common import BETA_1, BETA_2, EPSILON, L1, L2, LEARNING_RATE, MAX_NORM, OPTIONS

os.environ["JAX_PLATFORMS"] = "cpu"
if OPTIONS.threads == 1:
    flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flags}"

import jax
import numpy as np
from jax import numpy as jnp


class Jax:
    def __init__(self, sizes, regularized, x, y, batch):
        random = np.random.default_rng(1)

        def layer(inputs, outputs):
            limit = np.sqrt(6 / (inputs + outputs))
            w = random.uniform(-limit, limit, (inputs, outputs)).astype(np.float32)
            return jnp.asarray(w), jnp.zeros(outputs)

        parameters = [layer(*size) for size in zip(sizes, sizes[1:])]
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        self.state = parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0), jax.random.key(1)
        self.random, self.batch = random, batch
        self.x, self.y = jnp.asarray(x), jnp.asarray(y)

        def forward(parameters, x, key):
            penalty = 0.0
            for l, (w, b) in enumerate(parameters):
                x = x @ w + b
                if regularized and key is not None and l == 0:
                    penalty = L1 / len(x) * jnp.abs(x).sum() + L2 * jnp.square(w).sum()
                if l + 1 < len(parameters):
                    x = jax.nn.relu(x)
                if regularized and key is not None and l == 0:
                    x = jnp.where(jax.random.bernoulli(key, 0.5, x.shape), 2 * x, 0)
            return x, penalty

        def loss(parameters, x, y, key):
            logits, penalty = forward(parameters, x, key)
            right = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)
            return penalty - right.mean()

        def step(state, order, x, y):
            parameters, m, v, t, key = state
            key, dropped = jax.random.split(key) if regularized else (key, key)
            value, g = jax.value_and_grad(loss)(parameters, x[order], y[order], dropped)
            t = t + 1
            m = jax.tree.map(lambda m, g: m + (g - m) * (1 - BETA_1), m, g)
            v = jax.tree.map(lambda v, g: v + (g * g - v) * (1 - BETA_2), v, g)
            rate = LEARNING_RATE * jnp.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
            parameters = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), parameters, m, v)
            if regularized:
                (w, b), *rest = parameters
                norms = jnp.sqrt(jnp.square(w).sum(0))
                parameters = [(w * jnp.minimum(norms, MAX_NORM) / (norms + EPSILON), b), *rest]
            return (parameters, m, v, t, key), value

        def steps(state, orders, x, y):
            return jax.lax.scan(lambda state, order: step(state, order, x, y), state, orders)

        self.steps = jax.jit(steps, donate_argnums=0)
        self.forward = jax.jit(lambda parameters, x: jax.nn.softmax(forward(parameters, x, None)[0]))

    def epoch(self):
        order = self.random.permutation(len(self.x)).astype(np.int32)
        whole = len(order) // self.batch * self.batch
        self.state, losses = self.steps(self.state, order[:whole].reshape(-1, self.batch), self.x, self.y)
        if whole < len(order):  # the last, shorter batch
            self.state, losses = self.steps(self.state, order[None, whole:], self.x, self.y)
        jax.block_until_ready((self.state, losses))

    def predict(self, x):
        return np.asarray(self.forward(self.state[0], x))


common.main("jax", jax.__version__, common.in_python(Jax))
