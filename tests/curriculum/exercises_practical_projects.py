"""Solves the exercises of chapter 12, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error

# train-models-from-scratch


def spiral():
    """Give inputs, labels and the weights at the start."""
    rng = np.random.default_rng(0)
    t, y = np.tile(np.linspace(0.1, 1, 100), 3), np.repeat(np.arange(3), 100)
    angle = 4 * t + 2 * np.pi * y / 3 + 0.1 * rng.normal(size=300)
    x = np.c_[t * np.sin(angle), t * np.cos(angle)]
    w1 = rng.normal(size=(2, 32)) / np.sqrt(2)
    return x, y, [w1, np.zeros(32), 0.01 * rng.normal(size=(32, 3)), np.zeros(3)]


def loss_and_gradients(x, y, weights, mistake=""):
    """Give the mean loss, the four gradients and the share of right answers."""
    w1, b1, w2, b2 = weights
    h = np.tanh(x @ w1 + b1)
    z = h @ w2 + b2
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    d = p.copy()
    d[rows, y] -= 1
    d /= len(y)
    back = d @ w2.T * (1 if mistake == "tanh not differentiated" else 1 - h * h)
    return loss, [x.T @ back, back.sum(axis=0), h.T @ d, d.sum(axis=0)], (p.argmax(axis=1) == y).mean()


def train(x, y, weights, losses=500, mistake=""):
    """Give all losses, the last of them after losses - 1 updates by Adam, and the accuracy."""
    weights = [w.copy() for w in weights]
    first, second = [0 * w for w in weights], [0 * w for w in weights]
    history = []
    for step in range(1, losses + 1):
        loss, gradients, right = loss_and_gradients(x, y, weights, mistake)
        history.append(loss)
        for i, g in enumerate(gradients):
            first[i] = 0.9 * first[i] + 0.1 * g
            second[i] = 0.999 * second[i] + 0.001 * g * g
            m, v = first[i] / (1 - 0.9**step), second[i] / (1 - 0.999**step)
            if mistake == "no correction of the averages":
                m, v = first[i], second[i]
            sign = -1 if mistake == "sign of the step" else 1
            weights[i] = weights[i] - sign * 0.01 * m / (np.sqrt(v) + 1e-8)
    return history, right


def solve_training(mistake=""):
    """Train on all rows, then on ten of them."""
    x, y, weights = spiral()
    ten = np.arange(0, 300, 30)
    return train(x, y, weights, mistake=mistake), train(x[ten], y[ten], weights, mistake=mistake)


def check_training(whole, ten):
    (losses, right), (few, _) = whole, ten
    assert losses[0] == pytest.approx(1.1080, abs=1e-4)
    assert losses[499] == pytest.approx(0.01046, abs=2e-4)
    assert right == 1
    assert few[499] == pytest.approx(0.00403, abs=1e-4)


def test_training():
    check_training(*solve_training())
    x, y, weights = spiral()
    _, gradients, _ = loss_and_gradients(x, y, weights)
    for i in range(4):

        def loss(w, i=i):
            return loss_and_gradients(x, y, [*weights[:i], w, *weights[i + 1 :]])[0]

        assert relative_error(gradients[i], central_difference(loss, weights[i])) < 1e-6


@pytest.mark.parametrize(
    "mistake", ["tanh not differentiated", "no correction of the averages", "sign of the step"]
)
def test_training_wrong(mistake):
    with pytest.raises(AssertionError):
        check_training(*solve_training(mistake))


# reproduce-architectures


def block_weights(width=64):
    """Give the arrays of a block, drawn from one generator, and the tokens."""
    rng = np.random.default_rng(0)
    sizes = dict.fromkeys("qkvo", (width, width))
    sizes |= {"f1": (width, 4 * width), "f2": (4 * width, width)}
    weights = {name: rng.normal(size=s) / np.sqrt(s[0]) for name, s in sizes.items()}
    weights |= {name + "_bias": 0.1 * rng.normal(size=s[1]) for name, s in sizes.items()}
    weights |= {name: rng.normal(size=width) for name in ("gain1", "shift1", "gain2", "shift2")}
    return weights, rng.normal(size=(10, width))


def layer_norm(x, gain, shift):
    return gain * (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5) + shift


def attention_part(w, x, heads=4, mistake=""):
    n = layer_norm(x, w["gain1"], w["shift1"])
    size = x.shape[1] // heads
    q, k, v = (
        (n @ w[c] + w[c + "_bias"]).reshape(len(x), heads, size).transpose(1, 0, 2) for c in ("q", "k", "v")
    )
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(size)
    if mistake == "causal mask":
        scores = np.where(np.tril(np.ones(scores.shape[1:])) == 1, scores, -np.inf)
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    joined = p @ v
    if mistake != "heads joined without transposing":
        joined = joined.transpose(1, 0, 2)
    return x + joined.reshape(x.shape) @ w["o"] + w["o_bias"]


def forward_part(w, x, mistake=""):
    n = layer_norm(x, w["gain2"], w["shift2"])
    if mistake == "norm over the tokens":
        n = layer_norm(x.T, np.ones(len(x)), np.zeros(len(x))).T * w["gain2"] + w["shift2"]
    return x + np.maximum(0, n @ w["f1"] + w["f1_bias"]) @ w["f2"] + w["f2_bias"]


def solve_block(mistake=""):
    """Give the number of parameters and the two parts of the block."""
    weights, _ = block_weights()
    count = sum(w.size for w in weights.values())
    return (
        count,
        lambda x: attention_part(weights, x, mistake=mistake),
        lambda x: forward_part(weights, x, mistake),
    )


def check_block(count, attend, forward):
    assert count == 49984 == 12 * 64**2 + 13 * 64
    _, x = block_weights()
    order = np.random.default_rng(1).permutation(10)
    assert np.abs(forward(attend(x[order])) - forward(attend(x))[order]).max() < 1e-12
    changed = x.copy()
    changed[3] += np.linspace(-1, 1, 64)
    moved = np.abs(attend(changed) - attend(x)).max(axis=1) > 1e-9
    assert moved.all()
    assert np.flatnonzero(np.abs(forward(changed) - forward(x)).max(axis=1) > 1e-9).tolist() == [3]


def test_block():
    check_block(*solve_block())
    assert np.sqrt(64 // 4) == 4


@pytest.mark.parametrize(
    "mistake", ["causal mask", "heads joined without transposing", "norm over the tokens"]
)
def test_block_wrong(mistake):
    with pytest.raises(AssertionError):
        check_block(*solve_block(mistake))


# train-music-transformer
# Tokens: 0-127 note on, 128-255 note off, 256-355 time shift of 1 to 100 steps, 356-387 loudness.


def notes():
    rng = np.random.default_rng(0)
    start = np.cumsum(rng.exponential(0.1, 200))
    length = rng.uniform(0.05, 2, 200)
    pitch, velocity = 21 + np.arange(200) % 88, rng.integers(1, 128, 200)
    return list(
        zip(start.tolist(), (start + length).tolist(), pitch.tolist(), velocity.tolist(), strict=True)
    )


def encode(music, mistake=""):
    """Give the tokens of notes (start, end, pitch, velocity) in seconds."""
    step = 101 if mistake == "grid of another step" else 100
    events = []
    for start, end, pitch, velocity in music:
        events.append((round(start * step), 1, pitch, velocity))
        events.append((round(end * step), 0, pitch, 0))
    if mistake == "the last note never ends":
        events.remove(max(e for e in events if e[1] == 0))
    tokens, now = [], 0
    for time, is_on, pitch, velocity in sorted(events):
        gap = time - now
        while gap > 0:
            shift = min(gap, 100)
            tokens.append(256 + shift - (0 if mistake == "shift off by one" else 1))
            gap -= shift
        now = time
        tokens += [356 + velocity // 4, pitch] if is_on else [128 + pitch]
    return tokens


def by_pitch(note):
    return note[2], note[0]


def decode(tokens):
    """Give the notes of a list of tokens; times are in seconds, loudness is the bin's lowest."""
    now, loudness, sounding, music = 0, 0, {}, []
    for token in tokens:
        if token < 128:
            sounding[token] = (now, loudness)
        elif token < 256:
            begin, velocity = sounding.pop(token - 128)
            music.append((begin / 100, now / 100, token - 128, velocity))
        elif token < 356:
            now += token - 255
        else:
            loudness = 4 * (token - 356)
    return sorted(music, key=by_pitch)


