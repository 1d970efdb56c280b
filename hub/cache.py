from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError


class ForgivingRedisCache(RedisCache):
    """A cache that is away is an empty cache: no page fails because Redis does."""

    def get(self, *args, **kwargs):
        default = args[1] if len(args) > 1 else kwargs.get("default")
        return self._forgive(super().get, default, *args, **kwargs)

    def add(self, *args, **kwargs):
        return self._forgive(super().add, True, *args, **kwargs)

    def set(self, *args, **kwargs):
        return self._forgive(super().set, None, *args, **kwargs)

    def touch(self, *args, **kwargs):
        return self._forgive(super().touch, False, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._forgive(super().delete, False, *args, **kwargs)

    def incr(self, *args, **kwargs):
        return self._forgive(super().incr, 1, *args, **kwargs)

    def get_many(self, *args, **kwargs):
        return self._forgive(super().get_many, {}, *args, **kwargs)

    def set_many(self, *args, **kwargs):
        return self._forgive(super().set_many, [], *args, **kwargs)

    @staticmethod
    def _forgive(call, otherwise, *args, **kwargs):
        try:
            return call(*args, **kwargs)
        except RedisError:
            return otherwise
