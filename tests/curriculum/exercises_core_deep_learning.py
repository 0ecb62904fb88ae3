"""Solves the exercises of chapter 3, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error

# feedforward-networks


def solve_feedforward(units, mistake=""):
    """Give a network of ReLU units that interpolates the sine at units + 1 knots."""
    knots = np.linspace(0, 2 * np.pi, units + 1)
    slopes = np.diff(np.sin(knots)) / np.diff(knots)
    weights = np.diff(slopes, prepend=0)
    if mistake == "slopes for changes of slope":
        weights = slopes
    sign = -1 if mistake == "sign of the output weights" else 1
    biases = -knots[1:] if mistake == "knots off by one" else -knots[:-1]

    def network(x):
        return np.sin(knots[0]) + sign * np.maximum(0, x[:, None] + biases) @ weights

    return network


def check_feedforward(make):
    x = np.linspace(0, 2 * np.pi, 10001)
    for units, error in ((16, 0.01885), (32, 0.00479)):
        y, knots = make(units)(x), np.linspace(0, 2 * np.pi, units + 1)
        assert np.abs(y - np.interp(x, knots, np.sin(knots))).max() < 1e-12
        assert np.abs(y - np.sin(x)).max() == pytest.approx(error, abs=1e-5)


def test_feedforward():
    check_feedforward(solve_feedforward)


@pytest.mark.parametrize(
    "mistake", ["slopes for changes of slope", "sign of the output weights", "knots off by one"]
)
def test_feedforward_wrong(mistake):
    with pytest.raises(AssertionError):
        check_feedforward(lambda units: solve_feedforward(units, mistake))


# activation-functions


def solve_activations(mistake=""):
    """Give the value and the derivative of four activations."""

    def sigmoid(x):
        small = np.exp(-np.abs(x))
        return np.where(x >= 0, 1, small) / (1 + small)

    def sigmoid_slope(x):
        s = sigmoid(x)
        return s * (1 - s) * (4 if mistake == "factor 4" else 1)

    def tanh_slope(x):
        return 1 + np.tanh(x) ** 2 if mistake == "sign in tanh" else 1 - np.tanh(x) ** 2

    def phi(x):
        return np.array([0.5 * (1 + math.erf(t / math.sqrt(2))) for t in np.atleast_1d(x)])

    def gelu_slope(x):
        rest = x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
        return phi(x) + (0 if mistake == "no product rule" else rest)

    return {
        "sigmoid": (sigmoid, sigmoid_slope),
        "tanh": (np.tanh, tanh_slope),
        "relu": (lambda x: np.maximum(0, x), lambda x: (x > 0) * 1.0),
        "gelu": (lambda x: x * phi(x), gelu_slope),
    }


def check_activations(pairs):
    x, h = np.linspace(-6, 6, 2402), 1e-5
    tops = {"sigmoid": 0.25, "tanh": 1, "relu": 1, "gelu": 1.1289}
    for name, (value, slope) in pairs.items():
        assert np.abs(slope(x) - (value(x + h) - value(x - h)) / (2 * h)).max() < 1e-8
        assert slope(x).max() == pytest.approx(tops[name], abs=1e-4)
    gelu = pairs["gelu"][0](x)
    assert gelu.min() == pytest.approx(-0.17, abs=1e-4)
    approximate = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    assert np.abs(gelu - approximate).max() == pytest.approx(4.7e-4, abs=1e-5)
    assert pairs["sigmoid"][0](np.array([1000.0, -1000.0])).tolist() == [1, 0]


@pytest.mark.filterwarnings("error")
def test_activations():
    check_activations(solve_activations())


@pytest.mark.parametrize("mistake", ["factor 4", "sign in tanh", "no product rule"])
def test_activations_wrong(mistake):
    with pytest.raises(AssertionError):
        check_activations(solve_activations(mistake))


# backpropagation


def network_problem(seed=0):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(8, 5)), rng.integers(3, size=8)
    shapes = ((5, 10), 10, (10, 3), 3)
    return x, y, [0.5 * rng.normal(size=s) for s in shapes]


def network_loss(x, y, w1, b1, w2, b2):
    z = np.tanh(x @ w1 + b1) @ w2 + b2
    z = z - z.max(axis=1, keepdims=True)
    return -(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))[np.arange(len(y)), y].mean()


def solve_backpropagation(x, y, parameters, mistake=""):
    """Give the gradients of the four arrays by hand."""
    w1, b1, w2, b2 = parameters
    h = np.tanh(x @ w1 + b1)
    p = np.exp(h @ w2 + b2)
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), (y + 1) % 3 if mistake == "class off by one" else y] -= 1
    g = p if mistake == "no mean over the batch" else p / len(y)
    slope = 1 + h**2 if mistake == "sign in the slope of tanh" else 1 - h**2
    back = g @ w2.T * slope
    return [x.T @ back, back.sum(axis=0), h.T @ g, g.sum(axis=0)]


def check_backpropagation(x, y, parameters, gradients):
    for i, gradient in enumerate(gradients):

        def loss(t, i=i):
            return network_loss(x, y, *parameters[:i], t, *parameters[i + 1 :])

        assert gradient.shape == parameters[i].shape
        assert relative_error(gradient, central_difference(loss, parameters[i])) < 1e-6


@pytest.mark.parametrize("seed", range(20))
def test_backpropagation(seed):
    problem = network_problem(seed)
    check_backpropagation(*problem, solve_backpropagation(*problem))


@pytest.mark.parametrize(
    "mistake", ["class off by one", "no mean over the batch", "sign in the slope of tanh"]
)
def test_backpropagation_wrong(mistake):
    problem = network_problem()
    with pytest.raises(AssertionError):
        check_backpropagation(*problem, solve_backpropagation(*problem, mistake))


# weight-initialization


def solve_initialization(mistake="", seed=0):
    """Give log2 of the mean square's growth a layer for weight variances 2/n and 1/n."""
    rng = np.random.default_rng(seed)
    growth = []
    for c in (2, 1):
        h = rng.normal(size=(100, 512))
        start = (h**2).mean()
        scale = c / 512 if mistake == "no square root" else np.sqrt(c / 512)
        if mistake == "factor root 2":
            scale /= np.sqrt(2)
        for _ in range(30):
            h = np.maximum(0, h @ (scale * rng.normal(size=(512, 512))))
        growth.append(np.log2((h**2).mean() / start) / (29 if mistake == "off by one" else 30))
    return growth


