"""Reads a folder of event files as TensorBoard does, and compares it with the folder's expected.json.

python check.py FOLDER
"""

import io
import json
import os
import sys

import numpy as np
from PIL import Image
from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_accumulator, plugin_event_multiplexer
from tensorboard.plugins.histogram import summary_v2 as histograms
from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups
from tensorboard.plugins.hparams import metadata as hparams_metadata
from tensorboard.util import tensor_util

folder = sys.argv[1]
with open(os.path.join(folder, "expected.json")) as file:
    expected = json.load(file)
wrong = []


def same(what, received, wanted):
    if received != wanted:
        wrong.append(f"{what}: expected {wanted}, received {received}")


runs = {}


def run(name):
    """A folder as TensorBoard's reader has it, with all events."""
    if name not in runs:
        everything = {plugin: 0 for plugin in ["scalars", "histograms", "images", "text"]}
        path = os.path.join(folder, name)
        runs[name] = plugin_event_accumulator.EventAccumulator(path, tensor_size_guidance=everything).Reload()
    return runs[name]


def tags(name, plugin):
    try:
        return set(run(name).PluginTagToContent(plugin))
    except KeyError:
        return set()


def array(event):
    return tensor_util.make_ndarray(event.tensor_proto)


def check_scalars(name, wanted):
    same(f"tags of {name}", tags(name, "scalars"), set(wanted))
    for tag, numbers in wanted.items():
        events = run(name).Tensors(tag)
        same(f"steps of {name}/{tag}", [event.step for event in events], [step for step, _ in numbers])
        for event, (_, value) in zip(events, numbers):
            received, value = array(event), np.float32(np.nan if value is None else value)
            same(f"type and shape of {name}/{tag}", (received.dtype, received.shape), (np.float32, ()))
            if not np.array_equal(received, value, equal_nan=True):
                wrong.append(f"{name}/{tag}, step {event.step}: expected {value}, received {received}")


def check_histogram(what, event, numbers):
    """By TensorBoard's own histogram of the same numbers."""
    summary = histograms.histogram_pb("tag", np.array(numbers, dtype=np.float32))
    received, wanted = array(event), tensor_util.make_ndarray(summary.value[0].tensor)
    same(f"type and shape of {what}", (received.dtype, received.shape), (np.float64, (30, 3)))
    if not np.array_equal(received[:, 2], wanted[:, 2]) or not np.allclose(received, wanted, rtol=1e-13, atol=0):
        wrong.append(f"{what}: expected {wanted}, received {received}")
    same(f"count of {what}", received[:, 2].sum(), len(numbers))


def check_image(what, event, pictures):
    """Bit by bit."""
    strings = array(event)
    for picture, png in zip(pictures, strings[2:]):
        picture = np.array(picture, dtype=np.uint8)
        size = [str(picture.shape[1]).encode(), str(picture.shape[0]).encode()]
        same(f"width and height of {what}", list(strings[:2]), size)
        received = np.asarray(Image.open(io.BytesIO(png)))
        if not np.array_equal(received, picture):
            wrong.append(f"{what}: expected {picture}, received {received}")
    same(f"pictures of {what}", len(strings) - 2, len(pictures))


def pictures_of(values):
    """As Keras lays weights out, from the smallest number to the largest."""
    picture = np.squeeze(values)
    if picture.ndim > 3:
        return None
    if picture.ndim < 2:
        picture = picture.reshape(1, -1, 1)
    elif picture.ndim == 2:
        picture = (picture.T if picture.shape[0] > picture.shape[1] else picture)[None]
    else:
        picture = picture.transpose(2, 0, 1)
    low, high = values.min(), values.max()
    gray = (picture - low) / (high - low) * np.float32(255) if high > low else np.zeros_like(picture)
    # Halves away from zero.
    return np.floor(gray + np.float32(0.5)).astype(np.uint8)[:3]


def check_weights(wanted):
    kernels = {}
    for weight in wanted:
        kernels.setdefault(weight["tag"], []).append(weight)
    same("tags of histograms", tags("run/train", "histograms"), {f"{tag}/histogram" for tag in kernels})
    for tag, weights in kernels.items():
        events = run("run/train").Tensors(f"{tag}/histogram")
        same(f"steps of {tag}", [event.step for event in events], [weight["step"] for weight in weights])
        for event, weight in zip(events, weights):
            check_histogram(f"{tag}, step {event.step}", event, weight["values"])
        arrays = [np.array(weight["values"], dtype=np.float32).reshape(weight["shape"]) for weight in weights]
        if pictures_of(arrays[0]) is None:
            continue
        events = run("run/train").Tensors(f"{tag}/image")
        same(f"steps of {tag}'s pictures", [event.step for event in events], [weight["step"] for weight in weights])
        for event, values in zip(events, arrays):
            check_image(f"{tag}, step {event.step}", event, pictures_of(values))


