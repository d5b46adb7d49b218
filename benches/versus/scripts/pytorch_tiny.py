"""PyTorch: training steps and single inferences of the convolutional and recurrent networks, and of MLPerf Tiny.

`--variant` says how: eager by default; `last`, channels last in memory; `compile`, by torch.compile.
"""

import common
from common import BETA_1, BETA_2, EPSILON, LEARNING_RATE, OPTIONS

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(OPTIONS.threads)
VARIANT = OPTIONS.variant
CLASSES = 10


def conv(inputs, filters, window=3, stride=1, padding=1, groups=1):
    return nn.Conv2d(inputs, filters, window, stride, padding, groups=groups)


def norm(channels, kind=nn.BatchNorm2d):
    return kind(channels, eps=1e-3, momentum=0.01)


class Residual(nn.Module):
    def __init__(self, inputs, filters, stride):
        super().__init__()
        first = [conv(inputs, filters, stride=stride), norm(filters), nn.ReLU()]
        self.block = nn.Sequential(*first, conv(filters, filters), norm(filters))
        self.projection = conv(inputs, filters, 1, stride, 0) if stride > 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.projection(x) + self.block(x))


def lenet5():
    first = [conv(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), conv(6, 16, 5, padding=0), nn.ReLU(), nn.MaxPool2d(2)]
    return [*first, nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, CLASSES)]


def mean_and_dense(channels, outputs):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, outputs)]


def resnet8():
    residuals = [Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2)]
    return [conv(3, 16), norm(16), nn.ReLU(), *residuals, *mean_and_dense(64, CLASSES)]


def separable(channels, sizes):
    layers = []
    for filters, stride in sizes:
        layers += [conv(channels, channels, stride=stride, groups=channels), norm(channels), nn.ReLU()]
        layers += [conv(channels, filters, 1, padding=0), norm(filters), nn.ReLU()]
        channels = filters
    return layers


def ds_cnn():
    first = [conv(1, 64, (10, 4), 2, (5, 1)), norm(64), nn.ReLU()]
    return [*first, *separable(64, [(64, 1)] * 4), *mean_and_dense(64, 12)]


def mobile_net():
    sizes = [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1)]
    return [conv(3, 8, stride=2), norm(8), nn.ReLU(), *separable(8, sizes), *mean_and_dense(256, 2)]


def autoencoder():
    sizes = [640, 128, 128, 128, 128, 8, 128, 128, 128, 128]
    layers = [nn.Flatten()]
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), norm(outputs, nn.BatchNorm1d), nn.ReLU()]
    return [*layers, nn.Linear(128, 640)]


class Recurrent(nn.Module):
    """The last output of a recurrent layer of 64 units."""

    def __init__(self, kind):
        super().__init__()
        self.layer = kind(10, 64, batch_first=True)

    def forward(self, x):
        return self.layer(x.squeeze(1))[0][:, -1]


def recurrent(kind):
    return lambda: [Recurrent(kind), nn.Linear(64, 12)]


# With the shape of a sample, channels first.
NETWORKS = {
    "LeNet5": (lenet5, (1, 28, 28)),
    "ResNet8": (resnet8, (3, 32, 32)),
    "Gru": (recurrent(nn.GRU), (1, 49, 10)),
    "Lstm": (recurrent(nn.LSTM), (1, 49, 10)),
    "DsCnn": (ds_cnn, (1, 49, 10)),
    "MobileNet": (mobile_net, (3, 96, 96)),
    "Autoencoder": (autoencoder, (640, 1, 1)),
}


def made(name, shape):
    torch.manual_seed(1)
    model = nn.Sequential(*NETWORKS[name][0]())
    kept = [*model.parameters(), *(buffer for buffer in model.buffers() if buffer.dim())]  # without counts of batches
    count = sum(tensor.numel() for tensor in kept)
    if VARIANT == "last" and shape[1] > 1:
        model = model.to(memory_format=torch.channels_last)
    return model, count


def in_layout(x, shape):
    """The numbers as samples of that shape, in the layout of the variant."""
    c, h, w = shape
    if VARIANT == "last":
        return x.view(-1, h, w, c).permute(0, 3, 1, 2)
    return x.view(-1, c, h, w)


def samples(count, shape):
    """Noise on a pattern of each class."""
    random = np.random.default_rng(1)
    patterns = random.uniform(-0.5, 0.5, (CLASSES, np.prod(shape)))
    labels = random.integers(0, CLASSES, count)
    return (random.uniform(-1, 1, (count, np.prod(shape))) + patterns[labels]).astype(np.float32), labels


def compiled(model):
    return torch.compile(model) if VARIANT == "compile" else model


def step(name, batch, count, epochs):
    shape = NETWORKS[name][1]
    model, parameters = made(name, shape)
    net = compiled(model.train())
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, betas=(BETA_1, BETA_2), eps=EPSILON, fused=True)
    x, labels = (torch.from_numpy(values) for values in samples(count, shape))
    losses = []

    def epoch(_):
        mean, orders = 0.0, torch.randperm(count).split(batch)
        for order in orders:
            optimizer.zero_grad()
            loss = F.cross_entropy(net(in_layout(x[order], shape)), labels[order])
            loss.backward()
            optimizer.step()
            mean += loss.item() / len(orders)
        losses.append(mean)

    for values in common.turns(epoch, 1, epochs, batch / count, parameters=parameters):
        yield dict(**values, first_loss=losses[0], last_loss=losses[-1])


@torch.inference_mode()
def infer(name):
    shape = NETWORKS[name][1]
    model, parameters = made(name, shape)
    net, classifies = compiled(model.eval()), name != "Autoencoder"
    x, _ = samples(16, shape)

    def call(i):
        y = net(in_layout(torch.from_numpy(x[i % 16]), shape))
        (y.softmax(1) if classifies else y).numpy()

    yield from common.turns(call, 20, parameters=parameters)


def measure(what, network, batch, samples, epochs):
    return step(network, batch, samples, epochs) if what == "step" else infer(network)


common.main({"eager": "pytorch"}.get(VARIANT, f"pytorch-{VARIANT}"), torch.__version__, measure)
