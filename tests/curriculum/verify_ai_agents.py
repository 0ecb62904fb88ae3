"""Recomputes what the study material of chapter 10 claims; no language model is run."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from tests.curriculum.numeric import central_difference, relative_error

# react


@pytest.mark.parametrize(("p", "s", "n"), [(100, 20, 1), (100, 20, 7), (3, 11, 40)])
def test_react_prompt_growth(p, s, n):
    """Resending a prompt that grows by s a step costs n p + s n (n - 1) / 2."""
    assert sum(p + s * k for k in range(n)) == n * p + s * n * (n - 1) // 2


# autogpt-and-babyagi


def test_autogpt_compounding():
    assert round(0.95**20, 2) == 0.36
    assert pytest.approx(0.9, abs=0.006) == 0.995**20


@pytest.mark.parametrize("m", [0.2, 0.5, 0.8])
def test_autogpt_queue_that_ends(m):
    """Generation k has m^k tasks on average, and their sum is 1 / (1 - m)."""
    assert sum(m**k for k in range(500)) == pytest.approx(1 / (1 - m))


def test_autogpt_queue_that_need_not_end():
    """For m = 1.5 a queue ends with probability 0.417 only; for m = 0.8 it always ends."""
    root = optimize.brentq(lambda q: math.exp(1.5 * (q - 1)) - q, 0, 0.99)
    assert root == pytest.approx(0.417, abs=5e-4)
    q = 0.0
    for _ in range(1000):
        q = math.exp(0.8 * (q - 1))
    assert q == pytest.approx(1)


def test_autogpt_retries():
    assert pytest.approx(0.973) == 1 - (1 - 0.7) ** 3
    tries = np.random.default_rng(0).random(size=(200000, 3)) < 0.7
    assert tries.any(axis=1).mean() == pytest.approx(0.973, abs=0.002)


# planning-and-reflection


def test_planning_critic():
    """Bayes' rule for a critic with 80 % hits and 20 % false alarms."""
    right, wrong = Fraction(6, 10) * Fraction(8, 10), Fraction(4, 10) * Fraction(2, 10)
    assert (right, wrong) == (Fraction(48, 100), Fraction(8, 100))
    assert float(right / (right + wrong)) == pytest.approx(0.857, abs=5e-4)
    assert 1 - right - wrong == Fraction(44, 100)
    assert Fraction(6, 10) * Fraction(2, 10) == Fraction(12, 100)


def test_planning_reflection_that_harms():
    """One round takes accuracy from 0.8 to 0.74; the sign of the change is that of fixed minus spoiled."""
    after = Fraction(8, 10) * Fraction(8, 10) + Fraction(2, 10) * Fraction(5, 10)
    assert after == Fraction(74, 100)
    for right, spoil, fix in itertools.product((0.2, 0.6, 0.8), (0.1, 0.2), (0.3, 0.5)):
        new = right * (1 - spoil) + (1 - right) * fix
        assert (new > right) == ((1 - right) * fix > right * spoil)


# agent-frameworks


def test_frameworks_schema_is_only_form():
    """An invented id has the type that a schema asks for."""
    orders, asked = {"A17": 3}, {"order": "B99", "count": 2}
    assert isinstance(asked["order"], str)
    assert isinstance(asked["count"], int)
    assert asked["order"] not in orders


def test_frameworks_parallel_writes():
    """Without a merge rule the outcome depends on the order of two writes; as a set union it does not."""
    writes = [{"log": ["a"]}, {"log": ["b"]}]
    replaced, merged = set(), set()
    for order in itertools.permutations(writes):
        last, union = [], set()
        for write in order:
            last = write["log"]
            union |= set(write["log"])
        replaced.add(tuple(last))
        merged.add(frozenset(union))
    assert len(replaced) == 2
    assert merged == {frozenset("ab")}


# retrieval-augmented-generation


def test_rag_sum_outside_and_inside():
    """RAG-Sequence and RAG-Token are both distributions over answers, and not the same one."""
    rng = np.random.default_rng(0)
    passage = rng.dirichlet(np.ones(2))
    token = rng.dirichlet(np.ones(3), size=(2, 2))
    answers = list(itertools.product(range(3), repeat=2))
    sequence = [sum(passage[z] * token[z, 0, a] * token[z, 1, b] for z in range(2)) for a, b in answers]
    each = [(passage @ token[:, 0, a]) * (passage @ token[:, 1, b]) for a, b in answers]
    assert sum(sequence) == pytest.approx(1)
    assert sum(each) == pytest.approx(1)
    assert not np.allclose(sequence, each)


