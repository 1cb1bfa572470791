# SPDX-License-Identifier: BSD-2-Clause
"""grub.cfg's menus, key by key: submenus, hotkeys, the editor, and what is wrong with a script."""

import subprocess

import pytest
from terminal import DOWN, ENTER, ESCAPE, UP, control

MENU = """set timeout=60
menuentry "First" --hotkey f --id one {
    set words="a b"
\tif [ -n "$words" ]; then
\t\tlinux /boot/kernel first $words
\tfi
\tinitrd /boot/initrd
}
submenu "More of them" --id more {
    menuentry "Second" { linux /boot/kernel second }
    submenu "Deeper" { menuentry "Third" { linux /boot/kernel third of $chosen } }
}
menuentry "Windows" { chainloader +1 }
"""


def test_submenus_open_and_close(menu):
    terminal = menu(MENU)
    terminal.shows("> First", "More of them", "Windows", "Booting in")
    terminal.press(DOWN, ENTER)
    terminal.shows("pvboot: More of them", "> Second", "Deeper")
    terminal.press(DOWN, ENTER)
    terminal.shows("pvboot: Deeper", "> Third")
    terminal.press(ESCAPE)
    terminal.shows("> Deeper")
    terminal.press(ESCAPE)
    terminal.shows("> More of them")
    terminal.press(ENTER, DOWN, ENTER, ENTER)
    terminal.shows("command  third of more>Deeper>Third")
    assert terminal.end() == 0


def test_hotkey_boots(menu):
    terminal = menu("menuentry x { linux /boot/nothing }\n" + MENU)
    terminal.shows("> x")
    terminal.press("f")
    terminal.shows("command  first a b", "initrd   4 KiB")


def test_default_in_a_submenu_boots(menu):
    terminal = menu("default='more>Deeper>0'\n" + MENU.replace("60", "1"))
    terminal.shows("command  third of more>Deeper>Third")


def test_entry_of_another_system_says_why(menu):
    terminal = menu(MENU)
    terminal.press(UP, DOWN, DOWN, ENTER)
    terminal.shows("(hd0)/boot/grub/grub.cfg:13: chainloader: it starts another boot loader", "> Windows")


def test_editor_changes_a_script(menu):
    terminal = menu(MENU)
    terminal.press("e")
    terminal.shows("pvboot: editing", '> set words="a b"', 'if [ -n "$words" ]; then', "linux /boot/kernel first $words",
                   "initrd /boot/initrd")
    terminal.press("e", control("U"), "words='x y z'", ENTER)
    terminal.shows("b boots", "> words='x y z'")
    terminal.press("b")
    terminal.shows("command  first x y z", "initrd   4 KiB")


def test_editor_comes_back_after_a_wrong_change(menu):
    terminal = menu(MENU)
    terminal.press("e", "e", control("U"), "if true", ENTER, "b")
    terminal.shows("(edited):", "expected", "Press a key to edit")
    terminal.press(" ")
    terminal.shows("pvboot: editing", "> if true")


def test_what_comes_before_a_wrong_line_is_there(menu):
    terminal = menu(MENU + "menuentry 'Bad' {\n  linux 'no end\n")
    terminal.shows("(hd0)/boot/grub/grub.cfg:15:9: ", "> First", "Windows")


def test_a_file_that_is_not_there_is_a_line(menu):
    terminal = menu("source /boot/grub/custom.cfg\n" + MENU)
    terminal.shows('(hd0)/boot/grub/custom.cfg: there is no "custom.cfg"', "> First", "Booting in")


def test_script_without_an_end(menu):
    terminal = menu(MENU + "while true; do x=1; done\n")
    terminal.shows("grub.cfg:14: too many commands have run: a loop without an end", "> First")


def test_failed_entry_leaves_no_trace(menu):
    terminal = menu("x=good\nmenuentry A { x=bad; linux /boot/$x }\nmenuentry B { linux /boot/kernel $x }\n")
    terminal.press(ENTER)
    terminal.shows('there is no "bad"', "> A")
    terminal.press(DOWN, ENTER)
    terminal.shows("command  good")


def test_commands_without_entries_boot(menu):
    terminal = menu("# no menuentry\nlinux /boot/kernel plain\ninitrd /boot/initrd\nboot\n")
    terminal.shows("command  plain", "initrd   4 KiB")


def test_another_config_is_opened_at_once(menu):
    stub = "# not even one menuentry\nsearch --label --set=dev test\nset prefix=($dev)/other\nconfigfile $prefix/grub.cfg\n"
    terminal = menu(stub, {"other/grub.cfg": MENU})
    terminal.shows("(hd0)/other/grub.cfg", "> First")


LEGACY = "timeout 60\ntitle Old\nkernel /boot/{} old\n"