def check_tokens(make):
    music = notes()
    tokens = np.array(make(music))
    kinds = [((tokens >= a) & (tokens < b)).sum() for a, b in ((0, 128), (128, 256), (256, 356), (356, 388))]
    assert kinds == [200, 200, 364, 200]
    assert len(tokens) == 964
    assert (tokens[(tokens >= 256) & (tokens < 356)] - 255).sum() == 2417
    back = decode(tokens.tolist())
    pairs = zip(sorted(music, key=by_pitch), back, strict=True)
    for (a, b, pitch, velocity), (a2, b2, pitch2, loudness) in pairs:
        assert max(abs(a - a2), abs(b - b2)) <= 0.005 + 1e-9
        assert pitch == pitch2
        assert 0 <= velocity - loudness < 4
    assert make(back) == tokens.tolist()
    higher = np.array(make([(a, b, pitch + 3, velocity) for a, b, pitch, velocity in music]))
    assert (np.sort(higher[tokens < 256]) == np.sort(tokens[tokens < 256] + 3)).all()
    assert (higher[tokens >= 256] == tokens[tokens >= 256]).all()


def test_tokens():
    check_tokens(encode)


@pytest.mark.parametrize("mistake", ["grid of another step", "the last note never ends", "shift off by one"])
def test_tokens_wrong(mistake):
    with pytest.raises(AssertionError):
        check_tokens(lambda music: encode(music, mistake))


