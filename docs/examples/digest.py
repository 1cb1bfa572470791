#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""digest.py IMAGE PATH: the SHA-256 of each file below a folder of a disk image, as sha256sum has it."""

import ctypes
import hashlib
import sys

FILE, DEEP, PIECE = 1, 1, 1 << 20


class Node(ctypes.Structure):  # the beginning of struct pvboot_node
    _fields_ = [("path", ctypes.c_char_p), ("below", ctypes.c_char_p), ("name", ctypes.c_char_p), ("type", ctypes.c_int)]


pvboot = ctypes.CDLL("libpvboot.so.0")
pvboot.pvboot_new.restype = ctypes.c_void_p
pvboot.pvboot_message.restype = ctypes.c_char_p
pvboot.pvboot_file_read.restype = ctypes.c_int64


def checked(disks, result):
    if result < 0:
        sys.exit(pvboot.pvboot_message(disks, ctypes.c_size_t(0)).decode(errors="replace"))
    return result


def digest(disks, walk):
    file, buffer, found, offset = ctypes.c_void_p(), ctypes.create_string_buffer(PIECE), hashlib.sha256(), 0
    checked(disks, pvboot.pvboot_walk_file(walk, ctypes.byref(file)))
    while count := checked(disks, pvboot.pvboot_file_read(file, ctypes.c_uint64(offset), buffer, ctypes.c_size_t(PIECE))):
        found.update(buffer.raw[:count])
        offset += count
    pvboot.pvboot_file_close(file)
    return found.hexdigest()


disks, walk, node = ctypes.c_void_p(pvboot.pvboot_new()), ctypes.c_void_p(), ctypes.POINTER(Node)()
checked(disks, pvboot.pvboot_add(disks, sys.argv[1].encode(), None, 0))
checked(disks, pvboot.pvboot_walk_open(disks, sys.argv[2].encode(), DEEP, ctypes.byref(walk)))
while checked(disks, pvboot.pvboot_walk_next(walk, ctypes.byref(node))) > 0:
    if node.contents.type == FILE:
        print(digest(disks, walk), "", node.contents.below.decode(errors="surrogateescape"))
