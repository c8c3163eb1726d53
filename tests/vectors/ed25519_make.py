#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Writes ed25519_model.h: Ed25519 cases at the edges of both acceptance rules, with the verdicts of a slow model.

The model is plain integers and the textbook affine group law; it shares nothing with the library. Run it without
arguments in its own folder; it draws everything from SHA-512 of fixed labels, so that it always writes the same file.

Rules (A public key, R and S the signature, h = SHA-512(R, A, M) mod L):
  both          S < L; A canonical, on the curve, not of small order
  cofactorless  R not of small order; enc(S B - h A) = R as bytes
  cofactored    R, y taken mod p, on the curve and not of small order; 8 (R - (S B - h A)) = 0
"""
import hashlib
import os

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
ZERO = (0, 1)


def number(*label):
    """A number below L that depends on the label alone."""
    return int.from_bytes(hashlib.sha512(repr(label).encode()).digest(), "little") % L


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def neg(a):
    return -a[0] % P, a[1]


def mul(k, a):
    r = ZERO
    while k:
        if k & 1:
            r = add(r, a)
        a = add(a, a)
        k >>= 1
    return r


def bytes32(k):
    return k.to_bytes(32, "little")


def enc(a):
    return bytes32(a[1] | (a[0] & 1) << 255)


def dec(s, canonical=True):
    """The point, or None; without `canonical`, y is taken mod P and the sign of x = 0 is not looked at."""
    y = int.from_bytes(s, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if canonical and y >= P:
        return None
    y %= P
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * ROOT_OF_MINUS_1 % P
    if x * x % P != xx:
        return None
    return (x if x & 1 == sign else -x % P), y


def small(a):
    return mul(8, a) == ZERO


def hash_mod_l(R, A, m):
    return int.from_bytes(hashlib.sha512(R + A + m).digest(), "little") % L


def equation(A, R, S, h):
    """Verdicts of the two equations alone, for what has passed the byte rules."""
    q = add(mul(S, B), neg(mul(h, dec(A))))
    r = dec(R, canonical=False)
    return int(enc(q) == R), int(r is not None and mul(8, add(r, neg(q))) == ZERO)


def verdicts(A, sig, m):
    R, S = sig[:32], int.from_bytes(sig[32:], "little")
    a, r = dec(A), dec(R, canonical=False)
    if S >= L or a is None or small(a):
        return 0, 0
    if r is not None and small(r):
        return 0, 0
    return equation(A, R, S, hash_mod_l(R, A, m))


B = dec(bytes32(4 * pow(5, -1, P) % P))
assert mul(L, B) == ZERO


def torsion_generator():
    y = 2
    while True:
        a = dec(bytes32(y))
        if a is not None:
            t = mul(L, a)
            if mul(4, t) != ZERO:
                return t
        y += 1


T = torsion_generator()
TORSION = [mul(k, T) for k in range(8)]


def small_order_encodings():
    """Every 32-byte string that decodes, y taken mod P, to a point of small order."""
    ys = {y for _, y in TORSION}
    out = []
    for y in sorted(ys | {y + P for y in ys if y + P < 2**255}):
        for sign in (0, 1):
            out.append(bytes32(y | sign << 255))
    return out


SMALL = small_order_encodings()


def point_of(s):
    return dec(s, canonical=False)


def sign_as(a, A, r, R, m):
    return R + bytes32((r + hash_mod_l(R, A, m) * a) % L)


def message(*label):
    return hashlib.sha512(repr(label).encode()).digest()[: 1 + number(*label) % 40]


signatures = []


def emit(note, A, sig, m):
    signatures.append((note, A, sig, m, *verdicts(A, sig, m)))


def first(note, want, make, tries=80):
    """The first of `make(0)`, `make(1)`, ... whose cofactorless equation comes out as wanted."""
    for i in range(tries):
        A, sig, m = make(i)
        h = hash_mod_l(sig[:32], A, m)
        r, a = point_of(sig[:32]), point_of(A)
        q = add(mul(int.from_bytes(sig[32:], "little"), B), neg(mul(h, a)))
        if (q == r) == want:
            emit(note, A, sig, m)
            return


def torsion_pairs():
    for ta in range(8):
        for tr in range(8):
            a, r = number("a", ta, tr), number("r", ta, tr)
            A, R = enc(add(mul(a, B), TORSION[ta])), enc(add(mul(r, B), TORSION[tr]))

            def make(i):
                m = message("torsion", ta, tr, i)
                return A, sign_as(a, A, r, R, m), m

            for want in (True, False):
                first(f"A + {ta} T, R + {tr} T, torsion {'cancels' if want else 'stays'}", want, make)


def small_orders():
    for k, s in enumerate(SMALL):
        r = number("small A", k)
        R = enc(mul(r, B))
        for want in (True, False):
            first(f"A of small order, encoding {k}, equation {'holds' if want else 'is off by torsion'}", want,
                  lambda i: (s, R + bytes32(r), message("small A", k, i)))
        a = number("small R", k)
        A = enc(add(mul(a, B), T))
        for want in (True, False):
            first(f"R of small order, encoding {k}, equation {'holds' if want else 'is off by torsion'}", want,
                  lambda i: (A, sign_as(a, A, 0, s, m := message("small R", k, i)), m))
    for k, s in enumerate(SMALL):
        first(f"A and R of small order, encoding {k}", True, lambda i: (s, SMALL[i % len(SMALL)] + bytes32(0), message("both", k, i)))


def odd_bytes():
    a, r = number("odd a"), number("odd r")
    A, R = enc(mul(a, B)), enc(mul(r, B))
    m = message("odd")
    good = sign_as(a, A, r, R, m)
    emit("good", A, good, m)
    S = int.from_bytes(good[32:], "little")
    for k in range(1, 16):
        if S + k * L < 2**256:
            emit(f"S + {k} L", A, R + bytes32(S + k * L), m)
    for S in (0, 1, L - 1, L, L + 1, 2**252, 2**253 - 1, 2**253, 2**255, 2**256 - 1):
        emit(f"S = {S:#x}", A, R + bytes32(S), m)
    for k in range(19):
        for sign in (0, 1):
            s = bytes32(P + k | sign << 255)
            emit(f"A = p + {k}, sign {sign}", s, sign_as(a, s, r, R, m), m)
            emit(f"R = p + {k}, sign {sign}", A, sign_as(a, A, r, s, m), m)
    off = [y for y in range(2, 200) if dec(bytes32(y)) is None][:6]
    for y in off:
        s = bytes32(y)
        emit(f"A off the curve, y = {y}", s, sign_as(a, s, r, R, m), m)
        emit(f"R off the curve, y = {y}", A, sign_as(a, A, r, s, m), m)
    for bit in (0, 7, 100, 254, 255):
        flipped = bytes32(int.from_bytes(R, "little") ^ 1 << bit)
        emit(f"R with bit {bit} flipped", A, flipped + good[32:], m)
    emit("R negated", A, sign_as(a, A, r, enc(neg(mul(r, B))), m), m)


equations = []


def emit_equation(note, A, R, S, h):
    equations.append((note, A, R, bytes32(S % L), bytes32(h % L), *equation(A, R, S % L, h % L)))


def free_equations():
    """With h free, R may be any point: also those of which nobody knows the logarithm, in encodings that are not canonical."""
    for k in range(19):
        for sign in (0, 1):
            for y, kind in ((P + k, "p + "), (k, "")):
                R = bytes32(y | sign << 255)
                r = dec(R, canonical=False)
                if r is None or small(r):
                    continue
                S, h = number("free S", k, sign), number("free h", k, sign)
                # A = (S B - R) / h, plus a point that h takes to the torsion of R.
                q = mul(pow(h, -1, L), mul(8 * pow(8, -1, L), add(mul(S, B), neg(r))))
                for t in range(8):
                    A = add(q, TORSION[t])
                    if small(A):
                        continue
                    if t in (0, 3) or add(mul(S, B), neg(mul(h, A))) == r:
                        emit_equation(f"R = {kind}{k}, sign {sign}, A + {t} T", enc(A), R, S, h)
    # Operands that meet equal, opposite and neutral points on the way.
    edges = [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 255, 256, 2**51 - 1, 2**51, 2**128 - 1, 2**128, 2**251, 2**252 - 1, 2**252,
             L // 2, L // 2 + 1, L - 16, L - 2, L - 1]
    bases = [("B", B), ("-B", neg(B)), ("B + T", add(B, T)), ("-B + 4 T", add(neg(B), TORSION[4])), ("B / 2", mul((L + 1) // 2, B)),
             ("16 B", mul(16, B)), ("2^128 B", mul(2**128, B)), ("a B", mul(number("base"), B))]
    for i, S in enumerate(edges):
        for j, (name, A) in enumerate(bases):
            h = edges[(5 * i + 3 * j) % len(edges)]
            for hh, what in ((h, ""), ((S, " = S"), (-S, " = -S"))[(i + j) % 2]):
                q = add(mul(S, B), neg(mul(hh % L, A)))
                if small(q):
                    emit_equation(f"S = {S:#x}, h{what}, A = {name}: R = B, equation gives small order", enc(A), enc(B), S, hh)
                else:
                    emit_equation(f"S = {S:#x}, h{what}, A = {name}: holds", enc(A), enc(q), S, hh)
                    if what == "" and (i + j) % 4 == 0:
                        emit_equation(f"S = {S:#x}, A = {name}: off by torsion {1 + (i + j) % 7} T", enc(A),
                                      enc(add(q, TORSION[1 + (i + j) % 7])), S, hh)
                        emit_equation(f"S = {S:#x}, A = {name}: R negated", enc(A), enc(neg(q)), S, hh)
                        emit_equation(f"S = {S:#x}, A = {name}: off by B", enc(A), enc(add(q, B)), S, hh)


def keys():
    refused = [(f"small order, encoding {k}", s) for k, s in enumerate(SMALL)]
    refused += [(f"y = p + {k}, sign {sign}", bytes32(P + k | sign << 255)) for k in range(2, 19) for sign in (0, 1)]
    accepted = []
    for y in list(range(2, 40)) + [P - k for k in range(2, 40)]:
        for sign in (0, 1):
            s = bytes32(y | sign << 255)
            name = f"y = {y if y < 40 else f'p - {P - y}'}, sign {sign}"
            (refused if dec(s) is None else accepted).append((name, s))
    for k in range(8):
        accepted.append((f"a B + {k} T", enc(add(mul(number("key", k), B), TORSION[k]))))
    return refused, accepted


def c_hex(data):
    return '"' + data.hex() + '"'


def main():
    torsion_pairs()
    small_orders()
    odd_bytes()
    free_equations()
    refused, accepted = keys()
    lines = [
        "/* SPDX-License-Identifier: ISC */",
        "/* Written by ed25519_make.py, which says what the rules are. Do not edit. */",
        "#ifndef SEALANE_TESTS_VECTORS_ED25519_MODEL_H",
        "#define SEALANE_TESTS_VECTORS_ED25519_MODEL_H",
        "",
        "/* clang-format off */",
        "static const struct {",
        "    const char *note, *public_key, *signature, *message;",
        "    unsigned char cofactorless, cofactored; /* verdicts */",
        "} ed25519_model_signatures[] = {",
    ]
    for note, A, sig, m, plain, cofactored in signatures:
        lines.append(f'    {{"{note}", {c_hex(A)}, {c_hex(sig)}, {c_hex(m)}, {plain}, {cofactored}}},')
    lines += ["};", "", "/* For a kernel's equation, where h is an operand of its own. */", "static const struct {",
              "    const char *note, *A, *R, *S, *h;", "    unsigned char cofactorless, cofactored;",
              "} ed25519_model_equations[] = {"]
    for note, A, R, S, h, plain, cofactored in equations:
        lines.append(f'    {{"{note}", {c_hex(A)}, {c_hex(R)}, {c_hex(S)}, {c_hex(h)}, {plain}, {cofactored}}},')
    lines += ["};", "", "/* Public keys that both rules refuse, and such as they take. */", "static const struct {",
              "    const char *note, *key;", "    unsigned char good;", "} ed25519_model_keys[] = {"]
    for good, rows in ((0, refused), (1, accepted)):
        for note, s in rows:
            lines.append(f'    {{"{note}", {c_hex(s)}, {good}}},')
    lines += ["};", "/* clang-format on */", "", "#endif", ""]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ed25519_model.h"), "w", encoding="ascii") as f:
        f.write("\n".join(lines))
    for name, rows in (("signatures", signatures), ("equations", equations)):
        count = {}
        for row in rows:
            count[row[-2:]] = count.get(row[-2:], 0) + 1
        print(name, len(rows), "by verdict (cofactorless, cofactored):", count)
    print("keys", len(refused), "refused,", len(accepted), "accepted")


if __name__ == "__main__":
    main()
