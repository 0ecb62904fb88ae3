"""Recomputes what the study material of chapter 2 claims."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy import optimize, stats
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist

from tests.curriculum.exercises_classical_machine_learning import (
    best_split,
    dbscan,
    fitted_stump,
    gini,
    grow,
    kmeans,
    predict_tree,
    rings,
    sigmoid,
    split_gain,
)
from tests.curriculum.numeric import central_difference, relative_error


def least_squares(x, y):
    return np.linalg.lstsq(x, y, rcond=None)[0]


# linear-regression


def test_linear_normal_equations():
    """The gradient of the squared error is 0 where the normal equations hold."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    w = np.linalg.solve(x.T @ x, x.T @ y)
    assert np.abs(central_difference(lambda v: ((y - x @ v) ** 2).sum(), w)).max() < 1e-8


def test_linear_noise_variance():
    """The expected sum of squared residuals is the noise variance times n - p."""
    rng = np.random.default_rng(0)
    x = np.c_[np.ones(12), rng.normal(size=(12, 3))]
    hat = x @ np.linalg.pinv(x)
    assert np.trace(np.eye(12) - hat) == pytest.approx(12 - 4)
    noise = 2 * rng.normal(size=(100000, 12))
    assert ((noise - noise @ hat) ** 2).sum(axis=1).mean() == pytest.approx(4 * 8, rel=0.01)