@pytest.mark.parametrize("kernel,config", [("kernel", "menu.lst"), ("gone", "grub.cfg")])
def test_menu_lst_beside_grub_cfg(disk, start, kernel, config):
    """A menu.lst counts, unless none of its kernels is there any more."""
    terminal = start(disk({"boot/grub/menu.lst": LEGACY.format(kernel), "boot/grub/grub.cfg": MENU}))
    terminal.shows(f"(hd0)/boot/grub/{config} \n", "Booting in", "is there, too: m lists all menus")
    said = "(hd0)/boot/grub/menu.lst names no kernel that is there: /boot/grub/grub.cfg counts"
    assert terminal.has(said) == (config == "grub.cfg")


def test_menu_of_all_menus(disk, start):
    files = {"boot/grub/menu.lst": LEGACY.format("kernel"), "boot/grub/grub.cfg": MENU,
             "boot/extlinux.conf": "PROMPT 1\nLABEL ext\nLINUX kernel\nAPPEND ext\n", "EFI/some/grub.cfg": "configfile /boot/grub/grub.cfg"}
    terminal = start(disk(files), disk({"boot.cfg": "menu=Boot:boot hd1a:/boot/kernel bsd\ntimeout=50\n"}))
    terminal.shows("> Old")
    terminal.press("m")
    terminal.shows("(all menus)", "> (hd0)/boot/grub/menu.lst", "(hd0)/boot/grub/grub.cfg", "(hd0)/boot/extlinux.conf", "(hd1)/boot.cfg",
                   "(hd0)/EFI/some/grub.cfg")
    terminal.press(DOWN, ENTER)
    terminal.shows("(hd0)/boot/grub/grub.cfg \n", "> First")
    terminal.press("m", DOWN, DOWN, DOWN, DOWN, ENTER)  # EFI's
    terminal.shows("(hd0)/boot/grub/grub.cfg \n", "> First")
    terminal.press("m", DOWN, DOWN, ENTER)
    terminal.shows("(hd0)/boot/extlinux.conf \n", "> ext")
    terminal.press(ENTER)
    terminal.shows("command  ext")


def test_disabled_entry_says_why(disk, start):
    """MENU DISABLE: the entry is in the list, and nothing of it boots."""
    terminal = start(disk({"extlinux.conf": "PROMPT 1\nLABEL heading\nMENU DISABLE\nLINUX /boot/kernel\n"
                                            "LABEL linux\nLINUX /boot/kernel\nAPPEND chosen\n"}))
    terminal.shows("  heading", "> linux")
    terminal.press(UP, ENTER)
    terminal.shows("(hd0)/extlinux.conf: heading: its menu does not let it be chosen (MENU DISABLE)", "> heading")
    terminal.press(DOWN, ENTER)
    terminal.shows("command  chosen")


@pytest.mark.parametrize("extra,config,line", [
    ("pvboot.menu=grub.cfg", "grub.cfg", "first a b"), ("pvboot.menu=extlinux", "extlinux.conf", "ext"),
    ("pvboot.menu=bls", "loader/entries", "bls"), ("(hd0)/boot/extlinux.conf", "extlinux.conf", "ext"),
    ('pvboot.append="more words" pvboot.menu=extlinux', "extlinux.conf", "ext more words"),
    ("pvboot.menu=frob", "menu.lst", "old")])
def test_host_chooses_a_menu(disk, start, extra, config, line):
    files = {"boot/grub/menu.lst": LEGACY.format("kernel"), "boot/grub/grub.cfg": MENU,
             "boot/extlinux.conf": "PROMPT 1\nLABEL ext\nLINUX kernel\nAPPEND ext\n",
             "loader/entries/x.conf": "linux /boot/kernel\noptions bls\n", "loader/loader.conf": "timeout 60\n"}
    terminal = start(disk(files), options=("-x", f"{extra} pvboot.timeout=60"))
    terminal.shows(f"(hd0)/{'boot/' if config[0] in 'em' else 'boot/grub/' if config[0] == 'g' else ''}"
                   f"{'grub/' if config[0] == 'm' else ''}{config} \n")
    terminal.press(ENTER)
    terminal.shows(f"command  {line} ")


def test_host_sets_variables(menu):
    text = "menuentry A { linux /boot/kernel $xen_grub_env_words $xen_grub_env_flag $other }\n"
    terminal = menu(text, options=("-x", "quiet xen_grub_env_words='one  two' xen_grub_env_flag other=no"))
    terminal.press(ENTER)
    terminal.shows("command  one two 1 ")


SECRET = """set timeout=60
set superusers="root admin"
password_pbkdf2 root {}
password alice rabbit
menuentry "Closed" {{ linux /boot/kernel closed }}
menuentry "Open" --unrestricted {{ linux /boot/kernel open }}
menuentry "Hers" --users "alice bob" {{ linux /boot/kernel hers }}
submenu "More" {{ menuentry "Inner" --unrestricted {{ linux /boot/kernel inner }} }}
"""


