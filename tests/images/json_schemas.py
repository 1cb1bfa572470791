# SPDX-License-Identifier: BSD-2-Clause
"""What `pvboot --json` prints, as JSON schemas (docs/json.md says what it means)."""


def anything_of(*names):
    return {"type": list(names)}


TEXT, NUMBER, MAYBE_TEXT = anything_of("string"), anything_of("integer"), anything_of("string", "null")
PATH = {"type": "string", "pattern": r"^(\([a-z0-9,/_-]+\))?/"}


def exactly(**members):
    """An object with these members, all of them, and no others."""
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def list_of(element):
    return {"type": "array", "items": element}


FILE = {"path": PATH, "size": anything_of("integer", "null")}
ENTRY = {"number": NUMBER, "title": TEXT, "submenu": list_of(TEXT), "id": MAYBE_TEXT}
DOMAIN = {"anyOf": [{"type": "null"}, exactly(boots=anything_of("boolean"), memory=anything_of("integer", "null"), error=MAYBE_TEXT)]}
TRIED = ENTRY | {
    "kernel": {"anyOf": [{"type": "null"}, exactly(path=TEXT, format=MAYBE_TEXT)]}, "initrds": list_of(exactly(**FILE)),
    "modules": list_of(exactly(**FILE, arguments=TEXT)), "arguments": TEXT, "boots": anything_of("boolean"), "pv": DOMAIN, "pvh": DOMAIN,
    "errors": list_of(TEXT)}


def menu_of(entry):
    kinds = {"enum": ["menu.lst", "boot.cfg", "grub.cfg", "bls", "extlinux", None]}
    return exactly(config=MAYBE_TEXT, kind=kinds, default=NUMBER, timeout={"type": "integer", "minimum": -1}, errors=list_of(TEXT),
                   others=list_of(PATH), entries=list_of(exactly(**entry)))


FILE_SYSTEM = exactly(type=TEXT, details=TEXT, label=MAYBE_TEXT, uuid=MAYBE_TEXT,
                      subvolumes=list_of(exactly(id=NUMBER, path=PATH, default=anything_of("boolean"))))
DEVICE = exactly(name=TEXT, device=MAYBE_TEXT, format=MAYBE_TEXT, size=NUMBER, type=MAYBE_TEXT, partition_label=MAYBE_TEXT, table=MAYBE_TEXT,
                 filesystem={"anyOf": [{"type": "null"}, FILE_SYSTEM]}, contents=TEXT)
TYPES = ["file", "directory", "link", "pipe", "character device", "block device", "socket", "other"]
NODE = exactly(name=TEXT, path=PATH, type={"enum": TYPES}, size=NUMBER, mode=NUMBER, owner=NUMBER, group=NUMBER, links=NUMBER,
               inode=NUMBER, mtime=NUMBER, mtime_nanoseconds=NUMBER, target=MAYBE_TEXT,
               device={"anyOf": [{"type": "null"}, exactly(major=NUMBER, minor=NUMBER)]})
LISTING = {"path": TEXT, "entries": list_of(NODE), "errors": list_of(TEXT)}
CHANGE = exactly(field={"enum": ["type", "mode", "owner", "group", "target", "major", "minor", "size", "bytes"]}, first=TEXT, second=TEXT)
DIFFERENCE = exactly(path=PATH, where={"enum": ["first", "second", "both"]}, changes=list_of(CHANGE))

SCHEMAS = {
    "check": menu_of(TRIED), "menu": menu_of(ENTRY), "info": exactly(devices=list_of(DEVICE), errors=list_of(TEXT)),
    "ls": exactly(**LISTING), "tree": exactly(**LISTING), "find": exactly(**LISTING, pattern=TEXT),
    "stat": exactly(path=TEXT, node={"anyOf": [{"type": "null"}, NODE]}, errors=list_of(TEXT)),
    "hexdump": exactly(path=TEXT, size=NUMBER, offset=NUMBER, bytes={"type": "string", "pattern": "^([0-9a-f]{2})*$"},
                       errors=list_of(TEXT)),
    "extract": exactly(path=TEXT, target=TEXT, files=NUMBER, directories=NUMBER, links=NUMBER, hard_links=NUMBER, special=NUMBER, skipped=NUMBER,
                       bytes=NUMBER, errors=list_of(TEXT)),
    "diff": exactly(images={"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}, differences=list_of(DIFFERENCE),
                    errors=list_of(TEXT))}