def test_rag_recall_limits_accuracy():
    found = Fraction(8, 10)
    assert found * Fraction(9, 10) + (1 - found) * Fraction(1, 10) == Fraction(74, 100)
    assert found + (1 - found) * Fraction(1, 10) == Fraction(82, 100)


def test_rag_chunks():
    """Cutting 1,000 tokens into 200 with overlap 50 gives 7 chunks, the last one shorter."""
    starts = [0]
    while starts[-1] + 200 < 1000:
        starts.append(starts[-1] + 150)
    assert len(starts) == math.ceil(950 / 150) == 7
    assert 1000 - starts[-1] < 200
    assert round(950 / 150, 1) == 6.3


def test_rag_fusion_ignores_the_scale():
    """Ranks stay when one list's scores are multiplied; the order of summed scores does not."""
    first, second = np.array([3.0, 2.0, 1.0]), np.array([0.1, 0.9, 0.5])

    def fused(*lists):
        return sum(1 / (60 + stats.rankdata(-s)) for s in lists)

    assert np.allclose(fused(first, second), fused(100 * first, second))
    assert (0.1 * first + second).argmax() != (100 * first + second).argmax()


# vector-databases


def test_vectors_metrics_agree_on_equal_norms():
    """Three rankings agree on unit vectors; on others the inner product prefers long ones."""
    rng = np.random.default_rng(0)
    x, q = rng.normal(size=(100, 8)), rng.normal(size=8)
    for vectors, agree in ((x / np.linalg.norm(x, axis=1, keepdims=True), True), (x, False)):
        dot, norm = vectors @ q, np.linalg.norm(vectors, axis=1)
        far = ((q - vectors) ** 2).sum(axis=1)
        assert np.allclose(far, q @ q + norm**2 - 2 * dot)
        orders = [np.argsort(far), np.argsort(-dot), np.argsort(-dot / norm)]
        assert all((o == orders[0]).all() for o in orders) == agree
    top = np.argsort(-(x @ q))[:10]
    assert np.linalg.norm(x[top], axis=1).mean() > np.linalg.norm(x, axis=1).mean()


