"""Keras on TensorFlow, by `fit`, many steps at a time."""

import os
import time

import common
from common import BETA_1, BETA_2, EPSILON, L1, L2, LEARNING_RATE, MAX_NORM, OPTIONS

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import tensorflow as tf
from keras import layers

tf.config.threading.set_intra_op_parallelism_threads(OPTIONS.threads)
tf.config.threading.set_inter_op_parallelism_threads(OPTIONS.threads)

STEPS = 50


class Clock(keras.callbacks.Callback):
    """The seconds of the epochs: what `fit` does before the first one is not among them."""

    def __init__(self):
        super().__init__()
        self.cpu = self.wall = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.process_time(), time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.cpu += time.process_time() - self.start[0]
        self.wall += time.perf_counter() - self.start[1]


class Keras:
    # A part of each epoch takes the same for few samples as for many, and is not to be scaled with them.
    TIMES_THE_SAMPLES = 5

    def __init__(self, sizes, regularized, x, y, batch):
        keras.backend.clear_session()
        self.model = keras.Sequential([layers.Input([sizes[0]])])
        for l, outputs in enumerate(sizes[1:]):
            options = {}
            if regularized and l == 0:
                options = dict(
                    kernel_regularizer=keras.regularizers.L2(L2),
                    activity_regularizer=keras.regularizers.L1(L1),
                    kernel_constraint=keras.constraints.MaxNorm(MAX_NORM),
                )
            self.model.add(layers.Dense(outputs, **options))
            if l + 2 < len(sizes):
                self.model.add(layers.ReLU())
            if regularized and l == 0:
                self.model.add(layers.Dropout(0.5))
        self.model.add(layers.Softmax())
        self.model.compile(
            keras.optimizers.Adam(LEARNING_RATE, BETA_1, BETA_2, EPSILON),
            "sparse_categorical_crossentropy",
            steps_per_execution=STEPS,
        )
        self.x, self.y, self.batch = x, y, batch
        # One prediction: compiled, as the guide says for small inputs, and not by `predict`, which is for many batches.
        self.call = tf.function(lambda x: self.model(x, training=False), reduce_retracing=True)

    def epochs(self, count):
        clock = Clock()
        options = dict(batch_size=self.batch, epochs=count, shuffle=True, verbose=0, callbacks=[clock])
        self.model.fit(self.x, self.y, **options)
        return clock.cpu, clock.wall

    def predict(self, x):
        return self.call(tf.convert_to_tensor(x)).numpy()


common.main("keras", f"{keras.__version__} on TensorFlow {tf.__version__}", common.in_python(Keras))
