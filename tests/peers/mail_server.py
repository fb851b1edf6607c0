"""A real mail server for the tests: aiosmtpd with TLS and login, and Python's own parser for what arrives.

    mail_server.py FOLDER --encryption starttls|tls --port PORT --username NAME --password WORD

Makes a certification authority and a certificate for `localhost` in FOLDER (`ca.pem` is the one to trust),
prints `ready`, and appends to FOLDER/mail.jsonl what it took, one message a line, parsed.
"""

import argparse
import asyncio
import datetime
import ipaddress
import json
import logging
import ssl
import warnings
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def make_certificates(folder: Path) -> None:
    """A certification authority nobody else knows, and a certificate it signed."""
    today = datetime.datetime.now(datetime.timezone.utc)
    begin, end = today - datetime.timedelta(days=1), today + datetime.timedelta(days=2)

    def builder(subject, issuer, key):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )

    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "otpd test authority")])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    ca = (
        builder(authority, authority, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        builder(name, authority, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    folder.joinpath("ca.pem").write_bytes(ca.public_bytes(pem))
    folder.joinpath("server.pem").write_bytes(
        certificate.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def parsed(envelope, encrypted: bool) -> dict:
    """What the standard library reads in a message."""
    message = message_from_bytes(envelope.original_content, policy=policy.default)
    parts = {
        part.get_content_type(): {"charset": part.get_content_charset(), "content": part.get_content()}
        for part in message.walk()
        if not part.is_multipart()
    }
    addresses = {name: [str(one) for one in message[name].addresses] for name in ("from", "to")}
    return {
        "envelope_from": envelope.mail_from,
        "envelope_to": envelope.rcpt_tos,
        "encrypted": encrypted,
        "from": addresses["from"],
        "to": addresses["to"],
        "cc": message["cc"],
        "bcc": message["bcc"],
        "subject": message["subject"],
        "message_id": message["message-id"],
        "date": int(message["date"].datetime.timestamp()),
        "content_type": message.get_content_type(),
        "headers": [name.lower() for name in message.keys()],
        "parts": parts,
        "defects": [repr(defect) for part in message.walk() for defect in part.defects],
    }


class Keeper:
    """Takes every message and writes it down."""

    def __init__(self, folder: Path):
        self.ledger = folder / "mail.jsonl"

    async def handle_DATA(self, server, session, envelope):
        encrypted = session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None
        with self.ledger.open("a") as ledger:
            ledger.write(json.dumps(parsed(envelope, encrypted)) + "\n")
        return "250 2.0.0 taken"


async def serve(arguments) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(arguments.folder / "server.pem")
    implicit = arguments.encryption == "tls"

    def authenticate(server, session, envelope, mechanism, data):
        right = LoginPassword(arguments.username.encode(), arguments.password.encode())
        # `handled=False`: the server itself answers 235 or 535.
        return AuthResult(success=isinstance(data, LoginPassword) and data == right, handled=False)

    def session():
        return SMTP(
            Keeper(arguments.folder),
            hostname="localhost",
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=not implicit,
            require_starttls=not implicit,
            tls_context=None if implicit else context,
            enable_SMTPUTF8=True,
        )

    # It warns that a login needs TLS, not knowing that TLS is round the whole connection, and shows refused
    # handshakes, which some tests want.
    warnings.simplefilter("ignore")
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", arguments.port, ssl=context if implicit else None)
    print("ready", flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encryption", choices=["starttls", "tls"], required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--username", required=True)
    parser.add_argument("--password", required=True)
    arguments = parser.parse_args()
    make_certificates(arguments.folder)
    asyncio.run(serve(arguments))


main()
