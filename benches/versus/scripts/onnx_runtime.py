"""onnxruntime: predictions of the fully connected networks, and single inferences of the convolutional and recurrent
ones and of MLPerf Tiny's.

The networks are made here, as ONNX files with random parameters, channels first; onnxruntime folds batch normalization
itself.
"""

import common
from common import OPTIONS

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


class Net:
    """A network, layer by layer: `x` is the name of the last output, `shape` its shape without the batch."""

    def __init__(self, shape):
        self.nodes, self.tensors, self.random = [], [], np.random.default_rng(1)
        self.input, self.x, self.shape, self.parameters = tuple(shape), "x", tuple(shape), 0

    def tensor(self, values, is_parameter=True):
        name = f"t{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(values, name))
        self.parameters += values.size if is_parameter else 0
        return name

    def weights(self, *shape):
        limit = np.sqrt(3 / np.prod(shape[1:]))
        return self.tensor(self.random.uniform(-limit, limit, shape).astype(np.float32))

    def zeros(self, *shape):
        return self.tensor(np.zeros(shape, np.float32))

    def ones(self, *shape):
        return self.tensor(np.ones(shape, np.float32))

    def node(self, kind, inputs, shape=None, outputs=1, output=0, **attributes):
        names = [f"y{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, **attributes))
        self.x, self.shape = names[output], self.shape if shape is None else tuple(shape)
        return self

    def conv(self, filters, window=(3, 3), stride=1, padding=(1, 1), groups=1):
        c, h, w = self.shape
        sizes = [(n + 2 * p - k) // stride + 1 for n, k, p in zip((h, w), window, padding)]
        inputs = [self.x, self.weights(filters, c // groups, *window), self.zeros(filters)]
        options = dict(strides=[stride] * 2, pads=[*padding, *padding], group=groups, kernel_shape=list(window))
        return self.node("Conv", inputs, (filters, *sizes), **options)

    def norm(self):
        c = self.shape[0]
        inputs = [self.x, self.ones(c), self.zeros(c), self.zeros(c), self.ones(c)]
        return self.node("BatchNormalization", inputs, epsilon=1e-3)

    def relu(self):
        return self.node("Relu", [self.x])

    def max_pool(self):
        c, h, w = self.shape
        return self.node("MaxPool", [self.x], (c, h // 2, w // 2), kernel_shape=[2, 2], strides=[2, 2])

    def mean(self):
        return self.node("GlobalAveragePool", [self.x], (self.shape[0], 1, 1)).flatten()

    def flatten(self):
        return self.node("Flatten", [self.x], (np.prod(self.shape),))

    def dense(self, outputs):
        inputs = [self.x, self.weights(outputs, self.shape[0]), self.zeros(outputs)]
        return self.node("Gemm", inputs, (outputs,), transB=1)

    def softmax(self):
        return self.node("Softmax", [self.x], axis=1)

    def residual(self, filters, stride):
        x, shape = self.x, self.shape
        self.conv(filters, stride=stride).norm().relu().conv(filters).norm()
        y, y_shape = self.x, self.shape
        if stride > 1:
            self.x, self.shape = x, shape
            self.conv(filters, (1, 1), stride, (0, 0))
            x = self.x
        return self.node("Add", [x, y], y_shape).relu()

    def separable(self, *sizes):
        for filters, stride in sizes:
            self.conv(self.shape[0], stride=stride, groups=self.shape[0]).norm().relu()
            self.conv(filters, (1, 1), 1, (0, 0)).norm().relu()
        return self

    def recurrent(self, kind, gates, units=64):
        """The last output, of a sequence whose steps ONNX wants first; with two biases, one for the state."""
        _, steps, inputs = self.shape
        self.node("Squeeze", [self.x, self.tensor(np.array([1], np.int64), False)], (steps, inputs))
        self.node("Transpose", [self.x], perm=[1, 0, 2])
        tensors = [self.weights(1, gates * units, n) for n in (inputs, units)]
        options = dict(linear_before_reset=1) if kind == "GRU" else {}
        named = [self.x, *tensors, self.zeros(1, 2 * gates * units)]
        self.node(kind, named, (1, units), outputs=2, output=1, hidden_size=units, **options)
        return self.node("Squeeze", [self.x, self.tensor(np.array([0], np.int64), False)], (units,))

    def session(self):
        """What runs it."""
        value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape])
        inputs, outputs = [value("x", self.input)], [value(self.x, self.shape)]
        graph = helper.make_graph(self.nodes, "net", inputs, outputs, self.tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        onnx.checker.check_model(model)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = OPTIONS.threads, 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return lambda x: session.run(None, {"x": x})[0]


def dense(name):
    net, sizes = Net((784,)), common.NETWORKS[name]
    for l, outputs in enumerate(sizes[1:]):
        net.dense(outputs)
        if l + 2 < len(sizes):
            net.relu()
    return net.softmax()


def autoencoder():
    net = Net((640, 1, 1)).flatten()
    for units in [128, 128, 128, 128, 8, 128, 128, 128, 128]:
        net.dense(units).norm().relu()
    return net.dense(640)


def lenet5():
    net = Net((1, 28, 28)).conv(6, (5, 5), 1, (2, 2)).relu().max_pool().conv(16, (5, 5), 1, (0, 0)).relu().max_pool()
    return net.flatten().dense(120).relu().dense(84).relu().dense(10).softmax()


def resnet8():
    net = Net((3, 32, 32)).conv(16).norm().relu()
    return net.residual(16, 1).residual(32, 2).residual(64, 2).mean().dense(10).softmax()


def ds_cnn():
    net = Net((1, 49, 10)).conv(64, (10, 4), 2, (5, 1)).norm().relu()
    return net.separable(*[(64, 1)] * 4).mean().dense(12).softmax()


def mobile_net():
    sizes = [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1)]
    return Net((3, 96, 96)).conv(8, stride=2).norm().relu().separable(*sizes).mean().dense(2).softmax()


TINY = {
    "LeNet5": lenet5,
    "ResNet8": resnet8,
    "Gru": lambda: Net((1, 49, 10)).recurrent("GRU", 3).dense(12).softmax(),
    "Lstm": lambda: Net((1, 49, 10)).recurrent("LSTM", 4).dense(12).softmax(),
    "DsCnn": ds_cnn,
    "MobileNet": mobile_net,
    "Autoencoder": autoencoder,
}


def measure(what, network, batch, samples, epochs):
    if what == "predict":
        yield from common.predictions(dense(network).session(), common.data("t10k")[0], batch)
    elif what == "infer":
        net = TINY[network]()
        run, shape = net.session(), (1, *net.input)
        x = np.random.default_rng(1).uniform(-1, 1, (16, *shape)).astype(np.float32)
        yield from common.turns(lambda call: run(x[call % 16]), 20, parameters=net.parameters)
    else:
        raise NotImplementedError(f"onnxruntime does not {what}")


common.main("onnxruntime", onnxruntime.__version__, measure)
