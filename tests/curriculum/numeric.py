"""What the checks of the study material share: a numeric derivative and a relative error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def central_difference(f: Callable[[Any], Any], x: Any, h: float = 1e-5) -> Any:
    """Give the derivative of f at x; its shape is that of f(x), then that of x."""
    x = np.array(x, dtype=float)
    columns = []
    for place in np.ndindex(x.shape):
        here = x[place]
        x[place] = here + h
        after = np.array(f(x), dtype=float)
        x[place] = here - h
        before = np.array(f(x), dtype=float)
        x[place] = here
        columns.append((after - before) / (2 * h))
    out = np.stack(columns, axis=-1)
    return out.reshape(out.shape[:-1] + x.shape)


def relative_error(a: Any, b: Any) -> float:
    """Give the largest difference of a and b, as a part of the largest entry of b."""
    return float(np.max(np.abs(np.asarray(a) - np.asarray(b))) / np.max(np.abs(np.asarray(b))))
