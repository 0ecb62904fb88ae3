"""Solves the exercises of chapter 2, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# linear-regression


def linear_problem():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 3))
    return x, 1 + x @ [2, -1, 0.5] + 0.5 * rng.normal(size=100)


def solve_linear(mistake=""):
    """Give the weights by QR and by gradient descent, the noise variance and the standard errors."""
    x, y = linear_problem()
    design = np.c_[np.zeros(100) + 1e-9 if mistake == "no intercept" else np.ones(100), x]
    q, r = np.linalg.qr(design)
    exact = np.linalg.solve(r, q.T @ y)
    w = np.zeros(4)
    for _ in range(500):
        w -= 0.5 * design.T @ (design @ w - y) / 100
    if mistake == "sign of the weights":
        exact, w = -exact, -w
    rss = ((y - design @ exact) ** 2).sum()
    variance = rss / (100 if mistake == "divided by n" else 96)
    return exact, w, variance, np.sqrt(variance * np.diag(np.linalg.inv(r.T @ r)))


def check_linear(exact, descended, variance, errors):
    assert exact == pytest.approx([0.9793, 1.9924, -1.0661, 0.4213], abs=1e-4)
    assert np.abs(exact - descended).max() < 1e-8
    assert variance == pytest.approx(0.21086, abs=1e-5)
    assert errors == pytest.approx([0.0461, 0.0422, 0.0459, 0.0482], abs=1e-4)


def test_linear():
    check_linear(*solve_linear())
    assert solve_linear("divided by n")[2] == pytest.approx(0.20243, abs=1e-5)


@pytest.mark.parametrize("mistake", ["no intercept", "sign of the weights", "divided by n"])
def test_linear_wrong(mistake):
    with pytest.raises(AssertionError):
        check_linear(*solve_linear(mistake))


# logistic-regression


def logistic_problem():
    rng = np.random.default_rng(0)
    x = np.c_[np.ones(300), rng.normal(size=(300, 2))]
    return x, (rng.random(300) < sigmoid(x @ [-1, 2, -1])).astype(float)


def mean_log_loss(w):
    x, y = logistic_problem()
    p = sigmoid(x @ w)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def solve_logistic(mistake=""):
    """Fit by Newton steps; give the weights, the mean loss and the standard errors."""
    x, y = logistic_problem()
    labels = 1 - y if mistake == "classes swapped" else y
    w = np.zeros(3)
    for _ in range(2 if mistake == "too few steps" else 10):
        p = sigmoid(x @ w)
        hessian = x.T @ ((p * (1 - p))[:, None] * x)
        w = w - np.linalg.solve(hessian, x.T @ (p - labels))
    p = sigmoid(x @ w)
    slope = np.full(300, 0.25) if mistake == "no factor p (1 - p)" else p * (1 - p)
    return w, mean_log_loss(w), np.sqrt(np.diag(np.linalg.inv(x.T @ (slope[:, None] * x))))


def check_logistic(w, loss, errors):
    x, y = logistic_problem()
    gradient = x.T @ (sigmoid(x @ w) - y)
    assert w == pytest.approx([-1.1911, 2.0822, -1.0739], abs=1e-4)
    assert loss == pytest.approx(0.38676, abs=1e-5)
    assert errors == pytest.approx([0.1892, 0.2551, 0.2070], abs=1e-4)
    assert np.abs(gradient).max() < 1e-9
    assert np.abs(central_difference(mean_log_loss, w)).max() < 1e-9


def test_logistic():
    check_logistic(*solve_logistic())


@pytest.mark.parametrize("mistake", ["classes swapped", "too few steps", "no factor p (1 - p)"])
def test_logistic_wrong(mistake):
    with pytest.raises(AssertionError):
        check_logistic(*solve_logistic(mistake))


# decision-trees-and-random-forests


def tree_problem():
    rng = np.random.default_rng(0)
    x = rng.random((2300, 2))
    y = (x[:, 0] > 0.3) & (x[:, 1] < 0.7)
    y = np.where(rng.random(2300) < 0.15, ~y, y).astype(int)
    return x[:300], y[:300], x[300:], y[300:]


def gini(y):
    return 2 * y.mean() * (1 - y.mean())


def best_split(x, y, mistake=""):
    """Give the decrease of impurity, the feature and the threshold of the best split."""
    best = (0, None, None)
    for j in range(x.shape[1]):
        values = np.unique(x[:, j])
        middles = values[:-1] if mistake == "value for midpoint" else (values[1:] + values[:-1]) / 2
        for t in middles:
            left = x[:, j] <= t
            share = 0.5 if mistake == "children weigh alike" else left.mean()
            gain = gini(y) - share * gini(y[left]) - (1 - share) * gini(y[~left])
            if gain > best[0] + 1e-12:
                best = (gain, j, t)
    return best


def grow(x, y, depth, mistake=""):
    """Give a tree as nested tuples (gain, feature, threshold, low, high); a leaf is a class."""
    gain, j, t = best_split(x, y, mistake) if depth else (0, None, None)
    if j is None:
        return int(y.mean() > 0.5)
    left = x[:, j] <= t
    low, high = (grow(x[part], y[part], depth - 1, mistake) for part in (left, ~left))
    return gain, j, t, low, high


def predict_tree(tree, x):
    if isinstance(tree, int):
        return np.full(len(x), tree)
    _, j, t, low, high = tree
    return np.where(x[:, j] <= t, predict_tree(low, x), predict_tree(high, x))


def check_tree(small, full):
    x, y, x_test, y_test = tree_problem()
    gain, feature, threshold, low, _ = small
    assert (feature, threshold, gain) == (
        1,
        pytest.approx(0.65248, abs=1e-5),
        pytest.approx(0.14884, abs=1e-5),
    )
    assert low[1:3] == (0, pytest.approx(0.30311, abs=1e-5))
    assert (predict_tree(small, x) != y).mean() == pytest.approx(0.1567, abs=1e-4)
    assert (predict_tree(small, x_test) != y_test).mean() == pytest.approx(0.1880, abs=1e-4)
    assert (predict_tree(full, x) != y).sum() == 0
    assert (predict_tree(full, x_test) != y_test).mean() == pytest.approx(0.29, abs=0.02)


def solve_tree(mistake=""):
    """Grow the tree of depth 2 and the unlimited one."""
    x, y, _, _ = tree_problem()
    return grow(x, y, 1 if mistake == "depth off by one" else 2, mistake), grow(x, y, 100, mistake)


def test_tree():
    check_tree(*solve_tree())


@pytest.mark.parametrize("mistake", ["value for midpoint", "children weigh alike", "depth off by one"])
def test_tree_wrong(mistake):
    with pytest.raises((AssertionError, TypeError)):
        check_tree(*solve_tree(mistake))


# boosting-and-bagging


def adaboost_problem():
    x = np.random.default_rng(0).normal(size=(200, 2))
    return x, np.where((x**2).sum(axis=1) > 1.5, 1, -1)


def stumps(x):
    """Give the outputs of all stumps, a row each."""
    columns = []
    for values in x.T:
        ordered = np.sort(values)
        places = np.r_[ordered[0] - 1, (ordered[1:] + ordered[:-1]) / 2]
        columns.append(np.where(values > places[:, None], 1, -1))
    outs = np.concatenate(columns)
    return np.concatenate([outs, -outs])


@np.errstate(divide="ignore", over="ignore", invalid="ignore")
def solve_adaboost(mistake=""):
    """Give the errors, the votes, the chosen outputs and the weights of 50 rounds."""
    x, y = adaboost_problem()
    candidates = stumps(x)
    weights = np.full(200, 1 / 200)
    errors, votes, outs, kept = [], [], [], []
    for _ in range(50):
        all_errors = (candidates != y) @ weights
        out, error = candidates[all_errors.argmin()], all_errors.min()
        vote = np.log((1 - error) / error) * (1 if mistake == "no half in the vote" else 0.5)
        sign = -1 if mistake == "sign of the exponent" else 1
        if mistake != "weights never change":
            weights = weights * np.exp(-sign * vote * y * out)
            weights = weights / weights.sum()
        errors.append(error)
        votes.append(vote)
        outs.append(out)
        kept.append(weights)
    return np.array(errors), np.array(votes), np.array(outs), np.array(kept)


def check_adaboost(errors, votes, outs, kept):
    _, y = adaboost_problem()
    assert errors[0] == pytest.approx(0.3, abs=1e-9)
    assert votes[0] == pytest.approx(0.42365, abs=1e-5)
    assert (kept * (outs != y)).sum(axis=1) == pytest.approx(np.full(50, 0.5), abs=1e-12)
    bound = np.cumprod(2 * np.sqrt(errors * (1 - errors)))
    training = (np.sign(np.cumsum(votes[:, None] * outs, axis=0)) != y).mean(axis=1)
    assert (training <= bound).all()
    assert training[-1] <= 0.03
    assert bound[-1] == pytest.approx(0.18, abs=0.01)


def test_adaboost():
    check_adaboost(*solve_adaboost())


@pytest.mark.parametrize("mistake", ["no half in the vote", "sign of the exponent", "weights never change"])
def test_adaboost_wrong(mistake):
    with pytest.raises(AssertionError):
        check_adaboost(*solve_adaboost(mistake))


# support-vector-machines


def svm_problem():
    y = np.repeat([1, -1], 50)
    x = np.random.default_rng(0).normal(size=(100, 2)) + 1.2 * y[:, None]
    return np.c_[x, np.ones(100)], y


def solve_svm(mistake=""):
    """Give w and alpha by coordinate ascent on the dual."""
    x, y = svm_problem()
    limit = 2 if mistake == "factor 2 in C" else 1
    w, alpha = np.zeros(3), np.zeros(100)
    for _ in range(1 if mistake == "one pass" else 500):
        for i in range(100):
            step = (1 - y[i] * (x[i] @ w)) / (x[i] @ x[i])
            if mistake == "no limit of alpha at 0":
                new = min(alpha[i] + step, limit)
            else:
                new = min(max(alpha[i] + step, 0), limit)
            w += (new - alpha[i]) * y[i] * x[i]
            alpha[i] = new
    return w, alpha


def check_svm(w, alpha):
    x, y = svm_problem()
    margins = y * (x @ w)
    primal = w @ w / 2 + np.maximum(0, 1 - margins).sum()
    dual = alpha.sum() - ((alpha * y) @ x) @ ((alpha * y) @ x) / 2
    assert w == pytest.approx([1.3492, 1.5904, 0.1225], abs=1e-4)
    assert primal == pytest.approx(8.94114, abs=1e-5)
    assert primal == pytest.approx(dual, abs=1e-8)
    assert ((alpha > 1e-9).sum(), (alpha > 1 - 1e-9).sum()) == (12, 9)
    assert margins[(alpha > 1e-9) & (alpha < 1 - 1e-9)] == pytest.approx(np.ones(3), abs=1e-6)


def test_svm():
    check_svm(*solve_svm())


@pytest.mark.parametrize("mistake", ["factor 2 in C", "one pass", "no limit of alpha at 0"])
def test_svm_wrong(mistake):
    with pytest.raises(AssertionError):
        check_svm(*solve_svm(mistake))


# k-nearest-neighbors


def knn_points():
    rng = np.random.default_rng(0)
    return [(rng.random((500, d)), rng.random((100, d))) for d in (2, 10, 100, 1000)]


def solve_knn(mistake=""):
    """Give the distances at d = 2 and the median contrast for each dimension."""
    all_distances = []
    for points, queries in knn_points():
        cross = (1 if mistake == "factor 2 of the product" else 2) * queries @ points.T
        squares = (queries**2).sum(axis=1)[:, None] + (points**2).sum(axis=1) - cross
        all_distances.append(squares if mistake == "no root" else np.sqrt(squares))
    contrasts = []
    for dist in all_distances:
        small, large = dist.min(axis=1), dist.max(axis=1)
        contrasts.append(
            np.median((large - small) / (large if mistake == "divided by the largest" else small))
        )
    return all_distances[0], contrasts


def check_knn(distances, contrasts):
    points, queries = knn_points()[0]
    loop = np.array([[np.linalg.norm(q - p) for p in points] for q in queries])
    assert np.abs(distances - loop).max() < 1e-9
    assert contrasts == pytest.approx([55.055, 2.4598, 0.40254, 0.10841], rel=1e-3)


def test_knn():
    check_knn(*solve_knn())


@pytest.mark.parametrize("mistake", ["factor 2 of the product", "no root", "divided by the largest"])
def test_knn_wrong(mistake):
    with pytest.raises(AssertionError):
        check_knn(*solve_knn(mistake))


# naive-bayes

SPAM = ["win cash now", "win win prize"]
HAM = ["meeting now", "cash report meeting", "report"]


def solve_naive_bayes(text="win cash meeting", mistake=""):
    """Give the score of spam and of ham for a text."""
    words = sorted({word for line in SPAM + HAM for word in line.split()})
    scores = []
    for lines in (SPAM, HAM):
        seen = " ".join(lines).split()
        score = Fraction(1, 2) if mistake == "equal priors" else Fraction(len(lines), len(SPAM + HAM))
        for word in text.split():
            if mistake == "no smoothing":
                score *= Fraction(seen.count(word), len(seen))
            else:
                extra = 1 if mistake == "vocabulary left out" else len(words)
                score *= Fraction(seen.count(word) + 1, len(seen) + extra)
        scores.append(score)
    return scores


def check_naive_bayes(solve):
    spam, ham = solve("win cash meeting")
    assert spam == Fraction(2, 5) * Fraction(4, 12) * Fraction(2, 12) * Fraction(1, 12)
    assert ham == Fraction(3, 5) * Fraction(1, 12) * Fraction(2, 12) * Fraction(3, 12)
    assert spam / (spam + ham) == Fraction(8, 17)
    assert float(spam / (spam + ham)) == pytest.approx(0.4706, abs=1e-4)
    assert solve("meeting cash win") == [spam, ham]


def test_naive_bayes():
    check_naive_bayes(solve_naive_bayes)
    assert solve_naive_bayes(mistake="no smoothing") == [0, 0]
    spam, ham = solve_naive_bayes(mistake="equal priors")
    assert spam / (spam + ham) == Fraction(4, 7)
    assert Fraction(4, 7) == pytest.approx(0.5714, abs=1e-4)


@pytest.mark.parametrize("mistake", ["equal priors", "no smoothing", "vocabulary left out"])
def test_naive_bayes_wrong(mistake):
    with pytest.raises((AssertionError, ZeroDivisionError)):
        check_naive_bayes(lambda text: solve_naive_bayes(text, mistake))


# gradient-boosting


def boosting_problem():
    rng = np.random.default_rng(0)
    x = np.sort(rng.random(100))
    return x, np.sin(2 * np.pi * x) + 0.1 * rng.normal(size=100)


def fitted_stump(residual):
    """Give the best two-valued step for rows that are in order of x."""
    best, out = np.inf, None
    for k in range(1, len(residual)):
        step = np.r_[np.full(k, residual[:k].mean()), np.full(len(residual) - k, residual[k:].mean())]
        error = ((residual - step) ** 2).sum()
        if error < best:
            best, out = error, step
    return out


def split_gain(g, h, penalty=1, price=1):
    parts = [gi**2 / (hi + penalty) for gi, hi in zip(g, h, strict=True)]
    return 0.5 * (sum(parts) - sum(g) ** 2 / (sum(h) + penalty)) - price


def solve_gradient_boosting(mistake=""):
    """Give the training error at the start and after every round, and the gain of the split."""
    _, y = boosting_problem()
    score = np.zeros(100) if mistake == "start at 0" else np.full(100, y.mean())
    errors = [((y - score) ** 2).mean()]
    for _ in range(100):
        target = score - y if mistake == "sign of the target" else y - score
        score = score + (0.2 if mistake == "factor 2 in the rate" else 0.1) * fitted_stump(target)
        errors.append(((y - score) ** 2).mean())
    return np.array(errors), split_gain([-4, 6], [5, 5])


def check_gradient_boosting(errors, gain):
    assert errors[[0, 1, 10, 100]] == pytest.approx([0.46597, 0.39723, 0.13873, 0.01996], abs=1e-5)
    assert (np.diff(errors) < 0).all()
    assert gain == pytest.approx(3.1515, abs=1e-4)


def test_gradient_boosting():
    check_gradient_boosting(*solve_gradient_boosting())


@np.errstate(over="ignore", invalid="ignore")
@pytest.mark.parametrize("mistake", ["start at 0", "sign of the target", "factor 2 in the rate"])
def test_gradient_boosting_wrong(mistake):
    with pytest.raises(AssertionError):
        check_gradient_boosting(*solve_gradient_boosting(mistake))


# clustering


def blobs():
    return np.random.default_rng(0).normal(size=(150, 2)) + np.repeat([[0, 0], [5, 0], [0, 5]], 50, axis=0)


def rings():
    rng = np.random.default_rng(0)
    angles = rng.uniform(0, 2 * np.pi, 500)
    radii = np.repeat([1, 3], [100, 400]) + 0.1 * rng.normal(size=500)
    return np.c_[radii * np.cos(angles), radii * np.sin(angles)]


def kmeans(x, centers, rounds=100):
    """Give the sum of squares of every round and the last groups."""
    sums = []
    for _ in range(rounds):
        squares = ((x[:, None] - centers) ** 2).sum(axis=2)
        groups = squares.argmin(axis=1)
        sums.append(squares.min(axis=1).sum())
        centers = np.array([x[groups == k].mean(axis=0) for k in range(len(centers))])
    return np.array(sums), groups


def dbscan(x, radius, least):
    """Give the cluster of every point (-1 is noise) and which points are core."""
    near = np.linalg.norm(x[:, None] - x, axis=2) <= radius
    core = near.sum(axis=1) >= least
    cluster, count = np.full(len(x), -1), 0
    for start in np.flatnonzero(core):
        if cluster[start] >= 0:
            continue
        cluster[start], waiting = count, [start]
        while waiting:
            for other in np.flatnonzero(near[waiting.pop()] & (cluster < 0)):
                cluster[other] = count
                if core[other]:
                    waiting.append(other)
        count += 1
    return cluster, core


def solve_clustering(mistake=""):
    """Give the sums and groups of k-means, then the clusters and core points of DBSCAN."""
    x = blobs()
    sums, groups = kmeans(x, x[:3], 2 if mistake == "too few rounds" else 100)
    if mistake == "distances for squares":
        sums = np.sqrt(sums)
    return sums, groups, *dbscan(rings(), 0.4, 11 if mistake == "the point itself left out" else 10)


def check_clustering(sums, groups, cluster, core):
    assert sums[[0, -1]] == pytest.approx([2272.568, 302.323], abs=1e-3)
    assert (np.diff(sums) <= 1e-9).all()
    assert np.bincount(groups).tolist() == [50, 50, 50]
    assert core.sum() == 476
    assert sorted(np.bincount(cluster + 1).tolist()) == [1, 99, 400]
    assert (cluster < 0).sum() == 1


def test_clustering():
    check_clustering(*solve_clustering())


@pytest.mark.parametrize("mistake", ["too few rounds", "distances for squares", "the point itself left out"])
def test_clustering_wrong(mistake):
    with pytest.raises(AssertionError):
        check_clustering(*solve_clustering(mistake))


# gaussian-mixture-models


def mixture_sample():
    rng = np.random.default_rng(0)
    return np.r_[rng.normal(-2, 1, 300), rng.normal(2, 0.5, 200)]


def solve_mixture(mistake=""):
    """Give the log-likelihood of every round, and the weights, means and variances at the end."""
    x = mixture_sample()
    weight, mean, var = np.array([0.5, 0.5]), np.array([-1.0, 1.0]), np.array([1.0, 1.0])
    history = []
    for _ in range(200):
        density = np.exp(-((x[:, None] - mean) ** 2) / (2 * var)) / np.sqrt(2 * np.pi * var)
        joint = weight * density
        history.append(np.log(joint.sum(axis=1)).sum())
        r = density if mistake == "weights left out of the E step" else joint
        r = r / r.sum(axis=1, keepdims=True)
        if mistake == "hard responsibilities":
            r = (r == r.max(axis=1, keepdims=True)).astype(float)
        total = r.sum(axis=0)
        weight, mean = total / len(x), r.T @ x / total
        center = np.zeros(2) if mistake == "variance around 0" else mean
        var = (r * (x[:, None] - center) ** 2).sum(axis=0) / total
    return np.array(history), weight, mean, var


def check_mixture(history, weight, mean, var):
    assert history[[0, -1]] == pytest.approx([-1213.876, -896.347], abs=1e-3)
    assert (np.diff(history) > -1e-9).all()
    assert weight == pytest.approx([0.6039, 0.3961], abs=1e-4)
    assert mean == pytest.approx([-2.0229, 2.0130], abs=1e-4)
    assert var == pytest.approx([1.0544, 0.2165], abs=1e-4)


def test_mixture():
    check_mixture(*solve_mixture())


@pytest.mark.parametrize(
    "mistake", ["weights left out of the E step", "hard responsibilities", "variance around 0"]
)
def test_mixture_wrong(mistake):
    with pytest.raises(AssertionError):
        check_mixture(*solve_mixture(mistake))


# dimensionality-reduction


def pca_problem():
    rng = np.random.default_rng(0)
    return rng.normal(size=(200, 5)) @ rng.normal(size=(5, 5)) + 3


def solve_pca(mistake=""):
    """Give the variances two ways, the share that two components keep, and the error of a row."""
    x = pca_problem()
    mean = np.zeros(5) if mistake == "not centered" else x.mean(axis=0)
    _, s, vt = np.linalg.svd(x - mean, full_matrices=False)
    by_svd = s**2 / (200 if mistake == "divided by n" else 199)
    by_eigenvalues = np.linalg.eigvalsh(np.cov(x.T))[::-1]
    two = vt[1:3] if mistake == "components off by one" else vt[:2]
    rebuilt = mean + (x - mean) @ two.T @ two
    return by_svd, by_eigenvalues, by_svd[:2].sum() / by_svd.sum(), ((x - rebuilt) ** 2).sum(axis=1).mean()


def check_pca(by_svd, by_eigenvalues, share, error):
    assert by_svd == pytest.approx([9.0031, 3.4930, 1.3902, 0.3890, 0.0044], abs=1e-4)
    assert relative_error(by_svd, by_eigenvalues) < 1e-10
    assert share == pytest.approx(0.87509, abs=1e-5)
    assert error == pytest.approx(1.77477, abs=1e-5)
    assert error == pytest.approx(199 / 200 * by_eigenvalues[2:].sum(), abs=1e-9)


def test_pca():
    check_pca(*solve_pca())
    assert solve_pca("not centered")[2] == pytest.approx(0.966, abs=1e-3)


@pytest.mark.parametrize("mistake", ["not centered", "divided by n", "components off by one"])
def test_pca_wrong(mistake):
    with pytest.raises(AssertionError):
        check_pca(*solve_pca(mistake))


# bias-variance-tradeoff


def solve_bias_variance(mistake="", seed=0):
    """Give bias², variance and error for the polynomials of degree 1, 3 and 9."""
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 1, 25)
    truth = np.sin(2 * np.pi * x)
    out = []
    for degree in (1, 3, 9):
        used = degree + 1 if mistake == "degree off by one" else degree
        hat = np.polynomial.polynomial.polyvander(2 * x - 1, used)
        hat = hat @ np.linalg.pinv(hat)
        y = truth + 0.3 * rng.normal(size=(2000, 25))
        fits = y @ hat
        fresh = y if mistake == "error on the training noise" else truth + 0.3 * rng.normal(size=(2000, 25))
        bias = fits.mean(axis=0) - truth
        squared = np.abs(bias) if mistake == "bias not squared" else bias**2
        out.append((squared.mean(), fits.var(axis=0).mean(), ((fresh - fits) ** 2).mean()))
    return np.array(out)


def check_bias_variance(table):
    bias, variance, error = table.T
    assert bias + variance + 0.09 == pytest.approx(error, rel=0.03)
    assert bias[0] == pytest.approx(0.224, abs=0.003)
    assert variance[2] == pytest.approx(0.09 * 10 / 25, abs=0.001)
    assert error.argmin() == 1
    assert error[1] == pytest.approx(0.110, abs=0.003)


@pytest.mark.parametrize("seed", range(3))
def test_bias_variance(seed):
    check_bias_variance(solve_bias_variance(seed=seed))


@pytest.mark.parametrize("mistake", ["degree off by one", "error on the training noise", "bias not squared"])
def test_bias_variance_wrong(mistake):
    with pytest.raises(AssertionError):
        check_bias_variance(solve_bias_variance(mistake))


# cross-validation


def chosen(x, y):
    return np.argsort(-np.abs(x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0)))[:20]


def cross_validated(seed, inside, mistake=""):
    """Give the accuracy of the nearest class mean on pure noise."""
    x = np.random.default_rng(seed).normal(size=(50, 1000))
    y, fold = np.arange(50) // 25, np.arange(50) % 5
    right = 0
    for k in range(5):
        train = np.ones(50, dtype=bool) if mistake == "test rows in the means" else fold != k
        features = chosen(x[train], y[train]) if inside else chosen(x, y)
        zero, one = (x[train & (y == c)][:, features].mean(axis=0) for c in (0, 1))
        rows = x[fold == k][:, features]
        guess = ((rows - one) ** 2).sum(axis=1) < ((rows - zero) ** 2).sum(axis=1)
        right += (guess == y[fold == k]).sum()
    return right / 50


def solve_cross_validation(mistake=""):
    """Give the mean accuracies, with the features chosen on all rows and inside the folds."""
    seeds = range(1, 21) if mistake == "seeds off by one" else range(20)
    outside = np.mean([cross_validated(s, mistake == "both inside", mistake) for s in seeds])
    return outside, np.mean([cross_validated(s, inside=True, mistake=mistake) for s in seeds])


def check_cross_validation(outside, inside):
    assert outside == pytest.approx(0.916, abs=0.002)
    assert inside == pytest.approx(0.484, abs=0.002)


def test_cross_validation():
    check_cross_validation(*solve_cross_validation())


@pytest.mark.parametrize("mistake", ["test rows in the means", "seeds off by one", "both inside"])
def test_cross_validation_wrong(mistake):
    with pytest.raises(AssertionError):
        check_cross_validation(*solve_cross_validation(mistake))


# regularization


def lasso_problem():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 10))
    return x, x @ np.r_[3, -2, 1, np.zeros(7)] + rng.normal(size=100)


def solve_lasso(mistake=""):
    """Give the weights for λ = 0.2, and the λ from which on they are all 0."""
    x, y = lasso_problem()
    limit = 0.4 if mistake == "factor 2 in the threshold" else 0.2
    w = np.zeros(10)
    for _ in range(300):
        for j in range(10):
            z = x[:, j] @ (y - x @ w + x[:, j] * w[j]) / 100
            size = x[:, j] @ x[:, j] / 100
            if mistake == "ridge for lasso":
                w[j] = z / (size + limit)
            elif mistake == "sign of the threshold":
                w[j] = np.sign(z) * (abs(z) + limit) / size
            else:
                w[j] = np.sign(z) * max(abs(z) - limit, 0) / size
    return w, np.abs(x.T @ y).max() / 100


def check_lasso(w, least):
    x, y = lasso_problem()
    pull = np.abs(x.T @ (y - x @ w)) / 100
    assert w[:3] == pytest.approx([2.9405, -1.8635, 0.6487], abs=1e-4)
    assert (w[3:] == 0).all()
    assert pull[:3] == pytest.approx([0.2, 0.2, 0.2], abs=1e-8)
    assert (pull[3:] < 0.2).all()
    assert least == pytest.approx(2.6390, abs=1e-4)


def test_lasso():
    check_lasso(*solve_lasso())


@pytest.mark.parametrize("mistake", ["factor 2 in the threshold", "ridge for lasso", "sign of the threshold"])
@np.errstate(over="ignore", invalid="ignore")
def test_lasso_wrong(mistake):
    with pytest.raises(AssertionError):
        check_lasso(*solve_lasso(mistake))


# evaluation-metrics


def scored_problem():
    rng = np.random.default_rng(0)
    y = rng.random(1000) < 0.1
    return y, np.round(rng.normal(size=1000) + 1.5 * y, 1)


def solve_metrics(mistake=""):
    """Give AUC by pairs and by trapezoids, average precision, and four metrics at s ≥ 1."""
    y, s = scored_problem()
    high, low = s[y][:, None], s[~y]
    pairs = (high > low).mean() + (0 if mistake == "ties count 0" else 0.5) * (high == low).mean()
    levels = np.unique(s)[::-1]
    recall = np.array([0] + [(y & (s >= t)).sum() / y.sum() for t in levels])
    false_rate = np.array([0] + [(~y & (s >= t)).sum() / (~y).sum() for t in levels])
    precision = np.array([y[s >= t].mean() for t in levels])
    trapezoid = (np.diff(false_rate) * (recall[1:] + recall[:-1]) / 2).sum()
    alarm = s > 1 if mistake == "s > 1 for s ≥ 1" else s >= 1
    p, r = y[alarm].mean(), alarm[y].mean()
    f1 = (p + r) / 2 if mistake == "plain mean for F1" else 2 * p * r / (p + r)
    return pairs, trapezoid, (np.diff(recall) * precision).sum(), [p, r, f1, (alarm == y).mean()]


def check_metrics(pairs, trapezoid, average, at_one):
    assert pairs == pytest.approx(0.86739, abs=1e-5)
    assert trapezoid == pytest.approx(pairs, abs=1e-12)
    assert average == pytest.approx(0.50638, abs=1e-5)
    assert at_one == pytest.approx([0.2973, 0.7416, 0.4244, 0.821], abs=1e-4)


def test_metrics():
    check_metrics(*solve_metrics())
    assert solve_metrics("ties count 0")[0] == pytest.approx(0.86004, abs=1e-5)
    assert (~scored_problem()[0]).mean() == pytest.approx(0.911, abs=1e-9)


@pytest.mark.parametrize("mistake", ["ties count 0", "s > 1 for s ≥ 1", "plain mean for F1"])
def test_metrics_wrong(mistake):
    with pytest.raises(AssertionError):
        check_metrics(*solve_metrics(mistake))


# feature-engineering


def category_means(c, y):
    counts = np.bincount(c, minlength=500)
    return np.where(counts > 0, np.bincount(c, y, 500) / np.maximum(counts, 1), y.mean())


def solve_target_encoding(mistake=""):
    """Give the correlations of the two codes with y, and the share of variance seemingly explained."""
    rng = np.random.default_rng(0)
    c, y = rng.integers(500, size=2000), rng.normal(size=2000)
    same = category_means(c, y)[c]
    fold, out = np.arange(2000) % 5, np.zeros(2000)
    for k in range(5):
        use = fold == k if mistake == "the own fold" else fold != k
        out[fold == k] = category_means(c[use], y[use])[c[fold == k]]
    if mistake == "one code for both":
        out = same
    if mistake == "sign of the code":
        same = -same
    explained = 1 - ((y - same) ** 2).mean() / y.var()
    return np.corrcoef(same, y)[0, 1], np.corrcoef(out, y)[0, 1], explained


def check_target_encoding(same, out, explained):
    assert same == pytest.approx(0.4999, abs=1e-3)
    assert same == pytest.approx(np.sqrt(500 / 2000), abs=0.01)
    assert out == pytest.approx(0.0121, abs=1e-3)
    assert explained == pytest.approx(0.25, abs=1e-3)


def test_target_encoding():
    check_target_encoding(*solve_target_encoding())


@pytest.mark.parametrize("mistake", ["the own fold", "one code for both", "sign of the code"])
def test_target_encoding_wrong(mistake):
    with pytest.raises(AssertionError):
        check_target_encoding(*solve_target_encoding(mistake))