def test_linear_gauss_markov():
    """With equal variances least squares wins, with any weights; with unequal ones it does not."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(15, 2))

    def variance(weights, noise):
        map_ = np.linalg.solve(x.T @ (weights[:, None] * x), x.T * weights)
        assert np.allclose(map_ @ x, np.eye(2))
        return np.diag(map_ * noise @ map_.T)

    plain = variance(np.ones(15), np.ones(15))
    for _ in range(100):
        assert (variance(rng.uniform(0.1, 2, 15), np.ones(15)) >= plain - 1e-12).all()
    noise = np.r_[np.ones(7), np.full(8, 25)]
    assert (variance(1 / noise, noise) < variance(np.ones(15), noise)).all()


def test_linear_omitted_feature():
    rng = np.random.default_rng(0)
    u = rng.normal(size=200000)
    v = 0.5 * u + rng.normal(size=200000)
    slope = least_squares(np.c_[np.ones(200000), u], 2 * u + 3 * v)[1]
    assert slope == pytest.approx(3.5, abs=0.03)


@pytest.mark.parametrize("seed", range(10))
def test_linear_r_squared_rises(seed):
    rng = np.random.default_rng(seed)
    x, y = np.c_[np.ones(30), rng.normal(size=30)], rng.normal(size=30)
    more = np.c_[x, rng.normal(size=30)]
    small, large = (((y - a @ least_squares(a, y)) ** 2).sum() for a in (x, more))
    assert large < small


def test_linear_inflation_factor():
    correlation = np.array([[1, 0.95], [0.95, 1]])
    factor = np.linalg.inv(correlation)[0, 0]
    assert factor == pytest.approx(1 / (1 - 0.95**2))
    assert factor == pytest.approx(10.3, abs=0.05)


# logistic-regression


def test_logistic_odds():
    assert np.exp(0.7) == pytest.approx(2.01, abs=0.005)
    odds = [sigmoid(z) / (1 - sigmoid(z)) for z in (0.3, 1.0)]
    assert odds[1] / odds[0] == pytest.approx(np.exp(0.7))


def test_logistic_gradient_and_hessian():
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=(20, 3)), rng.integers(2, size=20), rng.normal(size=3)

    def loss(v):
        return (np.logaddexp(0, x @ v) - y * (x @ v)).sum()

    def gradient(v):
        return x.T @ (sigmoid(x @ v) - y)

    p = sigmoid(x @ w)
    hessian = x.T @ np.diag(p * (1 - p)) @ x
    assert relative_error(central_difference(loss, w), gradient(w)) < 1e-7
    assert relative_error(central_difference(gradient, w), hessian) < 1e-7
    assert (np.linalg.eigvalsh(hessian) > 0).all()


def test_logistic_separable_grows():
    """On separable rows the loss falls for ever as w is scaled up; with a penalty it does not."""
    x, y = np.array([-2.0, -1, 1, 2]), np.array([0, 0, 1, 1])

    def loss(w, penalty=0.0):
        return (np.logaddexp(0, x * w) - y * x * w).sum() + penalty * w**2

    losses = [loss(w) for w in (1, 2, 4, 8, 16)]
    assert (np.diff(losses) < 0).all()
    assert losses[-1] < 1e-6
    assert optimize.minimize_scalar(lambda w: loss(w, 0.1)).x < 3


def test_logistic_sampled_negatives():
    """The fit on all positives and a tenth of the negatives differs by log 10 in the intercept only."""
    assert np.log(0.1) == pytest.approx(-2.30, abs=0.005)
    rng = np.random.default_rng(0)
    x = np.c_[np.ones(400000), rng.normal(size=400000)]
    y = rng.random(400000) < sigmoid(x @ [-3, 1])
    keep = y | (rng.random(400000) < 0.1)

    def fit(a, b):
        w = np.zeros(2)
        for _ in range(12):
            p = sigmoid(a @ w)
            w += np.linalg.solve(a.T @ ((p * (1 - p))[:, None] * a), a.T @ (b - p))
        return w

    assert fit(x[keep], y[keep]) + np.array([np.log(0.1), 0]) == pytest.approx(fit(x, y), abs=0.03)


# decision-trees-and-random-forests


def test_tree_impurities():
    assert gini(np.array([0] * 6 + [1] * 2)) == pytest.approx(0.375)
    assert stats.entropy([6, 2], base=2) == pytest.approx(0.811, abs=5e-4)


def test_tree_monotone_feature():
    """A log changes no split of the training rows."""
    rng = np.random.default_rng(0)
    x = rng.uniform(0.1, 5, size=(80, 2))
    y = (x[:, 0] + rng.normal(size=80) > 2).astype(int)
    logged = np.log(x)
    assert (predict_tree(grow(x, y, 3), x) == predict_tree(grow(logged, y, 3), logged)).all()
    assert best_split(x, y)[0] == pytest.approx(best_split(logged, y)[0])


def test_tree_xor_has_no_gain():
    x = np.array([[a, b] for a in (0, 1) for b in (0, 1)] * 5)
    y = x[:, 0] ^ x[:, 1]
    assert best_split(x, y) == (0, None, None)
    half = x[:, 0] == 0
    assert best_split(x[half], y[half])[0] == pytest.approx(0.5)


def forest_trials(trees):
    """Grow depth-2 trees on bootstrap samples, with both features or with one drawn for each split."""
    rng = np.random.default_rng(0)
    grid = rng.normal(size=(200, 2))

    def noisy(size):
        x = rng.normal(size=(size, 2))
        return x, (2 * x[:, 0] + x[:, 1] + rng.normal(size=size) > 0).astype(int)

    def random_tree(x, y, depth):
        j = rng.integers(2)
        gain, _, t = best_split(x[:, [j]], y)
        if not depth or t is None:
            return int(y.mean() > 0.5)
        left = x[:, j] <= t
        low, high = (random_tree(x[part], y[part], depth - 1) for part in (left, ~left))
        return gain, j, t, low, high

    x, y = noisy(60)
    plain, subset = [], []
    for _ in range(trees):
        rows = rng.integers(60, size=60)
        plain.append(predict_tree(grow(x[rows], y[rows], 2), grid))
        subset.append(predict_tree(random_tree(x[rows], y[rows], 2), grid))
    return np.array(plain), np.array(subset)


def test_tree_feature_subsets_lower_agreement():
    """Trees that choose among drawn features agree less with one another."""
    plain, subset = forest_trials(60)
    agree = [np.mean([(a == b).mean() for a in t for b in t]) for t in (plain, subset)]
    assert agree[1] < agree[0] - 0.03


def test_tree_more_trees_converge():
    """Votes of forests of 20 trees vary a fifth as much as votes of forests of 4."""
    trees = forest_trials(100)[1]
    small, large = (trees.reshape(100 // n, n, -1).mean(axis=1).var(axis=0, ddof=1).mean() for n in (4, 20))
    assert large == pytest.approx(small / 5, rel=0.4)


# boosting-and-bagging


def test_boosting_share_missed():
    assert pytest.approx(1 / np.e, abs=1e-5) == (1 - 1 / 100000) ** 100000
    assert 1 / np.e == pytest.approx(0.368, abs=5e-4)


def test_boosting_votes():
    assert 0.5 * np.log(4) == pytest.approx(0.693, abs=5e-4)
    assert 0.5 * np.log((1 - 0.2) / 0.2) == pytest.approx(0.5 * np.log(4))
    assert np.log(0.4 / 0.6) < 0


def test_boosting_error_becomes_half():
    """For any ε the reweighted error is ½, so the same learner would get the vote 0."""
    e = sympy.symbols("e", positive=True)
    alpha = sympy.log((1 - e) / e) / 2
    wrong, right = e * sympy.exp(alpha), (1 - e) * sympy.exp(-alpha)
    assert sympy.simplify(wrong**2 - right**2) == 0


def test_bagging_helps_trees_not_lines():
    """Bagging cuts the variance of deep regression trees; a line's predictions hardly move."""
    rng = np.random.default_rng(0)
    grid = np.linspace(-2, 2, 41)

    def nearest(x, y):  # a regression tree with one row a leaf, on one feature
        return y[np.abs(grid[:, None] - x).argmin(axis=1)]

    def line(x, y):
        return np.polyval(np.polyfit(x, y, 1), grid)

    changes = {}
    for fit in (nearest, line):
        single, bagged = [], []
        for _ in range(60):
            x = rng.normal(size=50)
            y = x + rng.normal(size=50)
            rows = rng.integers(50, size=(40, 50))
            single.append(fit(x, y))
            bagged.append(np.mean([fit(x[r], y[r]) for r in rows], axis=0))
        changes[fit.__name__] = np.var(bagged, axis=0).mean() / np.var(single, axis=0).mean()
    assert changes["nearest"] < 0.7
    assert changes["line"] == pytest.approx(1, abs=0.1)


