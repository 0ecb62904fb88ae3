"""Recomputes what the study material of chapter 12 claims."""

from __future__ import annotations

import copy
from itertools import pairwise

import numpy as np
import pytest

from tests.curriculum.exercises_practical_projects import (
    Grid,
    attention_part,
    block_weights,
    decode,
    decoder_logits,
    encode,
    forward_part,
    loss_and_gradients,
    notes,
    small_decoder,
    spiral,
    train,
)
from tests.curriculum.numeric import relative_error

# train-models-from-scratch


def test_training_ten_examples_are_easy():
    """Even ten examples with random labels are memorized."""
    x, _, weights = spiral()
    labels = np.random.default_rng(5).integers(3, size=10)
    losses, right = train(x[::30], labels, weights, 1500)
    assert losses[-1] < 0.05
    assert right == 1


def test_training_sum_of_gradients():
    """Without zeroing, step t uses the sum of all gradients and overshoots on a parabola."""
    w, total, largest = 1.0, 0.0, []
    for _ in range(60):
        total += 2 * w
        w -= 0.1 * total
        largest.append(abs(w))
    zeroed = 1.0
    for _ in range(60):
        zeroed -= 0.1 * 2 * zeroed
    assert abs(zeroed) < 1e-5
    assert max(largest[30:]) > 0.9


def test_training_two_shuffles():
    """Labels from another permutation: a nearest-neighbor vote does no better than guessing."""
    rng = np.random.default_rng(0)
    x, y, _ = spiral()
    labels = y[rng.permutation(300)]
    distances = np.linalg.norm(x[:, None] - x, axis=2)
    np.fill_diagonal(distances, np.inf)
    near = distances.argmin(axis=1)
    assert (y[near] == y).mean() > 0.95
    assert (labels[near] == labels).mean() == pytest.approx(1 / 3, abs=0.08)


def test_training_dropout_raises_the_training_loss():
    """With dropout in the loss the same weights look worse than at evaluation."""
    rng = np.random.default_rng(0)
    x, y, weights = spiral()
    trained = [w.copy() for w in weights]
    for _ in range(400):
        _, gradients, _ = loss_and_gradients(x, y, trained)
        trained = [w - 1.0 * g for w, g in zip(trained, gradients, strict=True)]
    h = np.tanh(x @ trained[0] + trained[1])

    def loss(hidden):
        z = hidden @ trained[2] + trained[3]
        return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(300), y]).mean()

    dropped = np.mean([loss(h * (rng.random(h.shape) < 0.5) / 0.5) for _ in range(50)])
    assert dropped > loss(h) + 0.01


def test_training_start_near_log_3():
    assert np.log(3) == pytest.approx(1.0986, abs=1e-4)
    x, y, weights = spiral()
    assert loss_and_gradients(x, y, weights)[0] == pytest.approx(np.log(3), rel=0.01)


# reproduce-architectures


def test_reproduce_bisection():
    """Two stacks of five layers with equal weights: the first activations that differ show the layer."""
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(5, 8, 8)) / np.sqrt(8)

    def activations(x, faulty=None):
        out = []
        for i, w in enumerate(weights):
            x = np.maximum(0, x @ w) if i == faulty else np.tanh(x @ w)
            out.append(x)
        return out

    x = rng.normal(size=(3, 8))
    pairs = zip(activations(x), activations(x, faulty=2), strict=True)
    assert [np.allclose(a, b, atol=1e-12) for a, b in pairs] == [True, True, False, False, False]


def test_reproduce_equal_count_different_outputs():
    """Another score scale or another place of the norm leaves the number of parameters as it is."""
    weights, x = block_weights()
    count = sum(w.size for w in weights.values())
    changed = copy.deepcopy(weights)
    changed["q"] = changed["q"] * np.sqrt(4)
    assert sum(w.size for w in changed.values()) == count
    assert np.abs(attention_part(weights, x) - attention_part(changed, x)).max() > 0.1
    assert np.abs(attention_part(weights, x) - attention_part(weights, x, heads=8)).max() > 0.1


def test_reproduce_causal_part_is_not_equivariant():
    """Each part of the block alone is equivariant."""
    weights, x = block_weights()
    order = np.random.default_rng(2).permutation(10)
    for part in (attention_part, forward_part):
        assert relative_error(part(weights, x[order]), part(weights, x)[order]) < 1e-12


def test_reproduce_spread():
    runs = np.array([80.6, 80.9, 81.4])
    assert runs.mean() == pytest.approx(80.97, abs=0.005)
    assert runs.std(ddof=1) == pytest.approx(0.40, abs=0.005)
    assert (81.2 - runs.mean()) / runs.std(ddof=1) == pytest.approx(0.6, abs=0.03)