def check_initialization(kaiming, half):
    assert kaiming == pytest.approx(-0.012, abs=0.002)
    assert half == pytest.approx(-0.999, abs=0.002)


def test_initialization():
    check_initialization(*solve_initialization())


@pytest.mark.parametrize("seed", range(1, 5))
def test_initialization_other_seeds(seed):
    kaiming, half = solve_initialization(seed=seed)
    assert abs(kaiming) < 0.1
    assert abs(half + 1) < 0.1


@pytest.mark.parametrize("mistake", ["no square root", "factor root 2", "off by one"])
def test_initialization_wrong(mistake):
    with pytest.raises(AssertionError):
        check_initialization(*solve_initialization(mistake))


# dropout-and-normalization


def batch_norm(x, scale, shift):
    return scale * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + shift


def layer_norm(x):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return (x - mean) / np.sqrt(var + 1e-5)


def solve_normalization(x, scale, shift, r, mistake=""):
    """Give the gradients of x, scale and shift for the loss sum(output * r)."""
    rows = len(x) - 1 if mistake == "one row too few" else len(x)
    deviation = np.sqrt(x.var(axis=0) + 1e-5)
    hat = (x - x.mean(axis=0)) / deviation
    g = r * scale
    through = (g * hat).sum(axis=0) / rows * hat
    if mistake == "statistics held constant":
        return g / deviation, (r * hat).sum(axis=0), r.sum(axis=0)
    sign = -1 if mistake == "sign of the variance term" else 1
    dx = (g - g.sum(axis=0) / rows - sign * through) / deviation
    return dx, (r * hat).sum(axis=0), r.sum(axis=0)


def solve_dropout(mistake=""):
    kept = np.random.default_rng(0).random(1_000_000) < 0.8
    return kept / (1 if mistake == "not inverted" else 0.8)


def check_normalization(x, scale, shift, r, gradients):
    given = (x, scale, shift)
    for i, gradient in enumerate(gradients):

        def loss(t, i=i):
            return (batch_norm(*given[:i], t, *given[i + 1 :]) * r).sum()

        assert relative_error(gradient, central_difference(loss, given[i])) < 1e-6
    assert np.abs(gradients[0].sum(axis=0)).max() < 1e-10
    assert np.abs(layer_norm(x) - batch_norm(x.T, 1, 0).T).max() < 1e-12


