"""Signs requests as Twilio does, with Twilio's own library.

Reads one JSON object from standard input, `{"token": TEXT, "requests": [{"url": TEXT, "fields": [[NAME, VALUE]…]}…]}`,
and prints the list of signatures.
"""

import json
import sys

from multidict import MultiDict
from twilio.request_validator import RequestValidator


def main() -> None:
    asked = json.load(sys.stdin)
    validator = RequestValidator(asked["token"])
    # `MultiDict` has `getall`, by which the library finds the values of a repeated field.
    signed = [
        validator.compute_signature(one["url"], MultiDict([tuple(field) for field in one["fields"]]))
        for one in asked["requests"]
    ]
    json.dump(signed, sys.stdout)


main()
