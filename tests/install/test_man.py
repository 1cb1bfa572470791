# SPDX-License-Identifier: BSD-2-Clause
"""The manual pages: their form, that they name all there is, and that what their examples show works."""

import re
import subprocess
from html.parser import HTMLParser

import pytest
from conftest import BUILD, ROOT, make
from small_kernel import small_kernel

PAGES = {path.name: path for path in sorted((ROOT / "man").iterdir())}


def source(name):
    return PAGES[name].read_text()


def plain(name):
    """As a reader sees it, without bold letters, on one line."""
    done = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=900", PAGES[name]], capture_output=True, text=True, check=True)
    return " ".join(re.sub(".\b", "", done.stdout).split())


def words(paths, pattern):
    """What the pattern finds in the source."""
    found = [word for path in ROOT.glob(paths) for word in re.findall(pattern, path.read_text(), re.M)]
    assert found, f"{paths}: there is nothing like {pattern}"
    return found


def items(name):
    """What the page's lists define, each word of it."""
    heads = re.findall(r"^\.It (.*)$", source(name), re.M)
    return {word for head in heads for word in re.sub(r"\\&|\bIc\b|\bCm\b|\bPa\b|\bAr\b", "", head).replace(",", " ").split()}


# ---- form -----------------------------------------------------------------------------------------


def test_pages_refer_to_each_other():
    for name in PAGES:
        for page, section in re.findall(r"^\.Xr ((?:lib)?pvboot\S*) (\d)", source(name), re.M):
            assert f"{page}.{section}" in PAGES, name


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.targets = []

    def handle_starttag(self, tag, attrs):
        self.targets += [value for key, value in attrs if tag == "a" and key == "href"]


def test_html(tmp_path):
    make("html", f"O={tmp_path}")
    pages = {path.name: path.read_text() for path in (tmp_path / "html").iterdir()}
    assert set(pages) == {f"{name}.html" for name in PAGES}
    for content in pages.values():
        links = Links()
        links.feed(content)
        ours = [target for target in links.targets if target.startswith(("pvboot", "libpvboot"))]
        assert ours and all(target.split("#")[0] in pages for target in ours)


# ---- completeness ---------------------------------------------------------------------------------


def test_every_command_and_option_of_the_tool():
    usage = subprocess.run([BUILD / "pvboot", "--help"], capture_output=True, text=True, check=True).stdout
    for command in re.findall(r"^  ([a-z]\S*)", usage, re.M):
        assert re.search(rf"^\.It Cm {command}\b", source("pvboot.1"), re.M), command
    for option in re.findall(r"^  -(\S+)", usage, re.M):
        assert re.search(rf"^\.It Fl {option}\b", source("pvboot.1"), re.M), option


def test_every_option_of_the_bootloader():
    usage = subprocess.run([BUILD / "pvboot-bootloader", "--help"], capture_output=True, text=True, check=True).stdout
    options = re.findall(r"^ +(?:-\w, )?--([\w-]+)", usage, re.M)
    assert len(options) >= 15
    for option in options:
        assert re.search(rf"^\.It (Fl . , )?Fl \\-{option}\b", source("pvboot-bootloader.8"), re.M) or option == "help", option


def test_every_place_of_a_menu():
    page = plain("pvboot.8")
    for path in words("menu/grammar/grammar.c", r'^    \{"(/[^"]+)", &'):
        assert path in page, path
    for path in words("boot/kernels.c", r'"/(\S+)"[,}]'):
        assert path in page, path


def test_every_word_of_the_host():
    page = source("pvboot.8")
    for word in words("boot/options.c", r'value_of\(word, "(pvboot\.\w+)"\)'):
        assert re.search(rf"^\.It Cm {re.escape(word)}=", page, re.M), word
    for key in ("vm-data/pvboot/entry", "vm-data/pvboot/timeout", "data/pvboot/state", "data/pvboot/entries"):
        assert key in page
        assert key.split("/")[-1] in (ROOT / "boot/host.c").read_text()


def test_every_command_of_a_menu():
    table = re.sub(r'"\s*"', "", (ROOT / "boot/commands/table.c").read_text())
    ignored = set(re.findall(r'\{"([^"]+)", \.help = IGNORED', table))
    known = set(re.findall(r'^    \{"([^"]+)",', table, re.M)) - ignored
    assert len(known) > 60 and len(ignored) > 60
    described = items("pvboot.cfg.5") | {"?", ".", "print"}  # these stand beside what they are the same as
    assert sorted(known - described) == []
    passed_over = re.search(r"passed over:\n((?:\.Ic .*\n)+)", source("pvboot.cfg.5"))[1]
    assert set(passed_over.replace(".Ic", "").replace(" ,", "").replace(" .", "").split()) == ignored


@pytest.mark.parametrize("path,pattern", [
    ("menu/grammar/boot_cfg.c", r'\{"(\w+)", (?:parse_|ignore)'),
    ("menu/grammar/menu_lst.c", r'\{"(\w+)", set_'),
    ("menu/bls/entry.c", r'^        \{"([\w-]+)", &entry'),
    ("menu/bls/loader.c", r'pair\.key, "(\w+)"'),
    ("boot/grub/environment.c", r'get\(grub, "(\w+)"\)'),
], ids=lambda value: value.split("/")[-1] if "/" in value else "")
def test_every_key_of_a_menu(path, pattern):
    page = plain("pvboot.cfg.5")
    for word in words(path, pattern):
        assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", page) or word == "architecture", word


