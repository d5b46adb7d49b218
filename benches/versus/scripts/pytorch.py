"""PyTorch, with its fused Adam: eager, or with `--variant compile` by torch.compile."""

import common
from common import BETA_1, BETA_2, EPSILON, L1, L2, LEARNING_RATE, MAX_NORM, OPTIONS

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(OPTIONS.threads)


class PyTorch:
    def __init__(self, sizes, regularized, x, y, batch):
        layers = []
        for l, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
            layers.append(nn.Linear(inputs, outputs))
            if l + 2 < len(sizes):
                layers.append(nn.ReLU())
            if regularized and l == 0:
                layers.append(nn.Dropout(0.5))
        self.model = nn.Sequential(*layers)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=LEARNING_RATE, betas=(BETA_1, BETA_2), eps=EPSILON, fused=True
        )
        self.regularized, self.batch = regularized, batch
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y).long()

        def loss(x, y):
            if not regularized:
                return F.cross_entropy(self.model(x), y)
            first = self.model[0](x)
            loss = F.cross_entropy(self.model[1:](first), y)
            return loss + L1 / len(x) * first.abs().sum() + L2 * self.model[0].weight.square().sum()

        compiles = OPTIONS.variant == "compile"
        self.loss = torch.compile(loss) if compiles else loss
        self.net = torch.compile(self.model) if compiles else self.model

    def epoch(self):
        self.model.train()
        for order in torch.randperm(len(self.x)).split(self.batch):
            self.optimizer.zero_grad()
            self.loss(self.x[order], self.y[order]).backward()
            self.optimizer.step()
            if self.regularized:
                with torch.no_grad():
                    w = self.model[0].weight
                    norms = w.norm(dim=1, keepdim=True)
                    w.mul_(norms.clamp(max=MAX_NORM) / (norms + EPSILON))

    @torch.inference_mode()
    def predict(self, x):
        self.model.eval()
        return self.net(torch.from_numpy(x)).softmax(1).numpy()


name = {"eager": "pytorch"}.get(OPTIONS.variant, f"pytorch-{OPTIONS.variant}")
common.main(name, torch.__version__, common.in_python(PyTorch))
