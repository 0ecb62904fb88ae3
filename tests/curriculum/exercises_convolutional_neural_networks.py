"""Solves the exercises of chapter 4, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error

# convolution


def windows(x, k, stride):
    """Give all kxk windows of the last two axes, at every stride."""
    return np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]


def convolve(x, w, b, stride=1, pad=0):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return np.einsum("ncijkl,fckl->nfij", windows(x, w.shape[2], stride), w) + b[:, None, None]


def convolve_back(g, x, w, stride=1, pad=0):
    """Give the gradients of x, w and b, where g is the gradient of the output."""
    k = w.shape[2]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dw = np.einsum("ncijkl,nfij->fckl", windows(padded, k, stride), g)
    dx = np.zeros_like(padded)
    for i in range(k):
        for j in range(k):
            rows = slice(i, i + stride * g.shape[2], stride)
            columns = slice(j, j + stride * g.shape[3], stride)
            dx[:, :, rows, columns] += np.einsum("nfij,fc->ncij", g, w[:, :, i, j])
    inner = slice(pad, -pad) if pad else slice(None)
    return dx[:, :, inner, inner], dw, g.sum(axis=(0, 2, 3))


def solve_convolution(mistake=""):
    """Give a forward and a backward pass of a convolution layer."""

    def forward(x, w, b, stride, pad):
        if mistake == "flipped kernel":
            w = w[:, :, ::-1, ::-1]
        if mistake == "padding off by one":
            pad += 1
        return convolve(x, w, b, stride, pad)

    def backward(g, x, w, stride, pad):
        dx, dw, db = convolve_back(g, x, w, stride, pad)
        return (dx, dw, db / len(x)) if mistake == "mean over the batch" else (dx, dw, db)

    return forward, backward


def check_convolution(forward, backward):
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(2, 3, 7, 7)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
    out = forward(x, w, b, 2, 1)
    assert out.shape == (2, 4, 4, 4)
    r = rng.normal(size=out.shape)
    dx, dw, db = backward(r, x, w, 2, 1)
    assert relative_error(dx, central_difference(lambda t: (forward(t, w, b, 2, 1) * r).sum(), x)) < 1e-6
    assert relative_error(dw, central_difference(lambda t: (forward(x, t, b, 2, 1) * r).sum(), w)) < 1e-6
    assert relative_error(db, central_difference(lambda t: (forward(x, w, t, 2, 1) * r).sum(), b)) < 1e-6
    corner = np.zeros((1, 1, 3, 3))
    corner[0, 0, 0, 0] = 1
    moved = forward(x[:, :1], corner, np.zeros(1), 1, 1)
    assert np.array_equal(moved[:, :, 1:, 1:], x[:, :1, :-1, :-1])
    assert (moved[:, :, 0] == 0).all()
    assert (moved[:, :, :, 0] == 0).all()


def test_convolution():
    check_convolution(*solve_convolution())


@pytest.mark.parametrize("mistake", ["flipped kernel", "padding off by one", "mean over the batch"])
def test_convolution_wrong(mistake):
    with pytest.raises(AssertionError):
        check_convolution(*solve_convolution(mistake))


# lenet


def lenet_start(rng):
    """Give the ten arrays of a modern LeNet: weights of variance 1/fan-in, biases 0."""
    shapes = [(6, 1, 5, 5), (16, 6, 5, 5), (400, 120), (120, 84), (84, 10)]
    fans = [25, 150, 400, 120, 84]
    out = []
    for shape, fan in zip(shapes, fans, strict=True):
        biases = shape[0] if len(shape) == 4 else shape[1]
        out += [rng.normal(size=shape) / np.sqrt(fan), np.zeros(biases)]
    return out


def pool(x):
    return (x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]) / 4


def lenet_forward(x, p):
    """Give all that the backward pass needs; the logits are last."""
    a1 = np.tanh(convolve(x, p[0], p[1]))
    s1 = pool(a1)
    a2 = np.tanh(convolve(s1, p[2], p[3]))
    s2 = pool(a2)
    flat = s2.reshape(len(x), -1)
    h1 = np.tanh(flat @ p[4] + p[5])
    h2 = np.tanh(h1 @ p[6] + p[7])
    return a1, s1, a2, s2, flat, h1, h2, h2 @ p[8] + p[9]


def lenet_loss(x, y, p):
    z = lenet_forward(x, p)[-1]
    z = z - z.max(axis=1, keepdims=True)
    return -(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))[np.arange(len(y)), y].mean()


def solve_lenet(x, y, p, mistake=""):
    """Give the gradients of the ten arrays by hand."""
    a1, s1, a2, s2, flat, h1, h2, z = lenet_forward(x, p)
    g = np.exp(z)
    g /= g.sum(axis=1, keepdims=True)
    g[np.arange(len(y)), y] -= 1
    g /= len(y)
    quarter = 1 if mistake == "factor of the pooling" else 1 / 4
    out = [h2.T @ g, g.sum(axis=0)]
    g = g @ p[8].T * (1 + h2**2 if mistake == "sign in the slope of tanh" else 1 - h2**2)
    out = [h1.T @ g, g.sum(axis=0), *out]
    g = g @ p[6].T * (1 - h1**2)
    out = [flat.T @ g, g.sum(axis=0), *out]
    g = (g @ p[4].T).reshape(s2.shape).repeat(2, axis=2).repeat(2, axis=3) * quarter
    if mistake == "map shifted by one":
        g = np.roll(g, 1, axis=3)
    g *= 1 - a2**2
    ds1, dw, db = convolve_back(g, s1, p[2])
    out = [dw, db, *out]
    g = ds1.repeat(2, axis=2).repeat(2, axis=3) * quarter * (1 - a1**2)
    return [*convolve_back(g, x, p[0])[1:], *out]


def check_lenet(solve):
    rng = np.random.default_rng(0)
    x, y, p = rng.normal(size=(4, 1, 32, 32)), rng.integers(10, size=4), lenet_start(rng)
    assert sum(a.size for a in p) == 61_706
    assert [a.shape[1:] for a in lenet_forward(x, p)[:4]] == [
        (6, 28, 28),
        (6, 14, 14),
        (16, 10, 10),
        (16, 5, 5),
    ]
    assert lenet_loss(x, y, [*p[:8], 0 * p[8], p[9]]) == pytest.approx(np.log(10), abs=1e-9)
    for i, gradient in enumerate(solve(x, y, p)):
        for place in rng.integers(p[i].size, size=5):

            def loss(t, i=i, place=place):
                moved = p[i].copy()
                moved.flat[place] = t
                return lenet_loss(x, y, [*p[:i], moved, *p[i + 1 :]])

            slope = central_difference(loss, p[i].flat[place])
            assert abs(gradient.flat[place] - slope) < 1e-6 * np.abs(gradient).max()


def test_lenet():
    check_lenet(solve_lenet)


@pytest.mark.parametrize(
    "mistake", ["factor of the pooling", "sign in the slope of tanh", "map shifted by one"]
)
def test_lenet_wrong(mistake):
    with pytest.raises(AssertionError):
        check_lenet(lambda x, y, p: solve_lenet(x, y, p, mistake))


# alexnet

ALEXNET = [  # channels, kernel, stride, padding, groups (of the original), pooled after it
    (96, 11, 4, 0, 1, True),
    (256, 5, 1, 2, 2, True),
    (384, 3, 1, 1, 1, False),
    (384, 3, 1, 1, 2, False),
    (256, 3, 1, 1, 2, True),
]


def solve_alexnet(grouped, mistake=""):
    """Give the sizes of the maps, and the counts of parameters and multiplications."""
    size, channels, parameters, products, sizes = 227, 3, 0, 0, []
    for out, k, stride, pad, groups, pooled in ALEXNET:
        size = (size + 2 * pad - k) // stride + (0 if mistake == "no plus one" else 1)
        sizes.append(size)
        share = groups if grouped and mistake != "groups ignored" else 1
        parameters += k * k * channels // share * out + (0 if mistake == "no biases" else out)
        products += size * size * k * k * channels // share * out
        if pooled:
            size = (size - 3) // 2 + 1
        channels = out
    for n, m in ((size * size * channels, 4096), (4096, 4096), (4096, 1000)):
        parameters += n * m + (0 if mistake == "no biases" else m)
        products += n * m
    return sizes, parameters, products


def solve_color_jitter(pixels, rng, mistake=""):
    """Give 200,000 offsets of the colors along the principal axes of the pixels."""
    values, axes = np.linalg.eigh(np.cov(pixels.T))
    if mistake == "root of the eigenvalues":
        values = np.sqrt(values)
    draws = rng.normal(size=(200_000, 3)) * (0.01 if mistake == "variance for deviation" else 0.1)
    return draws * values @ (axes if mistake == "axes in the rows" else axes.T)


def check_alexnet(count, jitter):
    assert count(True) == ([55, 27, 13, 13, 13], 60_965_224, 724_406_816)
    assert count(False) == ([55, 27, 13, 13, 13], 62_378_344, 1_135_256_096)
    rng = np.random.default_rng(0)
    pixels = rng.normal(size=(5000, 3)) @ np.array([[1, 0.8, 0.6], [0, 0.5, 0.4], [0, 0, 0.3]])
    c = np.cov(pixels.T)
    assert relative_error(np.cov(jitter(pixels, rng).T), 0.01 * c @ c) < 0.02


def test_alexnet():
    check_alexnet(solve_alexnet, solve_color_jitter)


@pytest.mark.parametrize("mistake", ["no plus one", "groups ignored", "no biases"])
def test_alexnet_wrong(mistake):
    with pytest.raises(AssertionError):
        check_alexnet(lambda grouped: solve_alexnet(grouped, mistake), solve_color_jitter)


@pytest.mark.parametrize("mistake", ["root of the eigenvalues", "variance for deviation", "axes in the rows"])
def test_alexnet_wrong_colors(mistake):
    with pytest.raises(AssertionError):
        check_alexnet(solve_alexnet, lambda pixels, rng: solve_color_jitter(pixels, rng, mistake))


# vgg

VGG16 = [64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", *[512, 512, 512, "pool"] * 2]


def solve_vgg(mistake=""):
    """Give the receptive fields after the last convolution and pooling, parameters and products."""
    size, channels, field, step, parameters, products, fields = 224, 3, 1, 1, 0, 0, []
    for layer in VGG16:
        k = 2 if layer == "pool" else 3
        field += (k if mistake == "kernel not less one" else k - 1) * (1 if mistake == "no stride" else step)
        if layer == "pool":
            size, step = size // 2, 2 * step
        else:
            parameters += 9 * channels * layer + layer
            products += 9 * channels * layer * size * size
            channels = layer
        fields.append(field)
    for n, m in ((512 * 49, 4096), (4096, 4096), (4096, 1000)):
        parameters += n * m + m
        products += n * m
    return fields[-2], fields[-1], parameters, products


def solve_influence(depth, mistake=""):
    """Give the share of each input in one output of a stack of 3-wide averages, by convolution."""
    profile = np.ones(1)
    for _ in range(depth - (mistake == "a layer too few")):
        profile = np.convolve(profile, np.ones(3) / (2 if mistake == "not an average" else 3))
    return profile


def check_vgg(counts, influence):
    assert counts[0] == 196
    assert counts[1] == 212
    assert counts[2] == 138_357_544
    assert counts[3] == 15_470_264_320
    for depth in (10, 100):
        profile = influence(depth)
        place = np.arange(len(profile)) - len(profile) // 2
        assert len(profile) == 2 * depth + 1
        assert profile.sum() == pytest.approx(1, abs=1e-9)
        assert (profile * place**2).sum() == pytest.approx(2 * depth / 3, abs=1e-6)


def test_vgg():
    check_vgg(solve_vgg(), solve_influence)


@pytest.mark.parametrize("mistake", ["kernel not less one", "no stride"])
def test_vgg_wrong(mistake):
    with pytest.raises(AssertionError):
        check_vgg(solve_vgg(mistake), solve_influence)


@pytest.mark.parametrize("mistake", ["a layer too few", "not an average"])
def test_vgg_wrong_influence(mistake):
    with pytest.raises(AssertionError):
        check_vgg(solve_vgg(), lambda depth: solve_influence(depth, mistake))


# resnet


def solve_resnet(scaled, mistake=""):
    """Give the growth of the signal over 50 blocks, and the gradient of the input of one example."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 256))
    h, blocks, c = x.copy(), [], 1.0
    if scaled:
        c = 1 / 50 if mistake == "1/L for its root" else 1 / np.sqrt(50)
    for _ in range(50):
        w1 = rng.normal(size=(256, 256)) * np.sqrt(2 / 256)
        w2 = rng.normal(size=(256, 256)) * np.sqrt(1 / 256)
        blocks.append((w1, w2))
        branch = c * np.maximum(0, h @ w1) @ w2
        h = branch if mistake == "no shortcut" else h + branch
    readout = rng.normal(size=256)

    def output(first):
        state, masks = first, []
        for w1, w2 in blocks:
            masks.append(state @ w1 > 0)
            state = state + c * np.maximum(0, state @ w1) @ w2
        return state @ readout, masks

    masks, g = output(x[0])[1], readout.copy()
    for (w1, w2), mask in zip(reversed(blocks), reversed(masks), strict=True):
        through = c * ((g @ w2.T) * mask) @ w1.T
        g = through if mistake == "identity left out of the gradient" else g + through
    return (h**2).mean() / (x**2).mean(), g, lambda t: output(t)[0], x[0]