def test_every_keyword_of_extlinux():
    page = plain("pvboot.cfg.5")
    for lines in ("config", "menu", "entry"):
        for word in words(f"menu/extlinux/{lines}_lines.c", r'\{"(\w+)", (?:parse|extlinux)_'):
            assert re.search(rf"\b{word.upper()}\b", page), word


# ---- the library ----------------------------------------------------------------------------------

HEADER = re.sub(r"/\*.*?\*/", "", (ROOT / "libpvboot/pvboot.h").read_text(), flags=re.S)


def prototypes():
    """name: the function's declaration in the header, without blanks that mean nothing."""
    found = re.findall(r"^PVBOOT_API (.*?);", HEADER, re.M | re.S)
    texts = [re.sub(r"(?<=[*(]) | (?=[*)])", "", " ".join(text.split())) for text in found]
    return {re.search(r"(pvboot_\w+)\(", text)[1]: text for text in texts}


def section(name):
    return re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", source("libpvboot.3"), re.M | re.S)[1]


def synopsis():
    """The same of the page."""
    found = re.findall(r"^\.Ft (.*)\n(?:\.Fn (.*)|\.Fo (.*)\n((?:\.Fa .*\n)+)\.Fc)", section("SYNOPSIS"), re.M)
    texts = {}
    for returned, inline, name, arguments in found:
        name, *words = [quoted or word for quoted, word in re.findall(r'"(.*?)"|(\S+)', inline)] if inline else \
            [name, *re.findall(r'^\.Fa "(.*)"', arguments, re.M)]
        texts[name] = re.sub(r"(?<=[*(]) | (?=[*)])", "", f"{returned} {name}({', '.join(words)})")
    return texts


def test_every_function_of_the_library_is_declared():
    assert synopsis() == prototypes() and len(prototypes()) >= 28


def test_every_function_of_the_library_is_described():
    for name, text in prototypes().items():
        assert re.search(rf"^\.Fn {name}\b", section("DESCRIPTION"), re.M), name
        returns = re.search(rf"^\.It (?:Fn \w+ , )*Fn {name}\b", section("RETURN VALUES"), re.M)
        assert bool(returns) == (not re.match(r"void pvboot", text)), name


def test_every_error_of_the_library():
    assert re.findall(r"^\.It Dv (\w+)", section("ERRORS"), re.M) == re.findall(r"^ +(PVBOOT_ERR_\w+) = -", HEADER, re.M)
    for flag in re.findall(r"^ +(PVBOOT_WALK_\w+) =", HEADER, re.M):
        assert f".Dv {flag}" in section("DESCRIPTION")


# ---- examples -------------------------------------------------------------------------------------

SYSTEM = {
    "boot/vmlinuz": small_kernel(), "boot/vmlinuz.old": small_kernel(), "boot/initrd.img": bytes(5000),
    "boot/initrd.img.old": bytes(4000), "netbsd": small_kernel(b"NetBSD"), "onetbsd": small_kernel(b"NetBSD"),
    "etc/hostname": b"guest\n",
}


def make_image(folder, name, files):
    tree = folder / f"{name}.tree"
    for path, contents in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(contents)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "guest", "-d", tree, folder / name, "8M"], check=True)


def menus():
    """(path, how many of its entries boot, text) of each menu in pvboot.cfg(5)."""
    found = re.findall(r'^\.\\" menu: (\S+) (\d+)\n\.Bd -literal.*\n((?:[^.].*\n|\n)+)\.Ed$', source("pvboot.cfg.5"), re.M)
    return [(path, int(count), content) for path, count, content in found]


def test_there_is_an_example_of_each_menu():
    assert {path.rsplit("/", 1)[-1] for path, _, _ in menus()} == {"menu.lst", "grub.cfg", "linux.conf", "boot.cfg", "extlinux.conf"}


@pytest.mark.parametrize("path,count,content", menus())
def test_menus_of_the_page_boot(path, count, content, tmp_path):
    make_image(tmp_path, "guest.img", {**SYSTEM, path[1:]: content.encode()})
    done = subprocess.run([BUILD / "pvboot", "-d", tmp_path / "guest.img", "check"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.count("would boot") == count, done
    assert f"config (hd0){path.replace('/linux.conf', '')}\n" in done.stdout


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    menu = next(content for path, _, content in menus() if path.endswith("menu.lst"))
    make_image(folder, "guest.img", {**SYSTEM, "boot/grub/menu.lst": menu.encode()})
    make_image(folder, "data.img", {"hello": b"from the second disk\n"})
    return folder


def examples(name):
    """(what its output must hold, command) of each example that is a command."""
    return re.findall(r'^\.\\" test: ?(.*)\n\.Dl \$ (.*)$', source(name), re.M)


def test_there_are_examples_of_the_tool():
    assert len(examples("pvboot.1")) >= 6


@pytest.mark.parametrize("expected,command", examples("pvboot.1") + examples("pvboot-bootloader.8"))
def test_commands_of_the_page_work(expected, command, images):
    environment = {"PATH": f"{BUILD}:/usr/sbin:/usr/bin:/sbin:/bin"}
    done = subprocess.run(command, shell=True, cwd=images, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "" and expected in done.stdout, done


def test_words_of_extra_in_the_page_work(images):
    (extra,) = re.findall(r'^\.\\" test: extra\n\.Bd .*\nextra = "(.*)"$', source("pvboot.8"), re.M)
    done = subprocess.run([BUILD / "pvboot", "-d", images / "guest.img", "-x", extra, "check"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "" and ">  1  " in done.stdout
    assert done.stdout.count("console=hvc0 single\n") == 2