@pytest.fixture(scope="module")
def secret():
    made = subprocess.run(["grub-mkpasswd-pbkdf2", "-c", "1000"], input="sesame\nsesame\n", capture_output=True, text=True)
    return SECRET.format(made.stdout.split()[-1])


def answer(terminal, user, password):
    terminal.shows("User: ")
    terminal.press(user, ENTER)
    terminal.shows(f"User: {user}", "Password: ")
    terminal.press(password, ENTER)


def test_superuser_boots_and_edits(menu, secret):
    terminal = menu(secret)
    terminal.shows("> Closed", "p asks for the password")
    terminal.press("e")
    answer(terminal, "root", "wrong")
    terminal.shows("the menu: wrong name or password", "> Closed")
    terminal.press("e")
    answer(terminal, "root", "sesame")
    terminal.shows("> Closed", "e edits")
    terminal.press("e")
    terminal.shows("> linux /boot/kernel closed")
    terminal.press("b")
    terminal.shows("command  closed")


def test_users_of_an_entry(menu, secret):
    terminal = menu(secret)
    terminal.press(ENTER)
    answer(terminal, "alice", "rabbit")
    terminal.shows('Closed: "alice" may not do that', "Closed: not booted", "> Closed")
    terminal.press("p")
    answer(terminal, "nobody", "x")
    terminal.shows("the menu: wrong name or password")
    terminal.press(DOWN, DOWN, ENTER)  # she is known now
    terminal.shows("command  hers")


def test_entry_that_asks_itself(menu):
    terminal = menu("password alice rabbit\npassword bob carrot\nset superusers=root\n"
                    "menuentry Hers --unrestricted { authenticate alice; if [ $? = 0 ]; then linux /boot/kernel hers; fi; }\n")
    terminal.press(ENTER)
    answer(terminal, "bob", "carrot")
    terminal.shows('authenticate: "bob" may not do that', "> Hers")
    terminal.press(ENTER)
    answer(terminal, "alice", "rabbit")
    terminal.shows("command  hers")


def test_config_that_a_config_opens_knows_its_users(menu):
    text = """set superusers=root
        export superusers
        password root sesame
        menuentry Next --unrestricted { x="what is exported"; y="not this"; export x; configfile /other.cfg; }"""
    terminal = menu(text, {"other.cfg": "menuentry Closed { linux /boot/kernel $x $y; }\n"})
    terminal.press(ENTER)
    terminal.shows("(hd0)/other.cfg", "> Closed", "p asks for the password")
    terminal.press(ENTER)
    answer(terminal, "root", "sesame")
    terminal.shows("command  what is exported ")


def test_entry_that_is_open_for_all(menu, secret):
    terminal = menu(secret)
    terminal.press(DOWN, ENTER)
    terminal.shows("command  open")


def test_submenu_that_is_not_open(menu, secret):
    terminal = menu(secret)
    terminal.press(UP, DOWN, DOWN, DOWN, ENTER, ENTER)
    answer(terminal, "root", "sesame")
    terminal.shows("command  inner")


def test_nobody_is_there_to_give_a_password(menu, secret):
    terminal = menu(secret.replace("60", "1") + "fallback=1\n")
    terminal.shows("Closed: it needs a password, and nobody is there", "command  open")


def test_looking_for_kernels_ends_nothing(disk, start):
    """What a dead menu.lst and its neighbour are tried with: no power is switched, nothing is written."""
    text = "set timeout=60\nmenuentry Off { halt; }\nmenuentry Again { reboot; }\nmenuentry Living { linux /boot/kernel }\n"
    files = {"boot/grub/menu.lst": "timeout 0\ntitle Off\nhalt\ntitle Saved\nsavedefault\nkernel /gone\n", "boot/grub/grub.cfg": text}
    terminal = start(disk(files))
    terminal.shows("> Off", "Again", "Living", "Booting in", "/boot/grub/grub.cfg counts")


def test_efis_stub_leads_to_the_menu(disk, start):
    stub = "search.fs_label test dev hd0,gpt2\nset prefix=($dev)'/odd/place'\nconfigfile $prefix/grub.cfg\n"
    terminal = start(disk({"EFI/debian/grub.cfg": stub, "odd/place/grub.cfg": MENU}, kind="ext2"))
    terminal.shows("(hd0)/odd/place/grub.cfg", "> First")


def test_exit_goes_back_to_the_menu(menu):
    terminal = menu("menuentry Leave { exit; linux /boot/nothing; }\n" + MENU)
    terminal.press(ENTER)
    terminal.shows("> Leave", "Enter boots")
