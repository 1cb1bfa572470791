# SPDX-License-Identifier: BSD-2-Clause
"""The promises of HACKING.md that a script can check: who includes whom, what portable code calls, no stray system call."""

import re
import subprocess
from pathlib import Path

# The folders that the files of each folder may include; nobody includes upward.
MAY_INCLUDE = {
    "lib": {"lib"},
    "hypervisor/host": {"hypervisor", "hypervisor/host", "hypervisor/xen-pv/next/check.h", "hypervisor/xen-pv/next/layout.h",
                        "hypervisor/xen-pvh/next/check.h", "hypervisor/xen-pvh/next/layout.h", "hypervisor/xen-pvh/next/room.h",
                        "hypervisor/xen-pvh/next/way.h", "hypervisor/xen-pvh/start_info.h", "lib"},
    "hypervisor/xen": {"hypervisor/xen", "lib"},
    "hypervisor/xen-pv": {"hypervisor", "hypervisor/xen", "hypervisor/xen-pv", "lib"},
    "hypervisor/xen-pvh": {"hypervisor", "hypervisor/xen", "hypervisor/xen-pvh", "lib"},
    "hypervisor": {"lib"},
    "pvops/host": {"pvops", "pvops/host", "lib"},
    "pvops/xen": {"pvops", "pvops/xen", "hypervisor/xen", "lib"},
    "pvops": {"pvops", "lib"},
    "libc": {"libc"},
    "unpack": {"unpack", "lib"},
    "fs": {"fs", "unpack", "pvops/disk.h", "pvops/wait.h", "lib"},
    "menu": {"menu", "pvops", "lib"},
    "boot": {"boot", "menu", "fs", "unpack", "pvops", "hypervisor", "lib"},
    "loader": {"loader", "boot", "libc", "menu", "fs", "pvops", "pvops/xen", "hypervisor", "hypervisor/xen", "lib"},
    "bootloader": {"bootloader", "boot", "menu", "fs", "pvops", "pvops/host", "hypervisor", "lib"},
    "libpvboot": {"libpvboot", "boot", "menu", "fs", "pvops", "pvops/host", "hypervisor", "hypervisor/host", "lib"},
    "tool": {"tool", "libpvboot", "boot", "pvops", "pvops/host", "hypervisor", "lib"},
}
SOURCE_SUFFIXES = {".c", ".h", ".S", ".ld", ".py"}
PORTABLE = ["lib", "unpack", "fs", "menu", "boot"]
PORTABLE_FILES = ["pvops/wait"]

# What portable code may call outside of itself: a C library's string functions, and libraries that unpack and sum up.
STRING_FUNCTIONS = set("""memchr memcmp memcpy memmove memset snprintf vsnprintf strcasecmp strchr strcmp strcspn strlen
    strncasecmp strncmp strnlen strrchr strspn strstr __stack_chk_fail _GLOBAL_OFFSET_TABLE_""".split())
LIBRARIES = re.compile(r"inflate|adler32|crc32|lzma_|ZSTD_|LZ4F?_|BZ2_|lzo1x_|crypt_rn|nettle_pbkdf2|nettle_sha256|blake2b")


def run(*command):
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, check=True).stdout.decode()


def folder_of(path):
    """The longest folder of MAY_INCLUDE that holds the file."""
    return max((folder for folder in MAY_INCLUDE if path.startswith(folder + "/")), key=len, default=None)


def is_allowed(folder, target):
    allowed = MAY_INCLUDE[folder]
    return target in allowed or folder_of(target) in allowed


def check_includes():
    wrong = []
    for path in run("git", "ls-files", "*.c", "*.h", "*.S").split():
        folder = folder_of(path)
        for target in re.findall(r'^#include "([^"]+)"', Path(path).read_text(), re.M) if folder else []:
            if not is_allowed(folder, target):
                wrong.append(f"{path} includes {target}")
    return "includes go downward only", not wrong, "\n".join(wrong)


def check_portable_text():
    """No #if and no mutable globals in portable code."""
    wrong = []
    for path in run("git", "ls-files", *(f"{folder}/*.[ch]" for folder in PORTABLE), *(f"{file}.[ch]" for file in PORTABLE_FILES)).split():
        if re.search(r"^\s*#\s*if", Path(path).read_text(), re.M):
            wrong.append(f"{path} has an #if")
    return "portable code has no #if", not wrong, "\n".join(wrong)


def portable_objects(build):
    loader = Path(build) / "loader"
    return [path for folder in PORTABLE for path in (loader / folder).rglob("*.o")] + [loader / f"{file}.o" for file in PORTABLE_FILES]