def check_hparams(hparams, metrics):
    """By what the tab HPARAMS asks the server for."""
    multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(folder)
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, folder)
    backend = backend_context.Context(type("Context", (), {"data_provider": provider}))
    request_context = context.RequestContext()
    experiment = get_experiment.Handler(request_context, backend, "", api_pb2.GetExperimentRequest()).run()
    types = {bool: api_pb2.DATA_TYPE_BOOL, str: api_pb2.DATA_TYPE_STRING, float: api_pb2.DATA_TYPE_FLOAT64}
    infos = {info.name: info.type for info in experiment.hparam_infos}
    same("hyperparameters", infos, {name: types[type(value)] for name, value in hparams.items()})
    infos = [[info.name.group, info.name.tag, info.display_name] for info in experiment.metric_infos]
    same("metrics of the hyperparameters", infos, metrics)

    columns = [api_pb2.ColParams(hparam=name) for name in hparams]
    columns += [api_pb2.ColParams(metric=api_pb2.MetricName(group=group, tag=tag)) for group, tag, _ in metrics]
    request = api_pb2.ListSessionGroupsRequest(
        allowed_statuses=[api_pb2.STATUS_SUCCESS], col_params=columns, slice_size=10
    )
    groups = list_session_groups.Handler(request_context, backend, "", request).run().session_groups
    same("sessions that ended well", len(groups), 1)
    for group in groups:
        received = {name: getattr(value, value.WhichOneof("kind")) for name, value in group.hparams.items()}
        same("values of hyperparameters", received, hparams)
        received = {(value.name.group, value.name.tag): (value.training_step, value.value) for value in group.metric_values}
        wanted = {}
        for group_, tag, _ in metrics:
            step, value = expected["scalars"][f"run/{group_}"][tag][-1]
            wanted[group_, tag] = (step, np.float32(value))
        same("last values of the metrics", received, wanted)
    session = run("run").summary_metadata[hparams_metadata.SESSION_END_INFO_TAG].plugin_data.content
    end = hparams_metadata.parse_session_end_info_plugin_data(session)
    start = run("run").summary_metadata[hparams_metadata.SESSION_START_INFO_TAG].plugin_data.content
    start = hparams_metadata.parse_session_start_info_plugin_data(start)
    same("the order of start and end", start.start_time_secs <= end.end_time_secs, True)


for name, wanted in expected["scalars"].items():
    check_scalars(name, wanted)
if "weights" in expected:
    check_weights(expected["weights"])
for name, wanted in expected.get("histograms", {}).items():
    same(f"histograms of {name}", tags(name, "histograms"), set(wanted))
    for tag, numbers in wanted.items():
        for event in run(name).Tensors(tag):
            check_histogram(f"{name}/{tag}", event, numbers)
for name, wanted in expected.get("steps_of_histograms", {}).items():
    for tag, steps in wanted.items():
        same(f"steps of {name}/{tag}", [event.step for event in run(name).Tensors(tag)], steps)
for name, wanted in expected.get("images", {}).items():
    same(f"images of {name}", tags(name, "images"), set(wanted))
    for tag, image in wanted.items():
        events = run(name).Tensors(tag)
        same(f"steps of {name}/{tag}", [event.step for event in events], [image["step"]])
        for event in events:
            check_image(f"{name}/{tag}", event, image["pixels"])
for name, wanted in expected.get("texts", {}).items():
    same(f"texts of {name}", tags(name, "text"), set(wanted))
    for tag, (step, text) in wanted.items():
        events = run(name).Tensors(tag)
        same(f"steps of {name}/{tag}", [event.step for event in events], [step])
        received = array(events[0]).item().decode()
        parts = [text] if isinstance(text, str) else text
        for part in parts:
            same(f"whether {received!r} has {part!r}", part in received, True)
if "hparams" in expected:
    check_hparams(expected["hparams"], expected["metrics"])

if wrong:
    sys.exit("\n".join(wrong))
print("all as expected")
