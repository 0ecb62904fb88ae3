"""Recomputes what the study material of chapter 9 claims: models, options, many agents, feedback."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import linalg, optimize

from tests.curriculum.numeric import central_difference, relative_error


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# dyna-q


def dyna_shortcut(kappa):
    """Give how often the short door, opened after 2,000 choices, is used in the 2,000 after that."""
    reward, last, q, used = {"long": 0.5, "short": 0.0}, dict.fromkeys(("long", "short"), 0), {}, 0
    model = dict(reward)
    for t in range(4000):
        if t == 2000:
            reward["short"] = 1.0
        for door, r in model.items():
            q[door] = r + kappa * np.sqrt(t - last[door])
        door = max(q, key=q.get)
        last[door], model[door] = t, reward[door]
        used += door == "short" and t >= 2000
    return used


def test_dyna_shortcut_and_bonus():
    """A greedy planner never learns of the open door; a small bonus for age finds it."""
    assert dyna_shortcut(0) == 0
    assert dyna_shortcut(0.02) > 1000


# model-based-rl


def test_model_error_growth():
    """The recursion of the error, and a linear system that reaches the bound."""
    for stretch in (1.1, 2.0):
        true = model = 1.0
        for steps in range(1, 11):
            true, model = stretch * true, stretch * model + 0.01
            assert model - true == pytest.approx(0.01 * (stretch**steps - 1) / (stretch - 1))


def test_model_best_plan_is_overrated():
    rng = np.random.default_rng(0)
    value = rng.normal(size=(10000, 50))
    seen = value + rng.normal(size=value.shape)
    rows, pick = np.arange(10000), seen.argmax(axis=1)
    assert seen[rows, pick].mean() - value[rows, pick].mean() > 1
    assert abs((seen - value).mean()) < 0.01


def test_model_optimal_cost():
    a, b = np.array([[1, 0.1], [0, 1]]), np.array([[0], [0.1]])
    p = linalg.solve_discrete_are(a, b, np.eye(2), 0.1 * np.eye(1))
    assert np.ones(2) @ p @ np.ones(2) == pytest.approx(26.52, abs=0.01)


# hierarchical-rl


def test_options_discounts():
    rewards, gamma = [0, 0, 1], 0.9
    assert sum(gamma**k * r for k, r in enumerate(rewards)) == pytest.approx(0.81)
    assert gamma**3 == pytest.approx(0.729)
    assert gamma * 10 > gamma**3 * 10
    assert pytest.approx(0.3774, abs=5e-5) == 0.95**19


def test_options_without_moves_lose():
    """Goal at 7, options only between multiples of 5: it is never reached; with moves it is."""

    def reached(options):
        seen, new = {0}, {0}
        while new:
            new = {end for s in new for end in options(s)} - seen
            seen |= new
        return 7 in seen

    def jumps(s):
        return {min(20, (s // 5 + 1) * 5), max(0, (s - 1) // 5 * 5)}

    assert not reached(jumps)
    assert reached(lambda s: jumps(s) | {min(20, s + 1), max(0, s - 1)})


# meta-rl


def test_maml_second_order_factor():
    """On a loss that is not quadratic, the factor I - aH gives the gradient and leaving it out does not."""

    def loss(t):
        return np.sin(t[0]) * t[1] ** 2 + t[0] ** 4 / 4

    def slope(t):
        return np.array([np.cos(t[0]) * t[1] ** 2 + t[0] ** 3, 2 * np.sin(t[0]) * t[1]])

    theta, step = np.array([0.7, -1.2]), 0.1
    after = theta - step * slope(theta)
    hessian = central_difference(slope, theta)
    exact = central_difference(lambda t: loss(t - step * slope(t)), theta)
    assert relative_error((np.eye(2) - step * hessian) @ slope(after), exact) < 1e-6
    assert relative_error(slope(after), exact) > 1e-2


def test_maml_one_dimension():
    c, theta = 2.0, 5.0
    exact = central_difference(lambda t: 0.5 * ((t - 0.1 * (t - c)) - c) ** 2, theta)
    assert exact == pytest.approx(0.81 * (theta - c))
    assert (theta - 0.1 * (theta - c)) - c == pytest.approx(0.9 * (theta - c))


# multi-agent-rl


def test_agents_best_response_moves():
    """The best answer in matching pennies changes with the other's policy: the environment moves."""
    payoff = np.array([[1, -1], [-1, 1]])
    assert (payoff @ [0.6, 0.4]).argmax() == 0
    assert (payoff @ [0.4, 0.6]).argmax() == 1


def test_agents_monotone_mixing_keeps_the_argmax():
    rng = np.random.default_rng(0)
    for _ in range(200):
        one, two = rng.normal(size=4), rng.normal(size=4)
        w = np.abs(rng.normal(size=(2, 5)))
        out = np.abs(rng.normal(size=5))
        both = np.stack(np.meshgrid(one, two, indexing="ij"), axis=-1)
        total = np.tanh(both @ w + rng.normal(size=5)) @ out
        assert np.unravel_index(total.argmax(), (4, 4)) == (one.argmax(), two.argmax())