def check_dropout(dropped):
    assert dropped.mean() == pytest.approx(1, abs=0.002)
    assert (dropped**2).mean() == pytest.approx(1.25, abs=0.003)


def normalization_problem():
    rng = np.random.default_rng(0)
    return rng.normal(2, 3, size=(16, 5)), rng.normal(size=5), rng.normal(size=5), rng.normal(size=(16, 5))


def test_normalization():
    problem = normalization_problem()
    check_normalization(*problem, solve_normalization(*problem))
    check_dropout(solve_dropout())


@pytest.mark.parametrize(
    "mistake", ["one row too few", "sign of the variance term", "statistics held constant"]
)
def test_normalization_wrong(mistake):
    problem = normalization_problem()
    with pytest.raises(AssertionError):
        check_normalization(*problem, solve_normalization(*problem, mistake))


def test_dropout_wrong():
    with pytest.raises(AssertionError):
        check_dropout(solve_dropout("not inverted"))


# loss-functions


def solve_losses(mistake=""):
    """Give softmax and binary cross-entropy with gradients, and the best constants of three losses."""

    def softmax_loss(z, y):
        z = z - z.max()
        return np.log(np.exp(z).sum()) - z[y]

    def softmax_gradient(z, y):
        p = np.exp(z - z.max())
        p /= p.sum()
        p[y] += 1 if mistake == "sign of the label" else -1
        return p

    def binary_loss(z, y):
        return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))

    def binary_gradient(z, y):
        return 1 / (1 + np.exp(-z)) - y

    data = np.array([0, 1, 2, 2.5, 100])
    c = np.linspace(0, 30, 300001)[:, None]
    r = np.abs(data - c)
    corner = 1.0 if mistake == "factor in Huber" else 0.5
    losses = r**2, r, np.where(r < 1, corner * r**2, r - 0.5)
    best = [c[loss.sum(axis=1).argmin(), 0] for loss in losses]
    if mistake == "median off by one":
        best[1] = np.sort(data)[3]
    return softmax_loss, softmax_gradient, binary_loss, binary_gradient, best


def check_losses(softmax_loss, softmax_gradient, binary_loss, binary_gradient, best):
    for label, loss in ((0, 0), (1, 1000), (2, 2000)):
        assert softmax_loss(np.array([1000.0, 0, -1000]), label) == pytest.approx(loss, abs=1e-9)
    assert binary_loss(-800.0, 1) == pytest.approx(800, abs=1e-9)
    z = np.array([0.3, -1.2, 2.0])
    slope = central_difference(lambda t: softmax_loss(t, 1), z)
    assert relative_error(softmax_gradient(z, 1), slope) < 1e-6
    slope = central_difference(lambda t: binary_loss(t, 1), np.float64(0.7))
    assert relative_error(binary_gradient(0.7, 1), slope) < 1e-6
    assert best == pytest.approx([21.1, 2, 11 / 6], abs=1e-3)


@pytest.mark.filterwarnings("error")
def test_losses():
    check_losses(*solve_losses())


@pytest.mark.parametrize("mistake", ["sign of the label", "factor in Huber", "median off by one"])
def test_losses_wrong(mistake):
    with pytest.raises(AssertionError):
        check_losses(*solve_losses(mistake))


# learning-rate-schedules


def solve_schedule(mistake=""):
    """Give the rate as a function of the step, and the two variances."""

    def rate(t):
        if t < 100:
            return 1e-3 * (t + 1 if mistake == "off by one" else t) / 100
        part = (t - 100) / (1000 if mistake == "factor in the length" else 900)
        return 1e-5 + (1e-3 - 1e-5) / 2 * (1 + np.cos(np.pi * part))

    variances = []
    rng = np.random.default_rng(0)
    for step in (lambda n: 0.1, lambda n: 1 / n):
        x = np.zeros(20000)
        for n in range(1, 201):
            x -= step(n) * (x + rng.normal(size=20000))
        variances.append(x.var())
    return rate, *variances