# visualize-training-metrics


def solve_curve(mistake=""):
    """Give the raw and the corrected average, the mean of the first ten, and the fit."""
    t = np.arange(1, 1001)
    loss = 0.5 + 2 / np.sqrt(t) + 0.2 * np.random.default_rng(0).normal(size=1000)
    m, raw = 0.0, []
    for value in loss:
        m = 0.02 * m + 0.98 * value if mistake == "weights swapped" else 0.98 * m + 0.02 * value
        raw.append(m)
    raw = np.array(raw)
    power = t - 1 if mistake == "power off by one" else t
    with np.errstate(divide="ignore"):
        corrected = raw / (1 - 0.98**power)
    slope = 1 / t if mistake == "1/t for 1/√t" else 1 / np.sqrt(t)
    fit = np.linalg.lstsq(np.c_[np.ones(1000), slope], loss, rcond=None)[0]
    return raw, corrected, loss[:10].mean(), fit


def check_curve(raw, corrected, mean, fit):
    assert raw[9] == pytest.approx(0.27409, abs=1e-5)
    assert corrected[9] == pytest.approx(1.49836, abs=1e-5)
    assert mean == pytest.approx(1.52114, abs=1e-5)
    assert [raw[-1], corrected[-1]] == pytest.approx([0.51585, 0.51585], abs=1e-5)
    assert fit == pytest.approx([0.48553, 2.07873], abs=1e-4)


def test_curve():
    check_curve(*solve_curve())


@pytest.mark.parametrize("mistake", ["weights swapped", "power off by one", "1/t for 1/√t"])
def test_curve_wrong(mistake):
    with pytest.raises(AssertionError):
        check_curve(*solve_curve(mistake))


# use-pretrained-models


def small_decoder():
    rng = np.random.default_rng(0)
    shapes = ((30, 16), (12, 16), (16, 16), (16, 16), (16, 16), (16, 30))
    sizes = (1, 1, 4, 4, 4, 1)
    weights = [rng.normal(size=s) / n for s, n in zip(shapes, sizes, strict=True)]
    return weights, [rng.integers(1, 30, n) for n in (4, 7, 12)]


def decoder_logits(weights, tokens, real, positions, mistake=""):
    """Give the logits at every place of one sequence; real says which tokens count."""
    words, places, wq, wk, wv, out = weights
    x = words[tokens] + places[positions]
    scores = (x @ wq) @ (x @ wk).T / 4
    allowed = np.tril(np.ones((len(tokens), len(tokens)), dtype=bool))
    if mistake != "no padding mask":
        allowed &= real
        allowed |= np.eye(len(tokens), dtype=bool)  # a padding token may look at itself
    scores = np.where(allowed, scores, -np.inf)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return (x + p @ (x @ wv)) @ out


