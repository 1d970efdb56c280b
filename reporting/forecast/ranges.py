"""The range in which four of five months should lie."""

import math
from statistics import NormalDist

SHARE = 0.8
_TAIL = (1 - SHARE) / 2
_LARGE = 150  # from here on the bell curve is as good


def likely_range(mean: float, variance: float) -> tuple[int, int]:
    """The whole numbers between which a count with this mean and variance lies with at least 80%.

    A negative binomial; a Poisson where the variance is no larger than the mean, which is never too narrow.
    """
    if mean <= 0:
        return 0, 0
    if mean > _LARGE:
        reach = NormalDist().inv_cdf(1 - _TAIL) * math.sqrt(max(variance, mean))
        return max(0, math.floor(mean - reach)), math.ceil(mean + reach)
    low, high, below = None, None, 0.0
    for number, chance in enumerate(_chances(mean, variance)):
        below += chance
        if low is None and below > _TAIL:
            low = number
        if below >= 1 - _TAIL:
            high = number
            break
    assert low is not None and high is not None
    return low, high


def _chances(mean: float, variance: float):
    """The chance of 0, 1, 2 and so on."""
    if variance <= mean * (1 + 1e-6):
        chance, number = math.exp(-mean), 0
        while True:
            yield chance
            number += 1
            chance *= mean / number
    size = mean**2 / (variance - mean)
    share = size / (size + mean)
    chance, number = math.exp(size * math.log(share)), 0
    while True:
        yield chance
        chance *= (number + size) / (number + 1) * (1 - share)
        number += 1
