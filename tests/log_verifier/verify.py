#!/usr/bin/env python3
"""Checks the log of a sogoc archive from outside: written from pipeline/copies/LOG.md alone, standard library only.
verify.py inclusion PROOF KEY_ID | consistency PROOF KEY_ID REMEMBERED_HEAD | export FILE KEY_ID; ends with 0 or 6."""
import hashlib, json, struct, sys

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF  # P-256, FIPS 186-4
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")  # DER before the point

def need(holds, why):
    if not holds:
        sys.exit(print(f"does not hold: {why}") or 6)

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def add(a, b):
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P

def times(k, point):
    result = None
    while k:
        result, point, k = add(result, point) if k & 1 else result, add(point, point), k >> 1
    return result

def signature_holds(spki, signature, message):
    point = int.from_bytes(spki[27:59], "big"), int.from_bytes(spki[59:], "big")
    if len(spki) != 91 or spki[:27] != SPKI or (point[1] ** 2 - point[0] ** 3 + 3 * point[0] - B) % P:
        return False
    r_end = 4 + signature[3]  # SEQUENCE, length, INTEGER, length, r, INTEGER, length, s
    r, s = int.from_bytes(signature[4:r_end], "big"), int.from_bytes(signature[r_end + 2:], "big")
    if not (0 < r < N and 0 < s < N):
        return False
    w = pow(s, -1, N)
    total = add(times(int.from_bytes(sha(message), "big") * w % N, G), times(r * w % N, point))
    return total is not None and total[0] % N == r

def check_head(head, key_id):
    key, root, ext = (bytes.fromhex(head[k]) for k in ("public_key", "root_hash", "extensions"))
    need(head["v"] == 1 and sha(key).hex() == head["key_id"] == key_id, "the head is not under the published key")
    signed = struct.pack(">QQB", head["timestamp"], head["tree_size"], 32) + root + struct.pack(">H", len(ext)) + ext
    need(signature_holds(key, bytes.fromhex(head["signature"]), signed), "the signature of the head")

def climb(node, last, start, path):  # RFC 9162, 2.1.3.2 and 2.1.4.2: one walk up, for the old and the new root
    old = new = start
    for sibling in map(bytes.fromhex, path):
        need(last > 0, "the proof is too long")
        if node & 1 or node == last:
            old, new = sha(b"\1", sibling, old), sha(b"\1", sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = sha(b"\1", new, sibling)
        node, last = node >> 1, last >> 1
    need(last == 0, "the proof is too short")
    return old.hex(), new.hex()

def tree(leaves):
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1", tree(leaves[:split]), tree(leaves[split:]))

def main(what, file, key_id, remembered=None):
    lines = [json.loads(part) for part in open(file, encoding="utf-8")] if what == "export" else []
    leaves = [sha(b"\0", line["leaf"].encode()) for line in lines if "leaf" in line]
    for head in (line["head"] for line in lines if "head" in line):
        check_head(head, key_id)
        need(0 < head["tree_size"] <= len(leaves), "leaves are missing")
        need(tree(leaves[:head["tree_size"]]).hex() == head["root_hash"], "the leaves do not give the root")
    if what != "export":
        proof = json.load(open(file, encoding="utf-8"))
        head, path, size = proof["head"], proof["path"], proof["head"]["tree_size"]
        check_head(head, key_id)
    if what == "inclusion":
        need(0 <= proof["index"] < size, "no such leaf")
        need(climb(proof["index"], size - 1, sha(b"\0", proof["leaf"].encode()), path)[1] == head["root_hash"], "the root")
        opened = "opening" in proof and sha(bytes.fromhex(proof["opening"]["salt"]), proof["opening"]["private"].encode())
        need(not opened or opened.hex() == json.loads(proof["leaf"])["commitment"], "the opening")
    elif what == "consistency":
        known = json.load(open(remembered, encoding="utf-8"))
        m, root = known["tree_size"], known["root_hash"]
        check_head(known, key_id)
        need((proof["first_size"], proof["first_root"]) == (m, root), "it is about another head than the remembered one")
        need(0 < m <= size and head["timestamp"] >= known["timestamp"], "the head is older than the remembered one")
        path, shift = [root] + path if m & (m - 1) == 0 or m == size else path, (m & -m).bit_length() - 1
        old, new = climb((m - 1) >> shift, (size - 1) >> shift if m < size else 0, bytes.fromhex(path[0]), path[1:])
        need((old, new) == (root, head["root_hash"]), "the log was rewritten after the remembered head")
    print("valid")

main(*sys.argv[1:])
