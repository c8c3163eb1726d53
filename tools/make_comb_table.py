#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Writes simd/impl/base_tables.c, the base point's multiples for lanes: tools/make_comb_table.py > simd/impl/base_tables.c"""

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
COMB_POSITIONS, COMB_ROWS, COMB_STEP = 13, 16, 20
WINDOW_ROWS = 513
TEETH, TEETH_STEP = 8, 32


def add(p, q):
    (x1, y1), (x2, y2) = p, q
    product = D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P)


def base_point():
    y = 4 * pow(5, -1, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x if x % 2 == 0 else P - x, y)


def words(point):
    x, y = point
    return [value % P >> shift & 2**64 - 1 for value in (y + x, y - x, 2 * D * x * y) for shift in (0, 64, 128, 192)]


def print_words(indent, values):
    for i in range(0, len(values), 4):
        print(indent + ", ".join(f"0x{value:016x}" for value in values[i : i + 4]) + ("," if i + 4 < len(values) else ""))


def multiples(step, count, first):
    points = [first]
    while len(points) < count:
        points.append(add(points[-1], step))
    return points


base = base_point()
print("/* SPDX-License-Identifier: ISC */")
print("/* Written by tools/make_comb_table.py. */")
print('#include "simd/impl/base_tables.h"\n')
print("/* clang-format off */")
print("_Alignas(64) const uint64_t sealane_base_comb[BASE_COMB_POSITIONS][12][16] = {")
power = base
for _ in range(COMB_POSITIONS):
    print("    {")
    for column in zip(*map(words, multiples(power, COMB_ROWS, power))):
        print("        {")
        print_words("            ", column)
        print("        },")
    print("    },")
    for _ in range(COMB_STEP):
        power = add(power, power)
print("};\n")
print("_Alignas(64) const uint64_t sealane_base_window[BASE_WINDOW_ROWS][12] = {")
for point in multiples(base, WINDOW_ROWS, (0, 1)):
    print("    {")
    print_words("        ", words(point))
    print("    },")
print("};\n")
print("_Alignas(64) const uint64_t sealane_base_teeth[BASE_TEETH_ROWS][12] = {")
tooth, rows = base, []
for _ in range(TEETH - 1):
    minus = (P - tooth[0], tooth[1])
    rows = [add(row, minus) for row in rows] + [add(row, tooth) for row in rows] if rows else [minus, tooth]
    for _ in range(TEETH_STEP):
        tooth = add(tooth, tooth)
for row in rows:
    print("    {")
    print_words("        ", words(add(row, tooth)))
    print("    },")
print("};\n/* clang-format on */")