def solve_padding(side, mistake=""):
    """Give the last logits of the three sequences, padded to twelve places."""
    weights, sequences = small_decoder()
    out = []
    for tokens in sequences:
        pad = np.zeros(12 - len(tokens), dtype=int)
        padded = np.r_[pad, tokens] if side == "left" else np.r_[tokens, pad]
        real = padded > 0
        positions = np.maximum(np.cumsum(real) - 1, 0)
        if mistake == "positions from the first place":
            positions = np.arange(12)
        last = 11 if side == "left" or mistake == "last place on the right" else len(tokens) - 1
        out.append(decoder_logits(weights, padded, real, positions, mistake)[last])
    return np.array(out)


def check_padding(left, right):
    weights, sequences = small_decoder()
    alone = []
    for tokens in sequences:
        real = np.ones(len(tokens), dtype=bool)
        alone.append(decoder_logits(weights, tokens, real, np.arange(len(tokens)))[-1])
    assert relative_error(left, alone) < 1e-12
    assert relative_error(right, alone) < 1e-12
    assert left.sum() == pytest.approx(20.736, abs=1e-3)


def test_padding():
    check_padding(solve_padding("left"), solve_padding("right"))


@pytest.mark.parametrize(
    "mistake", ["no padding mask", "positions from the first place", "last place on the right"]
)
def test_padding_wrong(mistake):
    with pytest.raises(AssertionError):
        check_padding(solve_padding("left", mistake), solve_padding("right", mistake))


# datasets-and-dataloaders


def solve_buffer(mistake=""):
    """Give the rows in the order in which the buffer hands them out."""
    rng = np.random.default_rng(0)
    size = 2000 if mistake == "factor 2 in the buffer" else 1000
    buffer, out = list(range(size)), []
    for row in range(size, 10000):
        k = rng.integers(size)
        out.append(buffer[k])
        if mistake != "the place is not filled again":
            buffer[k] = row
    if mistake != "the rest is dropped":
        out += [buffer[i] for i in rng.permutation(size)]
    return np.array(out)


def check_buffer(out):
    assert np.sort(out).tolist() == list(range(10000))
    early = out - np.arange(10000)
    assert early.max() == 999
    assert -early.min() == 8689
    assert np.corrcoef(out, np.arange(10000))[0, 1] == pytest.approx(0.94691, abs=1e-4)
    assert out[:1000].mean() == pytest.approx(830.7, abs=0.1)


def test_buffer():
    check_buffer(solve_buffer())
    full = np.random.default_rng(1).permutation(10000)
    assert abs(np.corrcoef(full, np.arange(10000))[0, 1]) < 0.02


@pytest.mark.parametrize(
    "mistake", ["factor 2 in the buffer", "the place is not filled again", "the rest is dropped"]
)
def test_buffer_wrong(mistake):
    with pytest.raises(AssertionError):
        check_buffer(solve_buffer(mistake))


# implement-rl-environment-and-agent

MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))


def neighbor(state, move):
    row, column = divmod(state, 5)
    row, column = row + MOVES[move][0], column + MOVES[move][1]
    return state if not (0 <= row < 5 and 0 <= column < 5) else 5 * row + column


NEXT = [[neighbor(state, move) for move in range(4)] for state in range(25)]


class Grid:
    """The grid of the exercise; step gives state, reward and whether the goal is reached."""

    def __init__(self, mistake=""):
        self.mistake = mistake

    def reset(self, seed=None):
        if seed is not None:
            rng = np.random.default_rng(seed)
            self.draw = iter(rng.random(500_000).tolist())
        self.state = 0
        return self.state

    def step(self, action):
        u, slip = next(self.draw), 0.2 if self.mistake == "factor 2 in the slip" else 0.1
        move = action if u >= 2 * slip else (action + (1 if u < slip else -1)) % 4
        self.state = NEXT[self.state][move]
        reward = 0 if self.mistake == "no reward at the goal" and self.state == 24 else -1
        return self.state, reward, self.state == 24


def grid_model():
    p = np.zeros((25, 4, 25))
    for state in range(24):
        for action in range(4):
            for turn, chance in ((0, 0.8), (1, 0.1), (-1, 0.1)):
                p[state, action, NEXT[state][(action + turn) % 4]] += chance
    return p