def test_boosting_wrong_label_gains_weight():
    """A row that is missed in every round has its weight multiplied by exp(alpha) each time."""
    alpha, weights, wrong = 0.5, np.ones(10) / 10, np.arange(10) == 0
    shares = []
    for _ in range(3):
        weights = weights * np.where(wrong, np.exp(alpha), np.exp(-alpha))
        shares.append(weights[0] / weights[1])
    assert shares == pytest.approx(np.exp(2 * alpha * np.arange(1, 4)))


# support-vector-machines


def test_svm_margin_width():
    """The planes w·x + b = 1 and -1 are 2/‖w‖ apart."""
    w, b = np.array([3.0, 4.0]), 0.7
    foot = -b * w / (w @ w)
    plus, minus = foot + w / (w @ w), foot - w / (w @ w)
    assert w @ plus + b == pytest.approx(1)
    assert w @ minus + b == pytest.approx(-1)
    assert np.linalg.norm(plus - minus) == pytest.approx(2 / np.linalg.norm(w))


def dual_solution(kernel, y, c):
    """Solve the dual with its equality constraint; give alpha and the bias."""
    q = kernel * np.outer(y, y)
    found = optimize.minimize(
        lambda a: a @ q @ a / 2 - a.sum(),
        np.full(len(y), 0.1 * min(c, 1)),
        jac=lambda a: q @ a - 1,
        bounds=[(0, c)] * len(y),
        constraints={"type": "eq", "fun": lambda a: a @ y, "jac": lambda a: y},
        options={"maxiter": 500, "ftol": 1e-12},
    )
    alpha = found.x
    free = (alpha > 1e-4 * c) & (alpha < c * (1 - 1e-4))
    return alpha, np.mean(y[free] - kernel[free] @ (alpha * y))


def test_svm_dual_variables():
    """0: margin at least 1; between: exactly 1; C: at most 1. A smaller C has a smaller ‖w‖."""
    rng = np.random.default_rng(0)
    y = np.repeat([1.0, -1.0], 15)
    x = rng.normal(size=(30, 2)) + y[:, None]
    norms = []
    for c in (0.1, 1.0):
        alpha, b = dual_solution(x @ x.T, y, c)
        w = (alpha * y) @ x
        margin = y * (x @ w + b)
        assert (margin[alpha < 1e-5 * c] > 1 - 1e-3).all()
        assert margin[(alpha > 1e-3 * c) & (alpha < 0.999 * c)] == pytest.approx(1, abs=1e-3)
        assert (margin[alpha > 0.9999 * c] < 1 + 1e-3).all()
        norms.append(((margin < 1 - 1e-3).sum(), np.linalg.norm(w)))
    assert norms[0][1] < norms[1][1]
    assert norms[0][0] >= norms[1][0]


def test_svm_kernel_map():
    x = sympy.symbols("x1:3")
    z = sympy.symbols("z1:3")

    def features(v):
        return sympy.Matrix([v[0] ** 2, sympy.sqrt(2) * v[0] * v[1], v[1] ** 2])

    assert sympy.expand((x[0] * z[0] + x[1] * z[1]) ** 2 - features(x).dot(features(z))) == 0


def test_svm_huge_gamma_memorizes():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 2))
    y = np.where(rng.random(20) < 0.4, 1.0, -1.0)
    alpha, b = dual_solution(np.exp(-1e4 * cdist(x, x) ** 2), y, 100.0)
    scores = np.exp(-1e4 * cdist(x, x) ** 2) @ (alpha * y) + b
    new = np.exp(-1e4 * cdist(rng.normal(size=(50, 2)) + 0.3, x) ** 2) @ (alpha * y) + b
    assert (np.sign(scores) == y).all()
    assert np.median(np.abs(new - b)) < 1e-6


