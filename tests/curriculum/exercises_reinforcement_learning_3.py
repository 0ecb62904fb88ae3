"""Solves more exercises of chapter 9 (models, options, many agents, feedback), and sees wrong ones fail."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# dyna-q


def solve_dyna(planning, seed, mistake=""):
    """Give the steps of ten episodes on a 6 by 9 grid, the entries changed by the first, and all updates."""
    rng = np.random.default_rng(seed)
    q, model, lengths, changed, updates = np.zeros((54, 4)), {}, [], 0, 0

    def update(s, a, r, after):
        future = 0 if after == 8 else q[after].max()
        q[s, a] += 0.5 * (r + 0.95 * future - q[s, a])

    for episode in range(10):
        s, n = 18, 0
        while s != 8:
            best = np.flatnonzero(q[s] == q[s].max())
            a = int(rng.integers(4)) if rng.random() < 0.1 else int(rng.choice(best))
            down, right = ((-1, 0), (1, 0), (0, -1), (0, 1))[a]
            after = 9 * min(5, max(0, s // 9 + down)) + min(8, max(0, s % 9 + right))
            r = 1.0 if after == 8 else 0.0
            if mistake == "reward one step late":
                r = 1.0 if s == 8 else 0.0
            update(s, a, r, after)
            updates += 1
            model[s, a] = r, (s if mistake == "model stores the old state" else after)
            known = list(model)
            for _ in range(planning + (1 if mistake == "one planned update too many" else 0)):
                k = known[rng.integers(len(known))]
                update(*k, *model[k])
                updates += 1
            s, n = after, n + 1
        lengths.append(n)
        changed = (q != 0).sum() if episode == 0 else changed
    return lengths, changed, updates


def check_dyna(solution):
    for planning, low, high in ((0, 110, 300), (20, 18, 27)):
        runs = [solution(planning, seed) for seed in range(10)]
        for lengths, changed, updates in runs:
            assert changed == 1 or planning
            assert updates == (planning + 1) * sum(lengths)
        assert low < np.mean([lengths[1:5] for lengths, _, _ in runs]) < high


def test_dyna():
    check_dyna(solve_dyna)


@pytest.mark.parametrize(
    "mistake", ["reward one step late", "model stores the old state", "one planned update too many"]
)
def test_dyna_wrong(mistake):
    with pytest.raises(AssertionError):
        check_dyna(lambda planning, seed: solve_dyna(planning, seed, mistake))


# model-based-rl


def solve_model(mistake=""):
    """Give the fitted dynamics, the gain from the fitted model and its cost in the true system."""
    rng = np.random.default_rng(0)
    a, b = np.array([[1, 0.1], [0, 1]]), np.array([[0], [0.1]])
    x, data = np.zeros(2), []
    for _ in range(500):
        u = rng.normal(size=1)
        after = a @ x + b @ u + 0.01 * rng.normal(size=2)
        data.append((x, u, after))
        x = after
    x, u, after = (np.array(part) for part in zip(*data, strict=True))
    inputs, targets = np.hstack([x, u]), after
    if mistake == "pairs off by one":
        inputs, targets = np.hstack([x, u])[1:], after[:-1]
    fit = np.linalg.lstsq(inputs, targets, rcond=None)[0].T
    a_fit, b_fit = fit[:, :2], fit[:, 2:]
    p = np.eye(2)
    for _ in range(2000):
        gain = np.linalg.solve(0.1 * np.eye(1) + b_fit.T @ p @ b_fit, b_fit.T @ p @ a_fit)
        p = np.eye(2) + a_fit.T @ p @ (a_fit - b_fit @ gain)
    if mistake == "sign of the gain":
        gain = -gain
    if mistake == "half the gain":
        gain = gain / 2
    x, cost = np.ones(2), 0.0
    for _ in range(300):
        u = -gain @ x
        cost += x @ x + 0.1 * u @ u
        x = a @ x + b @ u
    return np.hstack([a_fit, b_fit]), cost


def check_model(fit, cost):
    assert np.abs(fit - [[1, 0.1, 0], [0, 1, 0.1]]).max() < 0.005
    assert cost == pytest.approx(26.52, abs=0.03)


def test_model():
    check_model(*solve_model())


@pytest.mark.parametrize("mistake", ["pairs off by one", "half the gain"])
def test_model_wrong(mistake):
    with pytest.raises(AssertionError):
        check_model(*solve_model(mistake))


@pytest.mark.filterwarnings("ignore")
def test_model_wrong_sign():
    with pytest.raises(AssertionError):
        check_model(*solve_model("sign of the gain"))


# hierarchical-rl


def solve_options(mistake="", gamma=0.95):
    """Give values of a corridor of 20 steps by primitive moves and by options, with the sweeps needed."""
    out = []
    for length in (1, 5):
        v, sweeps = np.zeros(21), 0
        while True:
            new = np.zeros(21)
            for s in range(20):
                choices = []
                for end in (max(0, (s - 1) // length * length), min(20, (s // length + 1) * length)):
                    k = max(1, abs(end - s))
                    steps = 1 if mistake == "one discount for an option" else k
                    late = k if mistake == "reward one step late" else k - 1
                    late = 0 if mistake == "reward not discounted" else late
                    choices.append(gamma**late * (end == 20) + gamma**steps * v[end])
                new[s] = max(choices)
            if np.abs(new - v).max() < 1e-15:
                break
            v, sweeps = new, sweeps + 1
        out.append((v[:20], sweeps))
    return out


def check_options(primitive, options):
    exact = 0.95 ** (19 - np.arange(20))
    for v, sweeps in ((primitive[0], 20), (options[0], 4)):
        assert np.abs(v - exact).max() < 1e-12
        assert (primitive if sweeps == 20 else options)[1] == sweeps


def test_options():
    check_options(*solve_options())


@pytest.mark.parametrize(
    "mistake", ["one discount for an option", "reward one step late", "reward not discounted"]
)
def test_options_wrong(mistake):
    with pytest.raises(AssertionError):
        check_options(*solve_options(mistake))


# meta-rl


def meta_tasks():
    rng = np.random.default_rng(0)
    roots, centers = rng.normal(size=(5, 3, 3)), rng.normal(size=(5, 3))
    return roots @ roots.transpose(0, 2, 1) / 3, centers


def meta_loss(theta, step):
    total = 0.0
    for h, c in zip(*meta_tasks(), strict=True):
        after = theta - step * h @ (theta - c)
        total += 0.5 * (after - c) @ h @ (after - c) / 5
    return total


def solve_maml(theta, step, mistake=""):
    """Give the gradient of the mean loss after one step in each task, and where it is zero."""
    gradient, left, right = np.zeros(3), np.zeros((3, 3)), np.zeros(3)
    for h, c in zip(*meta_tasks(), strict=True):
        shrink = np.eye(3) + step * h if mistake == "sign of the step" else np.eye(3) - step * h
        outer = np.eye(3) if mistake == "first order" else shrink
        m = outer @ h @ shrink
        gradient += m @ (theta - c) / (1 if mistake == "sum for mean" else 5)
        left, right = left + m, right + m @ c
    return gradient, np.linalg.solve(left, right)


def check_maml(solution):
    theta = np.array([1.0, -1, 0.5])
    for step in (0.1, 0.3):
        gradient, best = solution(theta, step)
        assert relative_error(gradient, central_difference(lambda t, s=step: meta_loss(t, s), theta)) < 1e-6
        assert np.abs(central_difference(lambda t, s=step: meta_loss(t, s), best)).max() < 1e-6
    assert meta_loss(best, 0.3) == pytest.approx(0.2592, abs=1e-4)
    assert meta_loss(solution(theta, 0)[1], 0.3) == pytest.approx(0.4142, abs=1e-4)


def test_maml():
    check_maml(solve_maml)


@pytest.mark.parametrize("mistake", ["first order", "sign of the step", "sum for mean"])
def test_maml_wrong(mistake):
    with pytest.raises(AssertionError):
        check_maml(lambda theta, step: solve_maml(theta, step, mistake))


# multi-agent-rl


def solve_pennies(rate, mistake=""):
    """Give distances from the equilibrium of matching pennies under gradient and extragradient steps."""

    def field(x):
        slope = 2 if mistake == "factor 2" else 4
        both = mistake == "both gain from matching"
        return slope * np.array([x[1] - 0.5, (x[0] - 0.5) * (1 if both else -1)])

    x = y = np.array([0.501, 0.5])
    far = [], []
    for _ in range(100):
        if mistake == "one after the other":
            x = x + rate * np.array([field(x)[0], 0])
            x = x + rate * np.array([0, field(x)[1]])
        else:
            x = x + rate * field(x)
        y = y + rate * field(y + rate * field(y))
        far[0].append(np.linalg.norm(x - 0.5))
        far[1].append(np.linalg.norm(y - 0.5))
    return np.array(far)


def solve_additive(payoff):
    """Give the best sum of one value for each agent's action, by least squares."""
    n, m = payoff.shape
    rows = [np.r_[np.eye(n)[i], np.eye(m)[j]] for i, j in itertools.product(range(n), range(m))]
    fit = np.linalg.lstsq(np.array(rows), payoff.ravel(), rcond=None)[0]
    return fit[:n, None] + fit[n:]


