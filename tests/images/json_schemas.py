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
    return exactly(config=MAYBE_TEXT, kind=kinds, default=NUMBER, timeout={"type": "integer", "minimum": -1},
                   others=list_of(PATH), entries=list_of(exactly(**entry)))


FILE_SYSTEM = exactly(type=TEXT, details=TEXT, label=MAYBE_TEXT, uuid=MAYBE_TEXT,
                      subvolumes=list_of(exactly(id=NUMBER, path=PATH, default=anything_of("boolean"))))
DEVICE = exactly(name=TEXT, device=MAYBE_TEXT, size=NUMBER, type=MAYBE_TEXT, partition_label=MAYBE_TEXT, table=MAYBE_TEXT,
                 filesystem={"anyOf": [{"type": "null"}, FILE_SYSTEM]}, contents=TEXT)
NODE = exactly(name=TEXT, type={"enum": ["file", "directory", "link", "other"]}, size=NUMBER, mode=NUMBER, mtime=NUMBER,
               target=MAYBE_TEXT)

SCHEMAS = {"check": menu_of(TRIED), "menu": menu_of(ENTRY), "info": exactly(devices=list_of(DEVICE)),
           "ls": exactly(path=TEXT, entries=list_of(NODE))}