# k-nearest-neighbors


def test_knn_cube():
    assert pytest.approx(0.63, abs=0.005) == 0.01**0.1


def test_knn_training_error_and_large_k():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 3)), rng.random(50) < 0.4
    order = cdist(x, x).argsort(axis=1)
    assert (y[order[:, 0]] == y).all()
    assert (y[order].mean(axis=1) > 0.5).tolist() == [y.mean() > 0.5] * 50


def test_knn_units():
    """In millimeters one of two equal lengths makes 1,000 times the difference."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    mixed = x * [1, 1000]
    alone, both = cdist(mixed[:, 1:], mixed[:, 1:]), cdist(mixed, mixed)
    np.fill_diagonal(alone, np.inf)
    np.fill_diagonal(both, np.inf)
    assert (alone.argmin(axis=1) == both.argmin(axis=1)).mean() > 0.95


def test_knn_cover_hart():
    """With constant p = 0.05 the nearest neighbor errs in 9.5 %, the best rule in 5 %."""
    assert pytest.approx(0.095) == 2 * 0.05 * 0.95
    rng = np.random.default_rng(0)
    x = np.sort(rng.random(200000))
    y = rng.random(200000) < 0.05
    assert len(x) == len(y)
    assert (y[1:] != y[:-1]).mean() == pytest.approx(0.095, abs=0.003)


# naive-bayes


def test_bayes_underflow_and_smoothing():
    assert np.prod(np.full(400, 0.1)) == 0
    assert np.isfinite(np.log(np.full(400, 0.1)).sum())
    counts = np.array([3, 2, 0])
    smoothed = [Fraction(int(n) + 1, int(counts.sum()) + 3) for n in counts]
    assert smoothed[2] == Fraction(1, 5 + 3)
    assert sum(smoothed) == 1


def test_bayes_doubled_feature():
    assert 3**2 == 9


def test_bayes_linear_boundary():
    """With equal variances the log-odds are linear, each weight a difference of means over a variance."""
    rng = np.random.default_rng(0)
    m0, m1, s = rng.normal(size=3), rng.normal(size=3), rng.uniform(0.5, 2, 3)

    def log_odds(x, s1=s):
        return (stats.norm.logpdf(x, m1, s1) - stats.norm.logpdf(x, m0, s)).sum()

    first, second = rng.normal(size=3), rng.normal(size=3)
    for x in (first, second):
        assert central_difference(log_odds, x) == pytest.approx((m1 - m0) / s**2, abs=1e-7)
    slopes = [central_difference(lambda v: log_odds(v, 2 * s), x) for x in (first, second)]
    assert np.abs(slopes[0] - slopes[1]).max() > 0.1


def test_bayes_missing_value():
    """Summing the joint probability over a feature leaves the product of the others."""
    a, b = np.array([0.2, 0.8]), np.array([0.5, 0.3, 0.2])
    assert (a[1] * b).sum() == pytest.approx(a[1])


# gradient-boosting


def test_boosting_targets():
    y, score = 1.0, 0.3
    assert -central_difference(lambda f: 0.5 * (y - f) ** 2, score) == pytest.approx(y - score)
    for label in (0, 1):
        slope = central_difference(lambda f, label=label: np.logaddexp(0, f) - label * f, score)
        assert -slope == pytest.approx(label - sigmoid(score), abs=1e-9)


def test_boosting_leaf_and_gain():
    g, h, penalty, w = sympy.symbols("G H L w")
    loss = g * w + h * w**2 / 2 + penalty * w**2 / 2
    best = sympy.solve(sympy.diff(loss, w), w)[0]
    assert sympy.simplify(best + g / (h + penalty)) == 0
    assert sympy.simplify(loss.subs(w, best) + g**2 / (2 * (h + penalty))) == 0
    assert split_gain([-4, 6], [5, 5]) == pytest.approx(0.5 * (16 / 6 + 36 / 6 - 4 / 11) - 1)
    assert split_gain([-4, 6], [5, 5]) == pytest.approx(3.15, abs=0.005)


def test_boosting_too_many_rounds():
    """The training error keeps falling, the expected error on fresh noise turns."""
    rng = np.random.default_rng(0)
    truth = np.sin(2 * np.pi * np.linspace(0, 1, 40))
    y = truth + rng.normal(size=40)
    score, train, test = np.zeros(40), [], []
    for _ in range(300):
        score = score + 0.3 * fitted_stump(y - score)
        train.append(((y - score) ** 2).mean())
        test.append(((truth - score) ** 2).mean() + 1)
    assert (np.diff(train) < 1e-12).all()
    assert min(test) < 0.9 * test[-1]
    assert np.argmin(test) < 50


def test_boosting_does_not_extrapolate():
    """All points beyond the last threshold share one leaf of every stump, so x = 20 gets the edge's value."""
    x = np.linspace(0, 10, 21)
    score = np.zeros(21)
    for _ in range(500):
        score = score + 0.3 * fitted_stump(2 * x - score)
    assert score[-1] == pytest.approx(20, abs=0.5)