def test_vectors_ivf_count():
    assert 1000 + 10 * (1_000_000 // 1000) == 11_000
    assert pytest.approx(0.011) == 11_000 / 1_000_000


def test_vectors_product_quantization_bytes():
    assert 128 * 4 == 512
    assert 16 * math.log2(256) / 8 == 16
    assert 512 // 16 == 32


def test_vectors_product_quantization_by_tables():
    """The distance to a quantized vector is a sum of 16 entries of tables."""
    rng = np.random.default_rng(0)
    books, code, q = rng.normal(size=(16, 256, 8)), rng.integers(256, size=16), rng.normal(size=(16, 8))
    tables = ((books - q[:, None]) ** 2).sum(axis=2)
    rebuilt = books[np.arange(16), code].ravel()
    assert tables[np.arange(16), code].sum() == pytest.approx(((rebuilt - q.ravel()) ** 2).sum())


def test_vectors_filter_after_search():
    """Of ten hits 0.1 have a tag of 1 % on average; 1,000 hits leave ten."""
    tags = np.random.default_rng(0).random(size=(2000, 1000)) < 0.01
    assert tags[:, :10].sum(axis=1).mean() == pytest.approx(0.1, abs=0.02)
    assert tags.sum(axis=1).mean() == pytest.approx(10, abs=0.3)


# long-term-memory


def test_memory_half_life():
    assert math.log(0.5) / math.log(0.995) == pytest.approx(138, abs=0.5)


def test_memory_importance_outweighs():
    """Unscaled, the spread of importance is three times the widest of recency and cosine together."""
    assert (10 - 1) / ((1 - 0) + (1 - -1)) == 3


# rl-driven-tool-selection


def test_tools_masked_gradient():
    """On a toy rollout the exact gradient is the mean of reward times the score of the chosen actions.

    An observation is drawn between the two actions; no term for it is in the gradient.
    """
    rng = np.random.default_rng(0)
    theta = rng.normal(size=(3, 2))
    seen = np.array([[0.3, 0.7], [0.8, 0.2]])
    reward = rng.normal(size=(2, 2, 2))

    def policy(t):
        e = np.exp(t)
        return e / e.sum(axis=1, keepdims=True)

    def value(t):
        p = policy(t)
        return sum(
            p[0, a] * seen[a, o] * p[1 + o, b] * reward[a, o, b]
            for a, o, b in itertools.product(range(2), repeat=3)
        )

    p, gradient = policy(theta), np.zeros((3, 2))
    for a, o, b in itertools.product(range(2), repeat=3):
        chance = p[0, a] * seen[a, o] * p[1 + o, b]
        gradient[0] += chance * reward[a, o, b] * (np.eye(2)[a] - p[0])
        gradient[1 + o] += chance * reward[a, o, b] * (np.eye(2)[b] - p[1 + o])
    assert relative_error(gradient, central_difference(value, theta)) < 1e-6


def test_tools_unmasked_gradient_learns_the_tool_output():
    """Tool tokens kept in the loss push the policy toward the output of rewarded rollouts.

    The tool returns one of two outputs, the rollout is rewarded by 1 after each: the wanted
    gradient is 0, but the term of the tool's tokens moves the policy's own odds to the tool's.
    """
    seen = np.array([0.9, 0.1])
    logits = np.zeros(2)
    for _ in range(2000):
        p = np.exp(logits) / np.exp(logits).sum()
        logits += 0.5 * sum(seen[o] * 1.0 * (np.eye(2)[o] - p) for o in range(2))
    assert np.exp(logits) / np.exp(logits).sum() == pytest.approx(seen, abs=1e-6)


@pytest.mark.parametrize(("without", "limit"), [(0.5, 0.3), (0.95, 0.05)])
def test_tools_worth_of_a_call(without, limit):
    """A call pays if its cost is less than the gain in probability; no tool gains more than up to 1."""
    best = 0.8 if without == 0.5 else 1.0
    for c in (limit - 0.01, limit + 0.01):
        assert (best - c > without) == (c < limit)


def test_tools_bonus_pays_useless_calls():
    """With a bonus of 0.1 a call that changes nothing raises the reward."""
    chance = 0.7
    assert chance + 0.1 * 3 > chance + 0.1 * 2 > chance


def test_tools_equal_credit():
    """One reward at the end gives all six calls of a failed rollout the same negative advantage."""
    rewards = np.array([1.0, 0.0, 1.0, 0.0])
    advantage = (rewards - rewards.mean()) / rewards.std()
    assert np.repeat(advantage[1], 6).tolist() == [-1] * 6


# agent-feedback-loops


def test_feedback_half_of_the_score_is_error():
    """The mean of t, given t + e = s, is s / 2 for equal variances, by integration."""

    def density(t, s):
        return stats.norm.pdf(t) * stats.norm.pdf(s - t)

    for s in (0.5, 2.0, 3.0):
        total = integrate.quad(density, -10, 10, args=(s,))[0]
        mean = integrate.quad(lambda t, s=s: t * density(t, s), -10, 10)[0] / total
        assert mean == pytest.approx(s / 2)


def test_feedback_kappa():
    chance = 0.9 * 0.9 + 0.1 * 0.1
    assert chance == pytest.approx(0.82)
    assert (0.9 - chance) / (1 - chance) == pytest.approx(0.44, abs=0.005)


def test_feedback_sign_test():
    assert stats.binomtest(2, 7).pvalue == pytest.approx(0.45, abs=0.005)


# multi-agent-coordination


def test_coordination_channels():
    assert len(list(itertools.combinations(range(8), 2))) == 8 * 7 // 2 == 28
    assert len([(0, i) for i in range(1, 8)]) == 7


def test_coordination_serial_part():
    assert pytest.approx(1.82, abs=0.005) == 1 / (0.4 + 0.6 / 4)
    assert pytest.approx(2.5) == 1 / (0.4 + 0.6 / 1e9)


def test_coordination_shared_errors():
    """Five independent votes give 0.84, fully shared errors 0.7."""
    assert stats.binom.sf(2, 5, 0.7) == pytest.approx(0.84, abs=0.005)
    copies = np.repeat(np.random.default_rng(0).random(size=(200000, 1)) < 0.7, 5, axis=1)
    assert (copies.sum(axis=1) >= 3).mean() == pytest.approx(0.7, abs=0.003)


def test_coordination_lost_update():
    """Without a version check the first of two writes is lost; with one the second writer reads again."""
    for checked, expected in ((False, 1), (True, 2)):
        store = {"version": 0, "count": 0}
        pending = [dict(store), dict(store)]
        while pending:
            read = pending.pop(0)
            if checked and read["version"] != store["version"]:
                pending.append(dict(store))
                continue
            store = {"version": store["version"] + 1, "count": read["count"] + 1}
        assert store["count"] == expected