def test_reproduce_momentum():
    """Weight 0.01 of the new value equals weight 0.99 of the old one."""
    rng = np.random.default_rng(0)
    old, slow, fast = 0.0, 0.0, 0.0
    for value in rng.normal(size=100):
        old = 0.99 * old + 0.01 * value
        slow = (1 - 0.01) * slow + 0.01 * value
        fast = (1 - 0.99) * fast + 0.99 * value
    assert slow == pytest.approx(old)
    assert fast == pytest.approx(value, abs=0.05)


# train-music-transformer


def test_music_vocabulary():
    assert 128 + 128 + 32 + 100 == 388
    shifts = [t - 255 for t in encode([(2.5, 2.6, 60, 64)]) if 256 <= t < 356]
    assert shifts[:3] == [100, 100, 50]


def test_music_transpositions():
    assert len(range(-3, 4)) == 7


def test_music_skewing():
    """Padding, reshaping and cutting Q Eᵀ gives the score of every query with its distance's vector."""
    rng = np.random.default_rng(0)
    length, size = 6, 4
    q, e = rng.normal(size=(length, size)), rng.normal(size=(length, size))  # e[-1] is distance 0
    naive = np.zeros((length, length))
    for i in range(length):
        for j in range(i + 1):
            naive[i, j] = q[i] @ e[length - 1 - (i - j)]
    product = np.c_[np.zeros(length), q @ e.T]
    skewed = product.reshape(length + 1, length)[1:]
    assert np.tril(skewed) == pytest.approx(naive)


def test_music_hanging_note():
    """Without its note-off a note is never closed, and decoding gives one note less."""
    tokens = encode(notes())
    last = max(i for i, t in enumerate(tokens) if 128 <= t < 256)
    assert len(decode(tokens[:last] + tokens[last + 1 :])) == 199


def test_music_nats_per_second():
    assert pytest.approx(21) == 2.1 * 10
    assert pytest.approx(25.2) == 1.4 * 18


# visualize-training-metrics


def test_curves_start_of_an_average():
    m = 0.0
    for _ in range(5):
        m = 0.9 * m + 0.1
    assert m == pytest.approx(1 - 0.9**5)
    assert m == pytest.approx(0.41, abs=0.001)
    assert m / (1 - 0.9**5) == pytest.approx(1)


def test_curves_mean_over_a_falling_epoch():
    """The mean loss of an epoch in which the model improves is above the loss at its end."""
    losses = 1 / (1 + np.arange(100))
    assert losses.mean() > losses[-1]


def test_curves_equal_steps():
    assert 256 / 32 == 8


def test_curves_spike_follows_its_examples():
    """One bad example gives the spike at the step that draws it, another seed moves it."""
    bad = np.zeros(1000)
    bad[137] = 50
    steps = [int(np.random.default_rng(s).permutation(bad).argmax()) for s in (0, 0, 1)]
    assert steps[0] == steps[1] != steps[2]


# use-pretrained-models


def test_pretrained_neighbors_matter_without_a_mask():
    """With unmasked left padding the logits change with the length of the batch."""
    weights, (tokens, _, _) = small_decoder()
    results = []
    for longest in (6, 12):
        padded = np.r_[np.zeros(longest - 4, dtype=int), tokens]
        positions = np.maximum(np.cumsum(padded > 0) - 1, 0)
        results.append(decoder_logits(weights, padded, padded > 0, positions, "no padding mask")[-1])
    assert np.abs(results[0] - results[1]).max() > 0.1


def test_pretrained_permuted_vocabulary():
    """Tokens numbered by another vocabulary run without an error and give other logits."""
    weights, (_, tokens, _) = small_decoder()
    other = np.r_[0, 1 + np.random.default_rng(3).permutation(29)][tokens]
    every = np.ones(7, dtype=bool)
    right, wrong = (decoder_logits(weights, t, every, np.arange(7))[-1] for t in (tokens, other))
    assert wrong.shape == right.shape
    assert np.abs(right - wrong).max() > 1


def test_pretrained_softmax_is_sure_of_noise():
    """Inputs far from all classes get high probabilities from a linear classifier."""
    rng = np.random.default_rng(0)
    z = 30 * rng.normal(size=(200, 5)) @ rng.normal(size=(5, 10))
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    assert p.sum(axis=1) == pytest.approx(np.ones(200))
    assert (p.max(axis=1) > 0.99).mean() > 0.8


# datasets-and-dataloaders