# clustering


def test_clustering_inertia_falls_with_k():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 2))
    best = []
    for k in (1, 2, 4, 8):
        runs = [kmeans(x, x[rng.choice(30, k, replace=False)])[0] for _ in range(10)]
        assert all((np.diff(sums) <= 1e-9).all() for sums in runs)
        best.append(min(sums[-1] for sums in runs))
    assert (np.diff(best) < 0).all()
    assert kmeans(x, x)[0][-1] == 0


def test_clustering_rings():
    """k-means cuts both rings; DBSCAN and single linkage separate them."""
    x, inner = rings(), np.arange(500) < 100
    groups = kmeans(x, x[[0, 200]])[1]
    for part in (inner, ~inner):
        assert 0.2 < groups[part].mean() < 0.8
    by_density, _ = dbscan(x, 0.4, 5)
    by_link = fcluster(linkage(x, "single"), 2, "maxclust")
    for found in (by_density, by_link):
        assert len(set(found[inner])) == len(set(found[~inner])) == 1
        assert found[0] != found[-1]


def test_clustering_kinds_of_points():
    """Five points in a row at distance 1, then a far one: the ends are border, the far one is noise."""
    x = np.array([[0.0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [9, 0]])
    cluster, core = dbscan(x, 1.0, 3)
    assert core.tolist() == [False, True, True, True, False, False]
    assert cluster.tolist() == [0, 0, 0, 0, 0, -1]


def test_clustering_linkage():
    """A thin bridge makes single linkage chain; complete linkage keeps its clusters compact."""
    bridge = np.c_[np.linspace(0, 10, 21), np.zeros(21)]
    far = np.array([[5.0, 3.0]])
    x = np.concatenate([bridge, far])
    single = fcluster(linkage(x, "single"), 2, "maxclust")
    complete = fcluster(linkage(x, "complete"), 2, "maxclust")
    assert len(set(single[:21])) == 1
    assert single[21] != single[0]
    assert len(set(complete[:21])) == 2


# gaussian-mixture-models


def mixture_parts():
    rng = np.random.default_rng(0)
    x = rng.normal(size=40) + 2 * rng.integers(2, size=40)
    return x, np.array([0.3, 0.7]), np.array([-0.5, 1.5]), np.array([0.8, 1.2])


def joint(x, weight, mean, var):
    return weight * stats.norm.pdf(x[:, None], mean, np.sqrt(var))


def test_mixture_m_step():
    """The M step maximizes the expected complete log-likelihood."""
    x, *parameters = mixture_parts()
    r = joint(x, *parameters)
    r = r / r.sum(axis=1, keepdims=True)
    assert r.sum(axis=1) == pytest.approx(np.ones(40))
    n = r.sum(axis=0)
    mean = r.T @ x / n
    var = (r * (x[:, None] - mean) ** 2).sum(axis=0) / n

    def bound(v):
        w = np.exp(v[:2]) / np.exp(v[:2]).sum()
        return (r * np.log(joint(x, w, v[2:4], v[4:]))).sum()

    best = np.r_[np.log(n / 40), mean, var]
    assert np.abs(central_difference(bound, best)).max() < 1e-6


def test_mixture_bound_touches():
    """The bound Σ r log(joint/r) equals the log-likelihood at the posterior, and is lower for other r."""
    x, *parameters = mixture_parts()
    p = joint(x, *parameters)
    posterior = p / p.sum(axis=1, keepdims=True)
    likelihood = np.log(p.sum(axis=1)).sum()

    def bound(r):
        return (r * np.log(p / r)).sum()

    assert bound(posterior) == pytest.approx(likelihood)
    other = np.random.default_rng(1).dirichlet([1, 1], 40)
    assert bound(other) < likelihood


def test_mixture_runaway():
    """As one variance shrinks around a data point the likelihood grows without end."""
    x, *_ = mixture_parts()
    values = []
    for var in (1e-2, 1e-4, 1e-8, 1e-16):
        p = joint(x, np.array([0.5, 0.5]), np.array([x[0], x.mean()]), np.array([var, x.var()]))
        values.append(np.log(p.sum(axis=1)).sum())
    assert values[1] < values[2] < values[3]
    assert values[3] - values[2] == pytest.approx(0.5 * np.log(1e8), rel=0.01)


def test_mixture_becomes_kmeans():
    x, *_ = mixture_parts()
    mean = np.array([-0.5, 1.5])
    log_joint = -((x[:, None] - mean) ** 2) / (2 * 1e-4)
    r = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    r = r / r.sum(axis=1, keepdims=True)
    nearest = np.abs(x[:, None] - mean).argmin(axis=1)
    assert (r.argmax(axis=1) == nearest).all()
    assert r.max(axis=1).min() > 0.999
    groups = [x[nearest == k].mean() for k in (0, 1)]
    assert r.T @ x / r.sum(axis=0) == pytest.approx(groups, abs=1e-3)


# dimensionality-reduction


def test_pca_by_svd():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 4)) @ rng.normal(size=(4, 4))
    x = x - x.mean(axis=0)
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    assert np.allclose(np.cov(x.T) @ vt.T, vt.T * s**2 / 49)
    assert np.allclose(x @ vt.T, u * s)
    assert np.var(x @ vt[0], ddof=1) == pytest.approx(s[0] ** 2 / 49)