def check_resnet(plain, scaled):
    assert np.log2(plain[0]) / 50 == pytest.approx(1, abs=0.06)
    assert scaled[0] == pytest.approx(1.02**50, rel=0.08)
    _growth, g, output, x = scaled
    numeric = central_difference(lambda t: output(np.r_[t, x[32:]]), x[:32])
    assert relative_error(g[:32], numeric) < 1e-6


def test_resnet():
    check_resnet(solve_resnet(False), solve_resnet(True))


@pytest.mark.parametrize("mistake", ["1/L for its root", "no shortcut", "identity left out of the gradient"])
def test_resnet_wrong(mistake):
    with pytest.raises(AssertionError):
        check_resnet(solve_resnet(False, mistake), solve_resnet(True, mistake))


# efficientnet


def solve_separable(x, depthwise, pointwise, mistake=""):
    """Give the 1x1 convolution after a depthwise one, padded to keep the size."""
    k = depthwise.shape[1]
    padded = np.pad(x, ((0, 0), (0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    maps = np.einsum("ncijkl,ckl->ncij", windows(padded, k, 1), depthwise)
    if mistake == "channels summed first":
        maps = np.repeat(maps.sum(axis=1, keepdims=True), maps.shape[1], axis=1)
    if mistake == "kernel transposed":
        maps = np.einsum("ncijkl,clk->ncij", windows(padded, k, 1), depthwise)
    return np.einsum("ncij,mc->nmij", maps, pointwise)


def solve_scaling(mistake=""):
    """Count the (alpha, beta, gamma) on a grid of 0.05 from 1 whose cost is within 0.1 of 2."""
    grid = 1 + 0.05 * np.arange(21)
    a, b, c = np.meshgrid(grid, grid, grid, indexing="ij")
    cost = a * b * c**2 if mistake == "width not squared" else a * b**2 * c**2
    return int((np.abs(cost - 2) <= 0.1 + 1e-9).sum()), (a * b**2 * c**2)[4, 2, 3]


def check_efficientnet(separable, count, cost):
    rng = np.random.default_rng(0)
    x, d, p = rng.normal(size=(2, 8, 10, 10)), rng.normal(size=(8, 3, 3)), rng.normal(size=(16, 8))
    full = convolve(x, p[:, :, None, None] * d, np.zeros(16), 1, 1)
    assert relative_error(separable(x, d, p), full) < 1e-12
    assert count == 109
    assert cost == pytest.approx(1.9203, abs=1e-4)


def test_efficientnet():
    check_efficientnet(solve_separable, *solve_scaling())


@pytest.mark.parametrize("mistake", ["channels summed first", "kernel transposed"])
def test_efficientnet_wrong(mistake):
    with pytest.raises(AssertionError):
        check_efficientnet(lambda x, d, p: solve_separable(x, d, p, mistake), *solve_scaling())


def test_efficientnet_wrong_scaling():
    with pytest.raises(AssertionError):
        check_efficientnet(solve_separable, *solve_scaling("width not squared"))


# transfer-learning


def solve_transfer(mistake=""):
    """Give the errors of target weights learned on transferred features and from scratch."""
    rng = np.random.default_rng(0)
    base, heads = rng.normal(size=(50, 5)), rng.normal(size=(5, 21))
    truth = base @ heads
    x = rng.normal(size=(500, 50))
    y = x @ truth[:, :20] + rng.normal(size=(500, 20))
    sources = np.linalg.lstsq(x, y, rcond=None)[0]
    kept = 4 if mistake == "a direction too few" else 5
    features = np.linalg.svd(sources)[0][:, :kept]
    if mistake == "the weakest directions":
        features = np.linalg.svd(sources)[0][:, -5:]
    x = rng.normal(size=(20, 50))
    y = x @ truth[:, 20] + rng.normal(size=20)
    head = np.linalg.lstsq(x @ features, y, rcond=None)[0]
    if mistake == "factor 2 in the head":
        head = 2 * head
    scratch = np.linalg.lstsq(x, y, rcond=None)[0]
    size = np.linalg.norm(truth[:, 20])
    return [np.linalg.norm(w - truth[:, 20]) / size for w in (features @ head, scratch)]


def check_transfer(transferred, scratch):
    assert transferred == pytest.approx(0.021, abs=0.001)
    assert scratch == pytest.approx(0.771, abs=0.002)


def test_transfer():
    check_transfer(*solve_transfer())


@pytest.mark.parametrize("mistake", ["a direction too few", "the weakest directions", "factor 2 in the head"])
def test_transfer_wrong(mistake):
    with pytest.raises(AssertionError):
        check_transfer(*solve_transfer(mistake))


# object-detection


def solve_iou(a, b, mistake=""):
    """Give the IoU of each box of a with each of b; a box is x1, y1, x2, y2."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = high - low if mistake == "negative sides kept" else np.maximum(0, high - low)
    if mistake == "pixels counted":
        sides = sides + 1
    overlap = sides.prod(axis=2)
    areas = [(c[:, 2:] - c[:, :2]).prod(axis=1) for c in (a, b)]
    total = areas[0][:, None] + areas[1][None]
    return overlap / (total if mistake == "overlap counted twice" else total - overlap)


def solve_nms(boxes, scores, limit, mistake=""):
    """Give the indices kept, best score first."""
    order, kept = list(np.argsort(scores if mistake == "worst first" else -scores)), []
    while order:
        best = order.pop(0)
        kept.append(int(best))
        ious = solve_iou(boxes[[best]], boxes)[0]
        order = [i for i in order if (ious[i] < limit if mistake != "sign of the test" else ious[i] > limit)]
    return kept


def solve_ap(hits, objects, mistake=""):
    """Give the average precision of detections sorted by score; hits says which are right."""
    hits = np.array(hits)
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    if mistake != "no envelope":
        precision = np.maximum.accumulate(precision[::-1])[::-1]
    return (precision * hits).sum() / (hits.sum() if mistake == "misses left out" else objects)


def detection_problem():
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 80, size=(200, 2))
    return np.c_[corner, corner + rng.uniform(10, 30, size=(200, 2))], rng.uniform(size=200)


def check_detection(iou, nms, ap):
    boxes, scores = detection_problem()
    assert iou(np.array([[0, 0, 2, 2]]), np.array([[1, 1, 3, 3]]))[0, 0] == pytest.approx(1 / 7)
    assert iou(np.array([[0, 0, 1, 1]]), np.array([[2, 2, 3, 3]]))[0, 0] == 0
    kept = nms(boxes, scores, 0.5)
    assert kept[0] == scores.argmax()
    assert len(kept) == 116
    left = iou(boxes[kept], boxes[kept]) - np.eye(len(kept))
    assert left.max() < 0.5
    assert ap([1, 0, 1, 1, 0], 4) == pytest.approx(0.625, abs=1e-9)


def test_detection():
    check_detection(solve_iou, solve_nms, solve_ap)


@pytest.mark.parametrize("mistake", ["negative sides kept", "pixels counted", "overlap counted twice"])
def test_detection_wrong_iou(mistake):
    with pytest.raises(AssertionError):
        check_detection(lambda a, b: solve_iou(a, b, mistake), solve_nms, solve_ap)


@pytest.mark.parametrize("mistake", ["worst first", "sign of the test"])
def test_detection_wrong_nms(mistake):
    with pytest.raises(AssertionError):
        check_detection(solve_iou, lambda b, s, t: solve_nms(b, s, t, mistake), solve_ap)


@pytest.mark.parametrize("mistake", ["no envelope", "misses left out"])
def test_detection_wrong_ap(mistake):
    with pytest.raises(AssertionError):
        check_detection(solve_iou, solve_nms, lambda hits, objects: solve_ap(hits, objects, mistake))


# segmentation


def solve_segmentation(mistake=""):
    """Give a soft Dice loss with its gradient, a transposed convolution in 1-D, and a sampler."""

    def loss(z, y):
        p = 1 / (1 + np.exp(-z))
        return 1 - 2 * (p * y).sum() / (p.sum() + y.sum())

    def gradient(z, y):
        p = 1 / (1 + np.exp(-z))
        total, both = p.sum() + y.sum(), (p * y).sum()
        sign = -1 if mistake == "sign in the quotient rule" else 1
        dp = -2 * (y * total - sign * both) / total**2
        return dp if mistake == "slope of the sigmoid left out" else dp * p * (1 - p)

    def transposed(y, w, stride):
        out = np.zeros((len(y) - 1) * stride + len(w))
        for i, value in enumerate(y):
            out[i * stride : i * stride + len(w)] += value * (w[::-1] if mistake == "flipped kernel" else w)
        return out

    def sample(grid, row, column):
        i, j = int(row), int(column)
        if mistake == "rounded place":
            return grid[round(row), round(column)]
        u, v = row - i, column - j
        return (1 - u) * ((1 - v) * grid[i, j] + v * grid[i, j + 1]) + u * (
            (1 - v) * grid[i + 1, j] + v * grid[i + 1, j + 1]
        )

    return loss, gradient, transposed, sample


def check_segmentation(loss, gradient, transposed, sample):
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(8, 8)), (rng.uniform(size=(8, 8)) < 0.2) * 1.0
    assert relative_error(gradient(z, y), central_difference(lambda t: loss(t, y), z)) < 1e-6
    x, w, v = rng.normal(size=21), rng.normal(size=5), rng.normal(size=9)
    forward = np.array([x[2 * i : 2 * i + 5] @ w for i in range(9)])
    assert transposed(v, w, 2).shape == (21,)
    assert transposed(v, w, 2) @ x == pytest.approx(forward @ v, abs=1e-10)
    i, j = np.mgrid[:6, :6]
    assert sample(3 * i + 2 * j, 1.5, 2.25) == pytest.approx(9, abs=1e-12)
    i, j = np.mgrid[:100, :100]
    a, b = (i - 50) ** 2 + (j - 45) ** 2 <= 400, (i - 50) ** 2 + (j - 50) ** 2 <= 400
    hard = np.where(a, 50.0, -50.0)
    assert 1 - loss(hard, b * 1.0) == pytest.approx(0.8433, abs=1e-4)
    assert (a & b).sum() / (a | b).sum() == pytest.approx(0.7290, abs=1e-4)


def test_segmentation():
    check_segmentation(*solve_segmentation())


@pytest.mark.parametrize(
    "mistake",
    ["sign in the quotient rule", "slope of the sigmoid left out", "flipped kernel", "rounded place"],
)
def test_segmentation_wrong(mistake):
    with pytest.raises(AssertionError):
        check_segmentation(*solve_segmentation(mistake))