def check_globals(build):
    """Variables lie in .data and .bss; tables of constant pointers in .data.rel.ro, which is read-only in the loader."""
    wrong = []
    for path in portable_objects(build):
        for line in run("objdump", "-t", path).splitlines():
            variable = re.match(r".* O (\.data|\.bss|\*COM\*)(?!\.rel\.ro)\S*\s+\S+\s+(\S+)$", line)
            if variable:
                wrong.append(f"{path}: {variable[2]}")
    return "portable code has no mutable globals", not wrong, "\n".join(wrong)


def check_library_state(build):
    """Two users of libpvboot in one process must not meet."""
    symbols = run("objdump", "-t", Path(build) / "libpvboot.o")
    wrong = re.findall(r".* O (?:\.data|\.bss|\*COM\*)(?!\.rel\.ro)\S*\s+\S+\s+(?:\.hidden )?(\S+)$", symbols, re.M)
    return "the library has no mutable globals", not wrong, "\n".join(wrong)


def check_symbols(build):
    objects = portable_objects(build)
    defined, needed = set(), {}
    for path in objects:
        for line in run("nm", "-g", path).splitlines():
            words = line.split()
            if words[-2] == "U":
                needed.setdefault(words[-1], path)
            else:
                defined.add(words[-1])
    wrong = [f"{path} needs {name}" for name, path in needed.items()
             if name not in defined and name not in STRING_FUNCTIONS and not LIBRARIES.match(name)]
    return "portable code needs only string functions and unpackers", bool(objects) and not wrong, "\n".join(wrong)


def check_system_calls(build):
    """In a PV kernel `syscall` is a hypercall. Ours is in the trampoline, which is data to the linker."""
    code = run("objdump", "-d", Path(build) / "pvboot-x86_64.debug")
    function, wrong = "", []
    for line in code.splitlines():
        if line.endswith(">:"):
            function = line
        elif re.search(r"\t(syscall|sysenter|int +\$0x80)", line):
            wrong.append(f"{function} {line.strip()}")
    return "no system call is linked", not wrong, "\n".join(wrong)


def check_elf(build):
    """The ELF file has the form that Xen's x86 PV bootloader protocol asks for, and separate segments."""
    headers = run("readelf", "-lW", Path(build) / "pvboot-x86_64.elf")
    flags = re.findall(r"LOAD .* (R E|RW |R  |RWE) 0x", headers)
    return "segments are R-X, R and RW", flags == ["R E", "R  ", "RW "], headers


def check_sections(build):
    """Only sections that the start knows what to do with: constructors are run; thread-local data, for one, would not work."""
    names = re.findall(r"^ +\[ *\d+\] (\.\S+)", run("readelf", "-SW", Path(build) / "pvboot-x86_64.elf"), re.M)
    known = [".text", ".note", ".rodata", ".init_array", ".data", ".bss", ".shstrtab"]
    return "sections are those that are known", names == known, " ".join(names)


def check_constructors(build):
    """The linker has dropped no constructor: libraries crash without theirs."""
    dropped = (Path(build) / "pvboot-x86_64.map").read_text().split("Memory Configuration")[0]
    wrong = re.findall(r"^ \.(?:preinit_array|init_array|ctors).*", dropped, re.M)
    return "constructors are linked", not wrong, "\n".join(wrong)


def needs_licence(path):
    """Source that can hold a comment; what is data is named in .reuse/dep5."""
    return path.suffix in SOURCE_SUFFIXES or path.name == "Makefile" or path.read_bytes()[:2] == b"#!"


def check_licences():
    """Every file's licence is known (reuse.software), and source says its own."""
    files = [Path(path) for path in run("git", "ls-files").split("\n") if path]
    wrong = [str(path) for path in files if path.is_file() and needs_licence(path)
             and "SPDX-License-Identifier: BSD-2-Clause" not in path.read_text()[:200]]
    lint = subprocess.run(["reuse", "lint"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return "licences are named", not wrong and lint.returncode == 0, "\n".join(wrong) + lint.stdout.decode()


def check_manual_pages():
    """mandoc finds nothing; but for names of systems that could be macros, and pages of other packages."""
    lint = subprocess.run(["mandoc", "-T", "lint", *run("git", "ls-files", "man").split()], stdout=subprocess.PIPE, check=False)
    allowed = re.compile(r"consider using OS macro|referenced manual not found|outdated mandoc.db")
    wrong = [line for line in lint.stdout.decode().splitlines() if not allowed.search(line)]
    return "manual pages are well-formed", not wrong, "\n".join(wrong)


def checks(build):
    yield check_includes()
    yield check_portable_text()
    yield check_globals(build)
    yield check_library_state(build)
    yield check_symbols(build)
    yield check_system_calls(build)
    yield check_elf(build)
    yield check_sections(build)
    yield check_constructors(build)
    yield check_licences()
    yield check_manual_pages()
