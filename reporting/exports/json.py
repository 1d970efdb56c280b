import json


def canonical_json(document: dict) -> str:
    """The one way to write a document: keys sorted, no white space, UTF-8, no line break at the end.

    A signed return's hash is the SHA-256 of exactly these bytes, so anyone can check a file with `sha256sum`.
    """
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
