"""Recomputes what the study material of chapter 9 claims: tabular methods and DQN."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from tests.curriculum.numeric import central_difference


def random_mdp(seed, states=5, actions=3):
    """Give transitions (state, action, next), mean rewards and a random policy."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(states), size=(states, actions))
    return p, rng.normal(size=(states, actions)), rng.dirichlet(np.ones(actions), size=states)


def values(p, r, policy, gamma):
    """Give v and q of a policy by a linear solve."""
    p_pi, r_pi = np.einsum("sa,sat->st", policy, p), (policy * r).sum(axis=1)
    v = np.linalg.solve(np.eye(len(r)) - gamma * p_pi, r_pi)
    return v, r + gamma * p @ v


def optimum(p, r, gamma, sweeps=3000):
    v = np.zeros(len(r))
    for _ in range(sweeps):
        v = (r + gamma * p @ v).max(axis=1)
    return v


def greedy(q):
    return np.eye(q.shape[1])[q.argmax(axis=1)]


# markov-decision-processes


def test_mdp_constant_shifts_all_values():
    p, r, policy = random_mdp(0)
    for c in (-2, 1, 3):
        v, q = values(p, r, policy, 0.9)
        shifted, q_shifted = values(p, r + c, policy, 0.9)
        assert np.allclose(shifted - v, c / (1 - 0.9))
        assert (q.argmax(axis=1) == q_shifted.argmax(axis=1)).all()
        assert np.allclose(optimum(p, r + c, 0.9, 500) - optimum(p, r, 0.9, 500), c / (1 - 0.9))


def test_mdp_constant_changes_an_episodic_task():
    """Waiting costs 0.5 a step and ending pays 0: ten waits are bad, and good once 1 is added."""
    end, wait = np.zeros(1), np.append(np.full(10, -0.5), 0)
    assert end.sum() > wait.sum()
    assert (end + 1).sum() < (wait + 1).sum()


def test_mdp_discount_as_an_ending():
    """For a discount of 0.99 the mean length is 100, and so is the return of a reward of 1 forever."""
    gamma = 0.99
    n = np.arange(1, 20000)
    assert (n * gamma ** (n - 1) * (1 - gamma)).sum() == pytest.approx(100)
    assert (gamma ** (n - 1)).sum() == pytest.approx(100)


# bellman-equations


def test_bellman_two_states():
    v = np.linalg.solve(np.array([[1, -0.5], [-0.5, 1]]), [1, 0])
    assert v == pytest.approx([4 / 3, 2 / 3])


@pytest.mark.parametrize("seed", range(20))
def test_bellman_identities_and_contraction(seed):
    p, r, policy = random_mdp(seed)
    rng = np.random.default_rng(seed)
    v, q = values(p, r, policy, 0.9)
    assert np.allclose(v, (policy * q).sum(axis=1))
    assert np.allclose((policy * (q - v[:, None])).sum(axis=1), 0)
    a, b = rng.normal(size=(2, 5))
    far = np.abs(a - b).max()
    best = [(r + 0.9 * p @ x).max(axis=1) for x in (a, b)]
    mean = [(policy * (r + 0.9 * p @ x)).sum(axis=1) for x in (a, b)]
    assert np.abs(best[0] - best[1]).max() <= 0.9 * far
    assert np.abs(mean[0] - mean[1]).max() <= 0.9 * far
    assert np.allclose(optimum(p, r, 0.9, 500), (r + 0.9 * p @ optimum(p, r, 0.9, 500)).max(axis=1))


# exploration-vs-exploitation


def test_exploration_greedy_share():
    assert pytest.approx(0.925) == 1 - 0.1 + 0.1 / 4
    rng = np.random.default_rng(0)
    picks = np.where(rng.random(400000) < 0.1, rng.integers(4, size=400000), 0)
    assert (picks == 0).mean() == pytest.approx(0.925, abs=0.002)


