#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Writes core/ref/base_table.h, the multiples of the base point: tools/make_base_table.py > core/ref/base_table.h"""

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
NAF_WIDTH = 7


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


def field(value):
    words = ", ".join(f"0x{value >> shift & 2**64 - 1:016x}" for shift in (0, 64, 128, 192))
    return f"FIELD_OF_64({words})"


def row(points, indent):
    for x, y in points:
        entry = (field((y + x) % P), field((y - x) % P), field(2 * D * x * y % P))
        print(f"{indent}{{" + f",\n{indent} ".join(entry) + "},")


def multiples(first, step, count):
    points = [first]
    while len(points) < count:
        points.append(add(points[-1], step))
    return points


base = base_point()
print("/* SPDX-License-Identifier: ISC */")
print("/* Multiples of the base point B as group_affine: y + x, y - x, 2dxy. Written by tools/make_base_table.py. */")
print("#ifndef SEALANE_REF_BASE_TABLE_H\n#define SEALANE_REF_BASE_TABLE_H\n")
print("/* clang-format off */")
print("/* base_rows[i][j] = (j + 1) 256^i B */\nstatic const group_affine base_rows[32][8] = {")
power = base
for _ in range(32):
    print("    {")
    row(multiples(power, power, 8), "        ")
    print("    },")
    for _ in range(8):
        power = add(power, power)
print("};\n")
print(f"/* base_odd[i] = (2i + 1) B, for digits of width {NAF_WIDTH} */\n#define BASE_NAF_WIDTH {NAF_WIDTH}")
print(f"static const group_affine base_odd[{2**(NAF_WIDTH - 2)}] = {{")
row(multiples(base, add(base, base), 2 ** (NAF_WIDTH - 2)), "    ")
print("};\n/* clang-format on */\n\n#endif")