def test_pca_two_definitions_agree():
    """For a unit vector, captured variance and squared reconstruction error have a constant sum."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 4))
    x = x - x.mean(axis=0)
    for _ in range(20):
        v = rng.normal(size=4)
        v /= np.linalg.norm(v)
        error = ((x - np.outer(x @ v, v)) ** 2).sum()
        assert error + ((x @ v) ** 2).sum() == pytest.approx((x**2).sum())


def test_pca_uncentered():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 2)) * [1, 5] + [100, 0]
    raw = np.linalg.svd(x)[2][0]
    right = np.linalg.svd(x - x.mean(axis=0))[2][0]
    assert abs(raw[0]) > 0.99
    assert abs(right[1]) > 0.99


def test_pca_kept():
    assert (5 + 3) / (5 + 3 + 1 + 1) == 0.8
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200000, 4)) * np.sqrt([5, 3, 1, 1])
    assert (x[:, 2:] ** 2).sum(axis=1).mean() == pytest.approx(2, rel=0.01)


def test_pca_unit_change():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 3)) * [1, 2, 3]
    changed = x * [1000, 1, 1]
    assert np.var(changed[:, 0]) / np.var(x[:, 0]) == pytest.approx(1e6)
    assert abs(np.linalg.svd(changed - changed.mean(axis=0))[2][0, 0]) > 0.999
    scores = [(a - a.mean(axis=0)) / a.std(axis=0) for a in (x, changed)]
    assert np.allclose(scores[0], scores[1])


def test_pca_ignores_labels():
    """Classes that differ along a direction of 1 % of the variance vanish with it."""
    rng = np.random.default_rng(0)
    y = np.repeat([-1, 1], 200)
    x = np.c_[10 * rng.normal(size=400), y + 0.1 * rng.normal(size=400)]
    x = x - x.mean(axis=0)
    _, s, vt = np.linalg.svd(x, full_matrices=False)
    assert s[1] ** 2 / (s**2).sum() == pytest.approx(0.01, abs=0.002)
    accuracy = [np.mean(np.sign(x @ v) == y) for v in vt]
    assert abs(accuracy[0] - 0.5) < 0.1
    assert max(accuracy[1], 1 - accuracy[1]) == 1


# bias-variance-tradeoff


def test_bias_variance_decomposition_and_cross_term():
    """For a shrunken mean: bias² + variance + noise is the error, and the cross term is 0."""
    rng = np.random.default_rng(0)
    truth, sigma = 2.0, 1.5
    fits = 0.7 * (truth + sigma * rng.normal(size=(400000, 4))).mean(axis=1)
    noise = sigma * rng.normal(size=400000)
    expected = (0.7 * truth - truth) ** 2 + 0.49 * sigma**2 / 4 + sigma**2
    assert ((truth + noise - fits) ** 2).mean() == pytest.approx(expected, rel=0.01)
    assert (noise * (truth - fits)).mean() == pytest.approx(0, abs=0.01)


def test_bias_variance_average():
    b, s2, rho = 50, 2.0, 0.3
    covariance = s2 * (rho * np.ones((b, b)) + (1 - rho) * np.eye(b))
    mean = np.ones(b) / b
    assert mean @ covariance @ mean == pytest.approx(rho * s2 + (1 - rho) * s2 / b)


def test_bias_variance_gap():
    assert 15 - 2 == 13
    assert 2 - 1 == 1


def test_bias_variance_ridge():
    rng = np.random.default_rng(0)
    x, beta = rng.normal(size=(30, 5)), rng.normal(size=5)

    def parts(penalty):
        map_ = np.linalg.solve(x.T @ x + penalty * np.eye(5), x.T)
        return ((map_ @ x @ beta - beta) ** 2).sum(), np.trace(map_ @ map_.T)

    table = np.array([parts(penalty) for penalty in (0, 0.1, 1, 10)])
    assert (np.diff(table[:, 0]) > 0).all()
    assert (np.diff(table[:, 1]) < 0).all()
    assert sum(parts(1e-3)) < sum(parts(0))
    (_, start), (bias, variance), (bias_2, variance_2) = parts(0), parts(1e-3), parts(2e-3)
    assert bias_2 / bias == pytest.approx(4, rel=1e-3)
    assert (variance_2 - start) / (variance - start) == pytest.approx(2, rel=1e-3)


def test_bias_variance_past_interpolation():
    """The least-norm fit has its largest error where features equal rows, and a smaller one beyond."""
    rng = np.random.default_rng(0)
    errors = {20: [], 40: [], 400: []}
    for _ in range(20):
        x, beta = rng.normal(size=(1040, 400)), rng.normal(size=400) / 20
        y = x @ beta + 0.3 * rng.normal(size=1040)
        for p, found in errors.items():
            w = np.linalg.pinv(x[:40, :p]) @ y[:40]
            found.append(((y[40:] - x[40:, :p] @ w) ** 2).mean())
    middle = {p: np.median(found) for p, found in errors.items()}
    assert middle[40] > 3 * middle[20]
    assert middle[40] > 3 * middle[400]


# cross-validation


def test_validation_leave_one_out():
    rng = np.random.default_rng(0)
    x, y = np.c_[np.ones(20), rng.normal(size=(20, 2))], rng.normal(size=20)
    hat = x @ np.linalg.inv(x.T @ x) @ x.T
    short = (y - hat @ y) / (1 - np.diag(hat))
    for i in range(20):
        rest = np.arange(20) != i
        assert short[i] == pytest.approx(y[i] - x[i] @ least_squares(x[rest], y[rest]))


def test_validation_winner_is_lucky():
    """The best of 100 settings of equal true accuracy 0.7 scores well over it on 200 rows."""
    scores = np.random.default_rng(0).binomial(200, 0.7, size=(1000, 100)) / 200
    assert scores.max(axis=1).mean() > 0.77
    assert scores.mean() == pytest.approx(0.7, abs=0.002)


def test_validation_groups():
    """If features only name the patient, random folds score high and grouped folds do not."""
    rng = np.random.default_rng(0)
    patient = np.repeat(np.arange(200), 5)
    y = rng.integers(2, size=200)[patient]
    x = rng.normal(size=(200, 5))[patient] + 0.05 * rng.normal(size=(1000, 5))
    scores = []
    for fold in (rng.permutation(1000) % 5, patient % 5):
        right = 0
        for k in range(5):
            train = np.flatnonzero(fold != k)
            near = train[cdist(x[fold == k], x[train]).argmin(axis=1)]
            right += (y[near] == y[fold == k]).sum()
        scores.append(right / 1000)
    assert scores[0] > 0.95
    assert scores[1] < 0.6


# regularization


def test_regularization_shrinkage():
    rng = np.random.default_rng(0)
    x, y, penalty = rng.normal(size=(30, 4)), rng.normal(size=30), 3.0
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    ridge = x @ np.linalg.solve(x.T @ x + penalty * np.eye(4), x.T @ y)
    assert u.T @ ridge == pytest.approx(s**2 / (s**2 + penalty) * (u.T @ y))
    assert u.T @ (x @ least_squares(x, y)) == pytest.approx(u.T @ y)


def test_regularization_soft_threshold():
    """A fine grid finds the same minimum for an orthonormal design."""
    grid = np.linspace(-4, 4, 80001)
    for z in (2.3, -1.7, 0.6, -0.9):
        best = grid[(0.5 * (grid - z) ** 2 + np.abs(grid)).argmin()]
        assert best == pytest.approx(np.sign(z) * max(abs(z) - 1, 0), abs=2e-4)
        squared = grid[(0.5 * (grid - z) ** 2 + grid**2).argmin()]
        assert abs(squared) > 0.1


def test_regularization_twins():
    """Ridge halves the weight; the lasso's objective is equal for all splits of one sign."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=40)
    y, twins = 2 * x + rng.normal(size=40), np.c_[x, x]
    w = np.linalg.solve(twins.T @ twins + 5 * np.eye(2), twins.T @ y)
    assert w[0] == pytest.approx(w[1])

    def lasso(v):
        return 0.5 * ((y - twins @ v) ** 2).sum() + 5 * np.abs(v).sum()

    total = (x @ y - 5) / (x @ x)
    values = [lasso(np.array([a, 1 - a]) * total) for a in (0, 0.3, 0.5, 1)]
    assert np.ptp(values) < 1e-10
    assert lasso(np.array([1.5, -0.5]) * total) > values[0]