def check_schedule(rate, constant, falling):
    for t, value in ((0, 0), (50, 5e-4), (100, 1e-3), (550, 5.05e-4), (1000, 1e-5)):
        assert rate(t) == pytest.approx(value, abs=1e-12)
    assert constant == pytest.approx(0.1 / 1.9, rel=0.03)
    assert round(0.1 / 1.9, 4) == 0.0526
    assert falling == pytest.approx(1 / 200, rel=0.03)


def test_schedule():
    check_schedule(*solve_schedule())


@pytest.mark.parametrize("mistake", ["off by one", "factor in the length"])
def test_schedule_wrong(mistake):
    with pytest.raises(AssertionError):
        check_schedule(*solve_schedule(mistake))


@pytest.mark.parametrize("wrong", [-1, 2, 0.5])
def test_schedule_wrong_noise(wrong):
    """A step of the wrong sign or size does not give the stated variances."""
    x, rng = np.zeros(20000), np.random.default_rng(0)
    for _ in range(200):
        x -= wrong * 0.1 * (x + rng.normal(size=20000))
    with pytest.raises(AssertionError):
        check_schedule(solve_schedule()[0], x.var(), 1 / 200)


# early-stopping


def solve_stopper(losses, patience, min_delta=0.0, mistake=""):
    """Give the epoch after which training ends and the epoch that is kept, from 1."""
    best, kept, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best + min_delta if mistake == "sign of min_delta" else loss < best - min_delta:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited >= patience + (mistake == "patience off by one"):
            return epoch, epoch if mistake == "last kept" else kept
    return len(losses), kept


def solve_filter(x, y, mistake=""):
    """Give the coordinates of 200 steps of gradient descent in the eigenbasis."""
    w, basis = np.zeros(x.shape[1]), np.linalg.eigh(x.T @ x / len(x))[1]
    for _ in range(201 if mistake == "a step too many" else 200):
        w -= (1.0 if mistake == "factor 2 in the gradient" else 0.5) * x.T @ (x @ w - y) / len(x)
    return basis.T @ w


def check_early_stopping(stopper, descend):
    losses = [0.9, 0.7, 0.8, 0.75, 0.72, 0.6]
    assert stopper(losses, 3) == (5, 2)
    assert stopper(losses, 4) == (6, 6)
    assert stopper(losses, 4, 0.15) == (6, 2)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 10)) * 0.7 ** np.arange(10)
    y = x @ np.ones(10) + rng.normal(size=50)
    lam, basis = np.linalg.eigh(x.T @ x / 50)
    full = basis.T @ np.linalg.lstsq(x, y, rcond=None)[0]
    assert np.abs(descend(x, y) - (1 - (1 - 0.5 * lam) ** 200) * full).max() < 1e-9


def test_early_stopping():
    check_early_stopping(solve_stopper, solve_filter)


@pytest.mark.parametrize("mistake", ["sign of min_delta", "patience off by one", "last kept"])
def test_early_stopping_wrong(mistake):
    with pytest.raises(AssertionError):
        check_early_stopping(lambda *given: solve_stopper(*given, mistake=mistake), solve_filter)


@pytest.mark.parametrize("mistake", ["a step too many", "factor 2 in the gradient"])
def test_early_stopping_wrong_descent(mistake):
    with pytest.raises(AssertionError):
        check_early_stopping(solve_stopper, lambda x, y: solve_filter(x, y, mistake))


# gradient-clipping


def solve_clipping(grads, c, mistake=""):
    """Clip a list of arrays in place to global norm c, and return the norm before."""
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    if mistake == "sum of norms":
        norm = sum(np.linalg.norm(g) for g in grads)
    for g in grads:
        if mistake == "each array alone":
            g[:] = g * min(1, c / np.linalg.norm(g))
        else:
            g[:] = g * (c / norm if mistake == "always to the limit" else min(1, c / norm))
    return norm


