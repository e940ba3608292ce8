"""Whether a webhook comes from Samad, unaltered and just now. Python 3.8 or newer, without a library."""

import base64
import hashlib
import hmac
import time

TOLERANCE_S = 5 * 60


def is_from_samad(headers, body, secrets, now=None):
    """headers: a dict with lower-case names; body: the bytes as they came; secrets: those in force, `whsec_…`."""
    names = "webhook-id", "webhook-timestamp", "webhook-signature"
    message_id, timestamp, signatures = (headers.get(name) or "" for name in names)
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    if abs((now or time.time()) - int(timestamp)) > TOLERANCE_S:
        return False
    signed = f"{message_id}.{timestamp}.".encode(errors="replace") + body
    for secret in secrets:
        key = base64.b64decode(secret[len("whsec_"):])
        ours = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        if any(hmac.compare_digest(ours, theirs.encode(errors="replace")) for theirs in signatures.split(" ")):
            return True
    return False