def test_exploration_softmax_limits():
    def softmax(q, t):
        e = np.exp((q - q.max()) / t)
        return e / e.sum()

    q = np.array([1.0, 3, 3, 0])
    assert softmax(q, 1e-3) == pytest.approx([0, 0.5, 0.5, 0])
    assert softmax(q, 1e6) == pytest.approx([0.25] * 4, abs=1e-5)
    assert softmax(q + 7, 0.5) == pytest.approx(softmax(q, 0.5))


def test_exploration_regret():
    """A fixed ε pays a constant amount per step in the long run; UCB1 pays less and less."""
    means, steps = np.array([0.2, 0.5, 0.8]), 20000
    regret = {"ucb": np.zeros(steps), "epsilon": np.zeros(steps)}
    for name, paid in regret.items():
        rng = np.random.default_rng(0)
        n, q, gaps = np.zeros(3), np.zeros(3), 0.8 - means
        for t in range(steps):
            if t < 3:
                a = t
            elif name == "ucb":
                a = int((q + np.sqrt(2 * np.log(t) / n)).argmax())
            else:
                a = int(rng.integers(3)) if rng.random() < 0.1 else int(q.argmax())
            n[a] += 1
            q[a] += ((rng.random() < means[a]) - q[a]) / n[a]
            paid[t] = gaps[a]
    half = steps // 2
    assert regret["epsilon"][half:].mean() == pytest.approx(0.1 / 3 * (0.6 + 0.3), rel=0.15)
    assert regret["ucb"][half:].mean() < 0.5 * regret["ucb"][: half // 5].mean()
    assert regret["ucb"][half:].mean() < regret["epsilon"][half:].mean()


def test_exploration_optimism():
    """Starting at 5, a greedy agent tries all ten arms within few steps; starting at 0 it may not."""
    rng = np.random.default_rng(0)
    means = rng.normal(size=10)
    q, tried = np.full(10, 5.0), set()
    for _ in range(30):
        a = int(q.argmax())
        tried.add(a)
        q[a] += 0.1 * (means[a] + rng.normal() - q[a])
    assert len(tried) == 10


# policy-evaluation-and-improvement, value-and-policy-iteration


@pytest.mark.parametrize("seed", range(20))
def test_improvement_theorem(seed):
    p, r, policy = random_mdp(seed)
    v, q = values(p, r, policy, 0.9)
    w, _ = values(p, r, greedy(q), 0.9)
    assert (w >= v - 1e-12).all()
    assert (w > v + 1e-12)[q.max(axis=1) > v + 1e-9].all()


def test_improvement_stable_policy_is_optimal():
    p, r, policy = random_mdp(1)
    for _ in range(20):
        v, q = values(p, r, policy, 0.9)
        policy = greedy(q)
    assert np.allclose(v, q.max(axis=1))
    assert np.allclose(v, optimum(p, r, 0.9))


@pytest.mark.parametrize("gamma", [0.5, 0.9, 0.99])
def test_evaluation_stopping_bound(gamma):
    p, r, policy = random_mdp(2)
    p_pi, r_pi = np.einsum("sa,sat->st", policy, p), (policy * r).sum(axis=1)
    exact, v = values(p, r, policy, gamma)[0], np.zeros(5)
    for _ in range(50):
        new = r_pi + gamma * p_pi @ v
        theta = np.abs(new - v).max()
        v = new
        assert np.abs(v - exact).max() <= gamma * theta / (1 - gamma) + 1e-12
    assert pytest.approx(99) == 0.99 / (1 - 0.99)


def test_evaluation_stopping_bound_is_reached():
    """One state, reward 1: the bound holds with equality."""
    assert pytest.approx(0.9 * 1 / (1 - 0.9)) == 1 / (1 - 0.9) - 1


def test_iteration_sweeps():
    assert pytest.approx(0.0097, abs=5e-5) == 0.9**44
    assert pytest.approx(0.0108, abs=5e-5) == 0.9**43
    assert 0.9**44 <= 0.01 < 0.9**43
    assert np.log(0.01) / np.log(0.99) == pytest.approx(460, abs=5)


@pytest.mark.parametrize("seed", range(30))
def test_iteration_loss_of_the_greedy_policy(seed):
    p, r, _ = random_mdp(seed)
    best, rng = optimum(p, r, 0.9), np.random.default_rng(seed)
    wrong = best + rng.choice([-0.3, 0.3], size=5)
    v, _ = values(p, r, greedy(r + 0.9 * p @ wrong), 0.9)
    assert (best - v).max() <= 2 * 0.9 * 0.3 / (1 - 0.9) + 1e-9


def test_iteration_loss_is_reached():
    """Values wrong by e, up where one stays for nothing and down where it pays: staying looks as good."""
    gamma, e = 0.9, 0.5
    pays = 2 * gamma * e
    best = pays / (1 - gamma)
    assert 0 + gamma * (best + e) == pytest.approx(pays + gamma * (best - e))
    assert best - 0 == pytest.approx(2 * gamma * e / (1 - gamma))


def test_iteration_greedy_is_optimal_early():
    p, r, _ = random_mdp(3)
    best, v = optimum(p, r, 0.99), np.zeros(5)
    right = (r + 0.99 * p @ best).argmax(axis=1)
    for _ in range(20):
        v = (r + 0.99 * p @ v).max(axis=1)
    assert ((r + 0.99 * p @ v).argmax(axis=1) == right).all()
    assert np.abs(v - best).max() > 5


@pytest.mark.parametrize("seed", range(20))
def test_iteration_policy_iteration_ends(seed):
    p, r, policy = random_mdp(seed)
    seen = []
    for _ in range(3**5 + 1):
        _, q = values(p, r, policy, 0.9)
        policy = greedy(q)
        key = tuple(policy.argmax(axis=1))
        if seen and key == seen[-1]:
            break
        assert key not in seen
        seen.append(key)
    assert len(seen) <= 3**5


# monte-carlo-methods


def test_monte_carlo_two_estimates():
    returns = [1 + 1, 1]
    assert returns[0] == 2
    assert np.mean(returns) == 1.5


def test_monte_carlo_every_visit_bias():
    """With one episode of geometric length the mean estimate is 5.5, with first visits 10."""
    n = np.arange(1, 3000)
    chance = 0.1 * 0.9 ** (n - 1)
    assert (chance * n).sum() == pytest.approx(10)
    assert (chance * (n + 1) / 2).sum() == pytest.approx(5.5)


def test_monte_carlo_importance_sampling():
    """Over all episodes of three steps: the ordinary estimate is unbiased, the weighted one is not."""
    rng = np.random.default_rng(0)
    p, r, target = random_mdp(4, states=3, actions=2)
    behavior = rng.dirichlet(np.ones(2), size=3)

    def episodes(policy):
        for actions in itertools.product(range(2), repeat=3):
            for states in itertools.product(range(3), repeat=3):
                chance, total, ratio, s = 1.0, 0.0, 1.0, 0
                for t in range(3):
                    a = actions[t]
                    ratio *= target[s, a] / behavior[s, a]
                    chance *= policy[s, a] * p[s, a, states[t]]
                    total += r[s, a]
                    s = states[t]
                yield chance, ratio, total

    truth = sum(c * g for c, _, g in episodes(target))
    drawn = np.array(list(episodes(behavior)))
    chance, ratio, total = drawn.T
    assert (chance * ratio).sum() == pytest.approx(1)
    assert (chance * ratio * total).sum() == pytest.approx(truth)
    pairs = np.outer(chance, chance)
    top = ratio[:, None] * total[:, None] + ratio * total
    weighted = top / (ratio[:, None] + ratio)
    assert (pairs * weighted).sum() != pytest.approx(truth, abs=1e-3)
    assert total.min() - 1e-12 <= weighted.min() <= weighted.max() <= total.max() + 1e-12


def test_monte_carlo_infinite_variance():
    """A loop kept by b half the time and by π always: the second moment of the ratio has no bound."""
    terms = [0.1 * 0.9**k * 2**k * 2 for k in range(200)]
    assert terms[-1] > terms[0] * 1e40


# temporal-difference-learning


def test_td_errors_telescope():
    rng = np.random.default_rng(0)
    v, r, gamma = np.append(rng.normal(size=12), 0), rng.normal(size=12), 0.9
    delta = r + gamma * v[1:] - v[:-1]
    g = sum(gamma**k * r[k] for k in range(12))
    assert g - v[0] == pytest.approx(sum(gamma**k * delta[k] for k in range(12)))


def test_td_weights_of_the_lambda_return():
    for lam in (0, 0.3, 0.9):
        assert sum((1 - lam) * lam**k for k in range(2000)) == pytest.approx(1)


def test_td_batch():
    """Batch TD(0), repeated with a small step, gives 3/4 to A, and Monte Carlo gives 0."""
    v = {"A": 0.0, "B": 0.0, "end": 0.0}
    steps = [("A", 0, "B"), ("B", 0, "end")] + [("B", 1, "end")] * 3
    for _ in range(5000):
        change = {"A": 0.0, "B": 0.0}
        for s, r, after in steps:
            change[s] += 0.01 * (r + v[after] - v[s])
        for s, c in change.items():
            v[s] += c
    assert v["A"] == pytest.approx(3 / 4, abs=1e-6)
    assert v["B"] == pytest.approx(3 / 4, abs=1e-6)


# sarsa-and-q-learning


def test_sarsa_one_update():
    assert pytest.approx(1.95) == 2 + 0.5 * (1 + 0.9 * 1 - 2)
    assert pytest.approx(2.85) == 2 + 0.5 * (1 + 0.9 * 3 - 2)


def test_sarsa_expected_target():
    rng = np.random.default_rng(0)
    q, policy = rng.normal(size=4), rng.dirichlet(np.ones(4))
    drawn = 1 + 0.9 * q[rng.choice(4, size=400000, p=policy)]
    assert drawn.mean() == pytest.approx(1 + 0.9 * policy @ q, abs=0.005)
    assert drawn.var() > 0.05


# deep-q-network


def test_dqn_semi_gradient_is_not_the_full_gradient():
    """For values w·x the semi-gradient lacks the part through the target."""
    rng = np.random.default_rng(0)
    w, x, after = rng.normal(size=(3, 4))

    def error(w):
        return 0.5 * (1 + 0.9 * w @ after - w @ x) ** 2

    delta = 1 + 0.9 * w @ after - w @ x
    assert np.allclose(central_difference(error, w), delta * (0.9 * after - x), atol=1e-8)
    assert not np.allclose(-delta * x, delta * (0.9 * after - x))


def test_dqn_triad_diverges():
    """States of value w and 2w, reward 0: bootstrapping from the second alone diverges, on-policy not."""
    off = on = 1.0
    for _ in range(1000):
        off += 0.1 * (0.99 * 2 * off - off)
        on += 0.1 * ((0.99 * 2 * on - on) + 2 * (0 - 2 * on))
    assert off > 1e30
    assert abs(on) < 1e-30


# dqn-improvements


def test_dqn_maximum_of_noise():
    def mean_of_max(k):
        density = lambda x: x * k * stats.norm.pdf(x) * stats.norm.cdf(x) ** (k - 1)  # noqa: E731
        return integrate.quad(density, -10, 10)[0]

    assert mean_of_max(10) == pytest.approx(1.54, abs=0.005)
    assert mean_of_max(2) < mean_of_max(10) < mean_of_max(20)


def test_dqn_dueling_is_unique():
    rng = np.random.default_rng(0)
    v, a = rng.normal(), rng.normal(size=5)
    q = v + a - a.mean()
    assert q.mean() == pytest.approx(v)
    assert np.allclose((v + 3) + (a - 3), v + a)
    assert not np.allclose((v + 3) + (a - 3) - (a - 3).mean(), q)


def test_dqn_priorities():
    rng = np.random.default_rng(0)
    delta, rewards = np.abs(rng.normal(size=20)) + 0.01, rng.normal(size=20)
    for alpha in (0.0, 0.6, 1.0):
        chance = delta**alpha / (delta**alpha).sum()
        weight = (20 * chance) ** -1.0
        assert (chance * weight * rewards).sum() == pytest.approx(rewards.mean())
        if alpha == 0:
            assert np.allclose(chance, 1 / 20)
