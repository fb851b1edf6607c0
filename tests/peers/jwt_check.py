"""Checks access tokens with PyJWT, given nothing but the published keys.

Reads one JSON object from standard input, `{"keys": JWKS, "issuer": TEXT, "audience": TEXT, "tokens": [TEXT…]}`, and prints
a list with one object a token: `{"claims": …}`, or `{"refused": NAME OF THE ERROR}`.
"""

import json
import sys

import jwt


def check(token: str, keys: jwt.PyJWKSet, issuer: str, audience: str) -> dict:
    """The claims of a token, read as the documentation of PyJWT tells."""
    try:
        key = keys[jwt.get_unverified_header(token).get("kid")]
        claims = jwt.decode(
            token,
            key,
            algorithms=["EdDSA"],
            issuer=issuer,
            audience=audience,
            options={"require": ["iss", "aud", "sub", "sid", "iat", "exp", "jti"]},
        )
        return {"claims": claims}
    except (jwt.PyJWTError, KeyError) as error:
        return {"refused": type(error).__name__}


def main() -> None:
    asked = json.load(sys.stdin)
    keys = jwt.PyJWKSet.from_dict(asked["keys"])
    json.dump([check(token, keys, asked["issuer"], asked["audience"]) for token in asked["tokens"]], sys.stdout)


main()