def test_regularization_intercept():
    """With a penalized intercept a shift of y changes the slope; without, it does not."""
    rng = np.random.default_rng(0)
    x = np.c_[np.ones(30), rng.normal(size=30) + 1]
    y = rng.normal(size=30) + x[:, 1]
    slopes = {}
    for name, penalty in (("penalized", np.diag([5.0, 5.0])), ("free", np.diag([0.0, 5.0]))):
        slopes[name] = [np.linalg.solve(x.T @ x + penalty, x.T @ (y + c))[1] for c in (0, 100)]
    assert slopes["free"][0] == pytest.approx(slopes["free"][1])
    assert abs(slopes["penalized"][0] - slopes["penalized"][1]) > 1


# evaluation-metrics


def auc(y, s):
    high, low = s[y][:, None], s[~y]
    return (high > low).mean() + 0.5 * (high == low).mean()


def log_loss(y, p):
    return -(np.log(p[y]).sum() + np.log(1 - p[~y]).sum()) / len(y)


def test_metrics_f1():
    assert pytest.approx(0.18) == 2 * 0.9 * 0.1 / (0.9 + 0.1)
    assert (0.9 + 0.1) / 2 == 0.5


def test_metrics_copied_negatives_and_squares():
    rng = np.random.default_rng(0)
    y = rng.random(500) < 0.3
    p = sigmoid(rng.normal(size=500) + 2 * y - 1)
    copies = np.where(y, 1, 10)
    y10, p10 = np.repeat(y, copies), np.repeat(p, copies)
    assert auc(y10, p10) == pytest.approx(auc(y, p))
    assert (p10 > 0.5)[y10].mean() == pytest.approx((p > 0.5)[y].mean())
    assert y10[p10 > 0.5].mean() < 0.5 * y[p > 0.5].mean()
    assert (y10 & (p10 > 0.5)).sum() == (y & (p > 0.5)).sum()
    assert (~y10 & (p10 > 0.5)).sum() == 10 * (~y & (p > 0.5)).sum()
    assert auc(y, p**2) == pytest.approx(auc(y, p))
    assert abs(log_loss(y, p**2) - log_loss(y, p)) > 0.05
    assert auc(y, rng.normal(size=500)) == pytest.approx(0.5, abs=0.06)