def check_agents(pennies, additive):
    plain, extra = pennies(0.05)
    assert plain[1:] / plain[:-1] == pytest.approx(np.sqrt(1 + 16 * 0.05**2), abs=1e-6)
    assert extra[1:] / extra[:-1] == pytest.approx(np.sqrt((1 - 0.04) ** 2 + 0.04), abs=1e-6)
    payoff = np.array([[8, -12, -12], [-12, 0, 0], [-12, 0, 0.0]])
    fit = additive(payoff)
    assert fit[0, 0] == pytest.approx(-6.2222, abs=1e-3)
    assert payoff.ravel()[fit.argmax()] == 0


def test_agents():
    check_agents(solve_pennies, solve_additive)


@pytest.mark.parametrize("mistake", ["factor 2", "both gain from matching", "one after the other"])
def test_agents_wrong(mistake):
    with pytest.raises(AssertionError):
        check_agents(lambda rate: solve_pennies(rate, mistake), solve_additive)


# offline-rl


def solve_cql(alpha, mistake=""):
    """Give Q of a bandit after 2,000 steps on the CQL loss; the last action is not in the data."""
    share, mean = np.array([0.5, 0.3, 0.2, 0]), np.array([1, 2, 0.5, 0])
    q = np.array([0, 0, 0, 5.0])
    for _ in range(1999 if mistake == "one step too few" else 2000):
        push = softmax(q) - share
        if mistake == "sign of the penalty":
            push = -push
        if mistake == "data term left out":
            push = softmax(q)
        q = q - 0.1 * (share * (q - mean) + alpha * push)
    return q