@pytest.mark.parametrize(("workers", "per_step"), [(2, 200), (5, 80), (10, 80)])
def test_loading_workers(workers, per_step):
    """A step ends 80 ms after both its batch and the step before; each worker makes every n-th batch."""
    done = 0.0
    for batch in range(1000):
        ready = 400 * (batch // workers + 1)
        done = max(done, ready) + 80
    assert done / 1000 == pytest.approx(per_step, rel=0.02)


def test_loading_copied_generators():
    parent = np.random.default_rng(0)
    copies = [copy.deepcopy(parent).random(3) for _ in range(4)]
    assert all((c == copies[0]).all() for c in copies)
    seeded = [np.random.default_rng([0, worker]).random(3) for worker in range(4)]
    assert len({tuple(s) for s in seeded}) == 4


def test_loading_unsplit_iterators():
    whole = [row for _ in range(4) for row in range(1000)]
    split = [row for worker in range(4) for row in range(worker, 1000, 4)]
    assert len(whole) == 4000
    assert np.bincount(whole).tolist() == [4] * 1000
    assert sorted(split) == list(range(1000))


def test_loading_buffer_on_a_sorted_stream():
    """Batches of 32 from the middle of a class hold that class alone, up to 999 places around a border."""
    rng = np.random.default_rng(0)
    buffer, out = list(range(1000)), []
    for row in range(1000, 300000):
        k = rng.integers(1000)
        out.append(buffer[k])
        buffer[k] = row
    out = np.array(out)
    classes = out // 100000
    assert (out - np.arange(len(out))).max() <= 999
    batches = classes[: len(out) // 32 * 32].reshape(-1, 32)
    assert (np.ptp(batches, axis=1) == 0).mean() > 0.94


# implement-rl-environment-and-agent


def test_environment_shared_array():
    state, stored = np.zeros(2), []
    for _ in range(3):
        before = state
        state += 1
        stored.append((before, state))
    assert all((s == 3).all() and (after == 3).all() for s, after in stored)
    copied = []
    for _ in range(3):
        before = state.copy()
        state += 1
        copied.append((before, state.copy()))
    assert [after[0] - s[0] for s, after in copied] == [1, 1, 1]


def test_environment_farmed_reward():
    """To and fro earns 1 in two steps; with a potential a closed loop earns nothing without discount."""
    distances = [5, 4, 5, 4, 5]
    naive = [1 if b < a else 0 for a, b in pairwise(distances)]
    assert sum(naive) == 2
    for gamma in (1.0, 0.9):
        steps = [gamma * -b + a for a, b in pairwise(distances)]
        total = sum(gamma**t * r for t, r in enumerate(steps))
        assert total == pytest.approx(gamma**4 * -distances[-1] + distances[0])
    assert sum(a - b for a, b in pairwise(distances)) == 0


@pytest.mark.parametrize(("gamma", "arrives"), [(0.6, True), (0.61, True), (0.63, False), (0.9, False)])
def test_environment_farmed_reward_by_discount(gamma, arrives):
    """Next to the goal: arriving is worth 1, to and fro g + g³ + ..., which is 1 at g = 0.618."""
    value = np.zeros(20)
    for _ in range(500):
        towards = 1 + gamma * np.r_[0, value[:-1]]
        away = gamma * np.r_[value[1:], value[-1]]
        value = np.maximum(towards, away)
    assert (towards[0] > away[0]) == arrives
    assert away[0] == pytest.approx(gamma / (1 - gamma**2) if not arrives else gamma * value[1])
    assert (towards[1:] > away[1:]).all()


def test_environment_hidden_clock():
    """One observation, 50 moves of reward 1: its value is 50 at the start and 1 before the last move."""
    values = [sum(1 for _ in range(move, 50)) for move in range(50)]
    assert (values[0], values[-1]) == (50, 1)


def test_environment_seeds_repeat():
    grid = Grid()

    def walk(seed):
        grid.reset(seed=seed)
        return [grid.step(1 + i % 2)[0] for i in range(6)]

    assert walk(3) == walk(3)
    assert any(walk(3) != walk(s) for s in range(10))


def test_environment_action_map():
    a = np.linspace(-1, 1, 201)
    assert [5 * (a[0] + 1), 5 * (a[-1] + 1)] == pytest.approx([0, 10])
    assert (np.clip(a, 0, 10) == 0).mean() == pytest.approx(0.5, abs=0.01)
    assert np.clip(a, 0, 10).max() == 1


# build-agent-with-memory


def test_agent_interval():
    half = 1.96 * np.sqrt(0.6 * 0.4 / 50)
    assert 100 * half == pytest.approx(14, abs=0.5)
    rates = np.random.default_rng(0).binomial(50, 0.6, 100000) / 50
    assert (np.abs(rates - 0.6) <= half).mean() == pytest.approx(0.95, abs=0.03)


def test_agent_repeated_runs():
    assert pytest.approx(0.41, abs=0.001) == 0.8**4
    assert pytest.approx(0.998, abs=0.0005) == 1 - 0.2**4
