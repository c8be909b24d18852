"""Prints the data-signature of an order: TRENTE_KEY=… python3 sign.py SURVEY ORDER. docs/wire-format.md has the layout."""
import base64, datetime, hmac, os, re, sys

def trente_signature(key: str, survey: str, order: str) -> str:
    order = re.sub(r"^[\s\u200b\ufeff\u2060]+|[\s\u200b\ufeff\u2060]+$", "", order)
    mac = lambda *parts: hmac.digest(bytes.fromhex(key), b"".join(parts), "sha256")
    today = datetime.datetime.now(datetime.timezone.utc)
    epoch = ((today.year - 2024) * 12 + today.month - 1).to_bytes(2, "big")
    response = mac(b"trente1:rid", bytes.fromhex(survey), order.encode())[:8]
    tag = mac(b"trente1:tag", bytes.fromhex(survey), response, epoch)[:10]
    return base64.urlsafe_b64encode(response + epoch + tag).rstrip(b"=").decode()

print(trente_signature(os.environ["TRENTE_KEY"], sys.argv[1], sys.argv[2]))