def check_clipping(clip):
    grads = [np.array([3.0, 0.0]), np.full((2, 2), 2.0), np.array([-12.0])]
    assert clip(grads, 20) == pytest.approx(13, abs=1e-12)
    assert grads[0].tolist() == [3, 0]
    assert clip(grads, 1) == pytest.approx(13, abs=1e-12)
    assert [np.linalg.norm(g) for g in grads] == pytest.approx([3 / 13, 4 / 13, 12 / 13], abs=1e-12)
    assert grads[2][0] < 0
    rows = np.random.default_rng(0).normal(size=(4, 3)) * np.array([[1], [1], [1], [50]])
    mean, clipped = rows.mean(axis=0), rows.copy()
    clip([mean], 1)
    for row in clipped:
        clip([row], 1)
    other = clipped.mean(axis=0)
    assert np.linalg.norm(mean) == pytest.approx(1)
    assert np.linalg.norm(other) == pytest.approx(0.2136, abs=1e-4)
    angle = np.degrees(np.arccos(mean @ other / np.linalg.norm(mean) / np.linalg.norm(other)))
    assert angle == pytest.approx(75.8, abs=0.1)


def test_clipping():
    check_clipping(solve_clipping)


@pytest.mark.parametrize("mistake", ["sum of norms", "each array alone", "always to the limit"])
def test_clipping_wrong(mistake):
    with pytest.raises(AssertionError):
        check_clipping(lambda grads, c: solve_clipping(grads, c, mistake))


# data-augmentation


def augmentation_problem():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 5))
    return x, x @ np.arange(1, 6) + rng.normal(size=200), rng


def solve_augmentation(mistake=""):
    """Give the weights fitted on noisy copies, and the mirrored mask and box."""
    x, y, rng = augmentation_problem()
    noise = rng.normal(size=(100000, 5)) * (0.25 if mistake == "variance for deviation" else 0.5)
    if mistake == "one noise for all copies":
        noise = np.zeros_like(noise) + noise[:1]
    many, labels = np.tile(x, (500, 1)) + noise, np.tile(y, 500)
    w = np.linalg.solve(many.T @ many, many.T @ labels)
    mask = np.zeros((6, 10), dtype=int)
    mask[:, 2:5] = 1
    width = 9 if mistake == "box off by one" else 10
    return w, mask[:, ::-1], (width - 5, width - 2)


def check_augmentation(w, mask, box):
    x, y, _ = augmentation_problem()
    ridge = np.linalg.solve(x.T @ x + 200 * 0.25 * np.eye(5), x.T @ y)
    plain = np.linalg.lstsq(x, y, rcond=None)[0]
    assert np.abs(w - ridge).max() < 0.04
    assert (plain - w >= 0.1).all()
    assert box == (5, 8)
    assert np.flatnonzero(mask.all(axis=0)).tolist() == [5, 6, 7]
    assert mask.sum() == 18


def test_augmentation():
    check_augmentation(*solve_augmentation())


@pytest.mark.parametrize("mistake", ["variance for deviation", "one noise for all copies", "box off by one"])
def test_augmentation_wrong(mistake):
    with pytest.raises(AssertionError):
        check_augmentation(*solve_augmentation(mistake))


# mixed-precision-training


def add_up(kind, start, term, times):
    total, term = kind(start), kind(term)
    for _ in range(times):
        total = kind(total + term)
    return float(total)


@np.errstate(over="ignore")
def solve_mixed_precision(mistake=""):
    """Give the two sums of small updates, the sum of ones, and the shares of zero and inf."""
    half = np.float32 if mistake == "sums in float32" else np.float16
    g = 10 ** np.random.default_rng(0).uniform(-10, -3, 100000)
    scales = (1, 2**10, 2**29 if mistake == "factor 2 in the scale" else 2**30)
    cast = [(g / s if mistake == "divided by the scale" else g * s).astype(np.float16) for s in scales]
    shares = [(c == 0).mean() for c in cast] + [np.isinf(c).mean() for c in cast]
    updates = add_up(half, 1, 1e-4, 10000), add_up(np.float32, 1, 1e-4, 10000)
    return *updates, add_up(half, 0, 1, 4096), shares


def check_mixed_precision(small, master, ones, shares):
    assert small == 1
    assert master == pytest.approx(2, abs=0.001)
    assert ones == 2048
    assert shares == pytest.approx([0.351, 0, 0, 0, 0, 0.171], abs=0.003)


def test_mixed_precision():
    check_mixed_precision(*solve_mixed_precision())


@pytest.mark.parametrize("mistake", ["sums in float32", "factor 2 in the scale", "divided by the scale"])
def test_mixed_precision_wrong(mistake):
    with pytest.raises(AssertionError):
        check_mixed_precision(*solve_mixed_precision(mistake))