def check_cql(solution):
    plain, q = solution(0), solution(0.5)
    assert plain == pytest.approx([1, 2, 0.5, 5], abs=1e-6)
    assert q == pytest.approx([1.18583, 1.65931, 0.57406, -2.17984], abs=1e-4)
    assert (plain.argmax(), q.argmax()) == (3, 1)
    assert (q[:3] > [1, 2, 0.5]).tolist() == [True, False, True]


def test_cql():
    check_cql(solve_cql)


@pytest.mark.parametrize("mistake", ["sign of the penalty", "data term left out", "one step too few"])
def test_cql_wrong(mistake):
    with pytest.raises(AssertionError):
        check_cql(lambda alpha: solve_cql(alpha, mistake))


# imitation-learning


def solve_cloning(error, horizon, recovers, mistake=""):
    """Give the mean cost over 20,000 runs: 1 for each step at which the learner errs or is lost."""
    rng = np.random.default_rng(0)
    lost, cost = np.zeros(20000, bool), np.zeros(20000)
    for _ in range(horizon):
        slips = rng.random(20000) < error
        if mistake == "cost one step late":
            cost += lost
        lost = slips if recovers or mistake == "always recovers" else lost | slips
        if mistake != "cost one step late":
            cost += (1 - lost) if mistake == "sign" else lost
    return cost.mean()


def check_cloning(solution):
    assert solution(0.01, 100, True) == pytest.approx(1.0, abs=0.05)
    assert solution(0.01, 100, False) == pytest.approx(37.24, abs=0.6)
    cost = {t: t - sum(0.999**k for k in range(1, t + 1)) for t in (50, 100)}
    assert cost[100] / cost[50] == pytest.approx(3.896, abs=5e-4)
    assert solution(0.001, 100, False) == pytest.approx(cost[100], abs=0.6)
    assert solution(0.5, 2, False) == pytest.approx(1.25, abs=0.02)


def test_cloning():
    check_cloning(solve_cloning)


@pytest.mark.parametrize("mistake", ["cost one step late", "always recovers", "sign"])
def test_cloning_wrong(mistake):
    with pytest.raises(AssertionError):
        check_cloning(lambda *setting: solve_cloning(*setting, mistake))


# rlhf


def solve_rlhf(beta, mistake=""):
    """Give the rewards fitted to pairs (centered), the best policy and its divergence from the first one."""
    true = np.array([0, 1, -1, 2, 0.5])
    wins = 1 / (1 + np.exp(-(true[:, None] - true)))
    r = np.zeros(5)
    for _ in range(5000):
        guess = 1 / (1 + np.exp(-(r[:, None] - r)))
        r = r + 0.2 * (wins - guess).sum(axis=1) * (-1 if mistake == "sign of the fit" else 1)
        r = r.clip(-50, 50)
    r = r - r.mean()
    first = np.array([0.4, 0.3, 0.2, 0.05, 0.05])
    pi = first * np.exp(r * beta if mistake == "times beta" else r / beta)
    if mistake == "no first policy":
        pi = np.exp(r / beta)
    pi /= pi.sum()
    return r, pi, (pi * np.log(pi / first)).sum()


def check_rlhf(solution):
    r, pi, kl = solution(0.5)
    assert r == pytest.approx([-0.5, 0.5, -1.5, 1.5, 0], abs=1e-6)
    assert kl == pytest.approx(1.0949, abs=1e-4)
    first = np.array([0.4, 0.3, 0.2, 0.05, 0.05])
    assert pi @ r - 0.5 * kl == pytest.approx(0.5 * np.log(first @ np.exp(r / 0.5)), abs=1e-9)
    assert pi[3] == pytest.approx(0.4955, abs=1e-4)


def test_rlhf():
    check_rlhf(solve_rlhf)


@pytest.mark.parametrize("mistake", ["sign of the fit", "times beta", "no first policy"])
def test_rlhf_wrong(mistake):
    with pytest.raises(AssertionError):
        check_rlhf(lambda beta: solve_rlhf(beta, mistake))