def test_metrics_threshold():
    p = np.linspace(0.001, 0.999, 999)
    alarm_is_cheaper = (1 - p) * 1 < p * 9
    assert p[alarm_is_cheaper].min() == pytest.approx(0.1, abs=0.0015)


# feature-engineering


def test_features_indicators():
    rng = np.random.default_rng(0)
    indicators = np.eye(5)[rng.integers(5, size=60)]
    assert (indicators.sum(axis=1) == 1).all()
    assert np.linalg.matrix_rank(np.c_[np.ones(60), indicators]) == 5
    assert np.linalg.matrix_rank(np.c_[np.ones(60), indicators[:, 1:]]) == 5


def test_features_hours():
    angle = 2 * np.pi * np.arange(25) / 24
    points = np.c_[np.sin(angle), np.cos(angle)]
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert steps == pytest.approx(np.full(24, steps[0]))


def test_features_label_in_its_own_mean():
    """Alone in its category, a row's target code is its label."""
    c, y = np.array([0, 0, 1]), np.array([1.0, 3.0, 7.0])
    assert (np.bincount(c, y) / np.bincount(c))[c].tolist() == [2, 2, 7]


def test_features_who_needs_scaling():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    y = x @ [1, 1] + rng.normal(size=60)
    label, big = (y > 0).astype(int), x * [1, 1000]
    assert x @ least_squares(x, y) == pytest.approx(big @ least_squares(big, y))
    assert (predict_tree(grow(x, label, 3), x) == predict_tree(grow(big, label, 3), big)).all()
    ridge = [a @ np.linalg.solve(a.T @ a + 20 * np.eye(2), a.T @ y) for a in (x, big)]
    assert np.abs(ridge[0] - ridge[1]).max() > 0.1
    near = []
    for a in (x, big):
        dist = cdist(a, a)
        np.fill_diagonal(dist, np.inf)
        near.append(dist.argmin(axis=1))
    assert (near[0] != near[1]).mean() > 0.5
