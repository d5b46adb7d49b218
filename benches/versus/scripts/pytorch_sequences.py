"""PyTorch's training steps and predictions of the networks of `benches/sequences.rs`: microseconds of processor time, the best of several
rounds. `python pytorch_sequences.py [threads]`."""

import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 1
torch.set_num_threads(THREADS)
STEPS, BATCH = 20, 32


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.read, self.decide = kind(10, 64, batch_first=True), nn.Linear(64, 12)

    def forward(self, x):
        return self.decide(self.read(x)[0][:, -1])


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(1000, 32), nn.Parameter(0.05 * torch.randn(32, 32))
        block = lambda: nn.TransformerEncoderLayer(32, 2, 64, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)
        self.blocks, self.norm, self.decide = nn.Sequential(block(), block()), nn.LayerNorm(32), nn.Linear(32, 2)

    def forward(self, x):
        return self.decide(self.norm(self.blocks(self.words(x) + self.places)).mean(1))


def best(f, rounds=30):
    times = []
    for _ in range(rounds):
        start = time.process_time()
        f()
        times.append(time.process_time() - start)
    return min(times)


def measure(name, model, x, classes):
    y = torch.arange(len(x)) % classes
    optimizer = torch.optim.Adam(model.parameters(), fused=True)

    def epoch():
        for order in torch.randperm(len(x)).split(BATCH):
            optimizer.zero_grad()
            F.cross_entropy(model(x[order]), y[order]).backward()
            optimizer.step()

    model.train()
    step = best(epoch) / STEPS
    model.eval()
    one = x[:1]
    with torch.inference_mode():
        predict = best(lambda: [model(one).softmax(1) for _ in range(20)]) / 20
    print(f"{name}: a step of {BATCH} {1e6 * step:.0f} µs, one prediction {1e6 * predict:.1f} µs")


frames = torch.rand(STEPS * BATCH, 49, 10)
print(f"PyTorch {torch.__version__}, {THREADS} thread(s)")
measure("gru", Recurrent(nn.GRU), frames, 12)
measure("lstm", Recurrent(nn.LSTM), frames, 12)
measure("transformer", Transformer(), torch.randint(1000, (STEPS * BATCH, 32)), 2)