def optimal_values(mistake=""):
    p, v = grid_model(), np.zeros(25)
    for _ in range(3 if mistake == "too few sweeps" else 500):
        q = -1 + p @ v
        v = q.max(axis=1)
        v[24] = 0
    return v, q.argmax(axis=1)


def policy_value(policy):
    """Give the exact value of the start; a policy that never ends has minus infinity."""
    rows = grid_model()[np.arange(25), policy][:24, :24]
    if np.abs(np.linalg.eigvals(rows)).max() > 1 - 1e-9:
        return -np.inf
    return np.linalg.solve(np.eye(24) - rows, -np.ones(24))[0]


def average_return(grid, policy, episodes):
    policy, total = policy.tolist(), 0
    state = grid.reset(seed=0)
    for _ in range(episodes):
        state, done = grid.reset(), False
        while not done:
            state, reward, done = grid.step(policy[state])
            total += reward
    return total / episodes


def q_learning(grid, seed):
    rng = np.random.default_rng(seed + 1)
    q = [[0.0] * 4 for _ in range(25)]
    grid.reset(seed=seed)
    for _ in range(3000):
        state, done = grid.reset(), False
        while not done:
            row = q[state]
            action = int(rng.integers(4)) if rng.random() < 0.2 else row.index(max(row))
            after, reward, done = grid.step(action)
            best = 0 if done else max(q[after])
            row[action] += 0.1 * (reward + best - row[action])
            state = after
    return np.array(q).argmax(axis=1)


def solve_grid(mistake="", seed=0):
    """Give the optimal value, the average return in the environment, and the learned policy's value."""
    value, grid = optimal_values(mistake)[0][0], Grid(mistake)
    average = average_return(grid, optimal_values()[1], 5000)
    return value, average, policy_value(q_learning(grid, seed))


def check_grid(value, average, learned):
    assert value == pytest.approx(-9.8073, abs=1e-3)
    assert average == pytest.approx(value, abs=0.15)
    assert learned >= -10.3


@pytest.mark.parametrize("seed", range(3))
def test_grid(seed):
    check_grid(*solve_grid(seed=seed))


def test_grid_random_policy():
    rows = grid_model().mean(axis=1)[:24, :24]
    assert np.linalg.solve(np.eye(24) - rows, -np.ones(24))[0] == pytest.approx(-106.8, abs=0.05)


@pytest.mark.parametrize("mistake", ["factor 2 in the slip", "no reward at the goal", "too few sweeps"])
def test_grid_wrong(mistake):
    with pytest.raises(AssertionError):
        check_grid(*solve_grid(mistake))


# build-agent-with-memory


def solve_memory(mistake=""):
    """Give how many keys are answered by their newest entry, for four stores, and how many keys there are."""
    rng = np.random.default_rng(0)
    base, key = rng.normal(size=(50, 32)), rng.integers(50, size=200)
    memory, query = base[key] + 0.5 * rng.normal(size=(200, 32)), base + 0.5 * rng.normal(size=(50, 32))
    if mistake != "no division by the lengths":
        memory = memory / np.linalg.norm(memory, axis=1, keepdims=True)
        query = query / np.linalg.norm(query, axis=1, keepdims=True)
    likeness = query @ memory.T
    age = np.arange(200) if mistake == "age counted from the oldest" else np.arange(200)[::-1]
    newest = {int(k): i for i, k in enumerate(key)}
    if mistake == "first entry for newest":
        newest = {int(k): int(np.flatnonzero(key == k)[0]) for k in key}
    right = [sum((likeness[k] + w * 0.99**age).argmax() == i for k, i in newest.items()) for w in (0, 0.5, 2)]
    kept = np.array(sorted(newest.values()))
    right.append(sum(kept[likeness[k, kept].argmax()] == i for k, i in newest.items()))
    return right, len(newest)


def check_memory(right, keys):
    assert keys == 49
    assert right == [20, 43, 30, 49]


def test_memory():
    check_memory(*solve_memory())


@pytest.mark.parametrize(
    "mistake", ["no division by the lengths", "age counted from the oldest", "first entry for newest"]
)
def test_memory_wrong(mistake):
    with pytest.raises(AssertionError):
        check_memory(*solve_memory(mistake))
