# SPDX-License-Identifier: ISC
"""libsealane-sodium.so exports whole families of libsodium's ABI, and nothing else: what libsodium exports is served here, or is of
a family that is left to libsodium, or is named below. usage: symbols.py NM READELF LIBSEALANE_SODIUM [LIBSODIUM]"""
import re
import subprocess
import sys

nm, readelf, ours_path, *sodium_path = sys.argv[1:]

# What is served: every function whose name fits.
SERVED = re.compile(
    r"crypto_aead_(x?chacha20poly1305_ietf|aes256gcm|aegis128l|aegis256)_\w+|crypto_secretbox(_\w+)?|crypto_box(_\w+)?|crypto_sign(_\w+)?"
    r"|crypto_scalarmult(_curve25519)?(_(base|bytes|scalarbytes|primitive))?"
    r"|crypto_hash(_(bytes|primitive))?|crypto_hash_sha(256|512)(_\w+)?|crypto_auth(_\w+)?|crypto_kdf_hkdf_\w+")
# Of these families, but operations of their own that share no state or format with the rest: libsodium's alone.
LEFT = {"crypto_sign_ed25519_pk_to_curve25519", "crypto_sign_ed25519_sk_to_curve25519", "crypto_sign_edwards25519sha512batch",
        "crypto_sign_edwards25519sha512batch_keypair", "crypto_sign_edwards25519sha512batch_open"}


def symbols(path):
    """Names and kinds of what a library exports."""
    listing = subprocess.run([nm, "-D", "--defined-only", path], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1]: line.split()[-2] for line in listing.splitlines()}


ours = symbols(ours_path)
problems = [f"exported with kind {kind}: {name}" for name, kind in ours.items() if kind != "T"]
problems += [f"exported, of no family that is served: {name}" for name in ours if not SERVED.fullmatch(name) or name in LEFT]
needed = re.findall(r"\(NEEDED\).*\[(.*)\]", subprocess.run([readelf, "-d", ours_path], check=True, capture_output=True, text=True).stdout)
problems += [f"needs {name}" for name in needed if not re.match(r"(libc|ld-linux[\w-]*)\.so\.", name)]

if sodium_path:
    theirs = symbols(sodium_path[0])
    due = {name for name in theirs if SERVED.fullmatch(name)} - LEFT
    problems += [f"half a family: libsodium has {name}" for name in sorted(due - set(ours))]
    problems += [f"libsodium has no {name}" for name in sorted(set(ours) - set(theirs))]
    problems += [f"no longer in libsodium: {name}" for name in sorted(LEFT - set(theirs))]
    left = set(theirs) - set(ours)
    data = sorted(name for name in left if theirs[name] in "BDR")
    print(f"libsodium exports {len(theirs)} symbols: {len(set(theirs) & set(ours))} served, {len(left)} left to it, of which data: {', '.join(data)}")
else:
    print("libsodium was not found: its symbols were not compared")
for problem in problems:
    print(problem)
sys.exit(bool(problems) or not ours)