def test_agents_excluded_payoff():
    """Monotone: an order of each agent's actions along which the payoff never falls. None for differing."""

    def monotone(payoff):
        orders = itertools.product([(0, 1), (1, 0)], repeat=2)
        return any(
            (np.diff(payoff[np.ix_(i, j)], axis=0) >= 0).all()
            and (np.diff(payoff[np.ix_(i, j)], axis=1) >= 0).all()
            for i, j in orders
        )

    assert not monotone(np.array([[0, 1], [1, 0]]))
    assert monotone(np.array([[0, 1], [1, 1]]))


def test_agents_cycling():
    """Over whole turns of small steps, the mean stays near the equilibrium while the distance grows."""
    x, path = np.array([0.6, 0.5]), []
    for _ in range(6283):
        x = x + 0.001 * 4 * np.array([x[1] - 0.5, 0.5 - x[0]])
        path.append(x)
    assert np.linalg.norm(path[-1] - 0.5) > 0.1
    assert np.abs(np.mean(path, axis=0) - 0.5).max() < 0.01
    assert np.hypot(1, 4 * 0.05) == pytest.approx(np.sqrt(1.04))


# offline-rl


def test_offline_penalty():
    rng = np.random.default_rng(0)
    q, share = rng.normal(size=4), rng.dirichlet(np.ones(4))
    numeric = central_difference(lambda q: np.log(np.exp(q).sum()) - share @ q, q)
    assert np.allclose(softmax(q) - share, numeric, atol=1e-9)
    assert (softmax(q) - share).sum() == pytest.approx(0)


def test_offline_bound_is_on_the_mean():
    """In the bandit of the exercise: the policy's value is a lower bound, a single entry is not."""
    share, mean, q = np.array([0.5, 0.3, 0.2, 0]), np.array([1, 2, 0.5, 0]), np.zeros(4)
    for _ in range(2000):
        q = q - 0.1 * (share * (q - mean) + 0.5 * (softmax(q) - share))
    assert (q > mean)[0]
    assert q.max() < mean[q.argmax()]
    assert softmax(q) @ q < softmax(q) @ mean


def test_offline_stitching():
    """Paths A-B-C (pays 0) and D-B-E (pays 1): values join A to E, the cloned policy only half the time."""
    data = [("A", "B", 0), ("B", "C", 0), ("D", "B", 0), ("B", "E", 1)]
    q = {(s, after): 0.0 for s, after, _ in data}
    for _ in range(10):
        for s, after, r in data:
            q[s, after] = r + 0.9 * max((v for (at, _), v in q.items() if at == after), default=0)
    assert max((k for k in q if k[0] == "B"), key=q.get) == ("B", "E")
    assert q["A", "B"] == pytest.approx(0.9)
    assert sum(r for s, _, r in data if s == "B") / 2 == 0.5


# imitation-learning


def lost_cost(e, horizon):
    return sum(1 - (1 - e) ** t for t in range(1, horizon + 1))


def test_imitation_costs():
    assert lost_cost(0.01, 100) == pytest.approx(37.24, abs=0.005)
    assert lost_cost(0.5, 2) == pytest.approx(1.25)
    assert lost_cost(0.001, 100) / lost_cost(0.001, 50) == pytest.approx(3.9, abs=0.05)
    assert lost_cost(1e-6, 1000) == pytest.approx(1e-6 * 1000**2 / 2, rel=0.01)
    assert pytest.approx(1) == 0.01 * 100


def test_imitation_optimal_discriminator():
    rng = np.random.default_rng(0)
    expert, learner = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(5))

    def loss(z):
        return -(expert @ np.log(sigmoid(z)) + learner @ np.log(sigmoid(-z)))

    found = optimize.minimize(loss, np.zeros(5), tol=1e-12).x
    assert np.allclose(sigmoid(found), expert / (expert + learner), atol=1e-4)
    assert expert / (expert + expert) == pytest.approx(0.5)


def test_imitation_signs_of_the_rewards():
    d = np.linspace(0.001, 0.999, 999)
    assert (-np.log(1 - d) > 0).all()
    assert (np.log(d) < 0).all()


# rlhf


def test_rlhf_offset():
    r, pairs = np.array([0.3, 1.2, -0.4]), [(1, 0), (0, 2), (1, 2)]

    def loss(r):
        return -np.mean([np.log(sigmoid(r[i] - r[j])) for i, j in pairs])

    assert loss(r) == pytest.approx(loss(r + 3.2))
    assert sigmoid(1.2 - 0.3) == pytest.approx(1 / (1 + np.exp(0.3 - 1.2)))
    assert loss(np.array([0, 2.0, -1])) != pytest.approx(loss(r))


def test_rlhf_closed_form():
    rng = np.random.default_rng(0)
    first, r, beta = rng.dirichlet(np.ones(6)), rng.normal(size=6), 0.4
    z = first @ np.exp(r / beta)
    best = first * np.exp(r / beta) / z

    def objective(pi):
        return pi @ r - beta * (pi * np.log(pi / first)).sum()

    assert objective(best) == pytest.approx(beta * np.log(z))
    for other in rng.dirichlet(np.ones(6), size=2000):
        assert objective(other) <= objective(best)
    logits = np.zeros(6)
    for _ in range(3000):
        pi = softmax(logits)
        gain = r - beta * np.log(pi / first)
        logits = logits + pi * (gain - pi @ gain)
    assert np.allclose(softmax(logits), best, atol=1e-3)
    implicit = beta * np.log(best / first)
    assert implicit[0] - implicit[1] == pytest.approx(r[0] - r[1])
    assert np.allclose(implicit + beta * np.log(z), r)
