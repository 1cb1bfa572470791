# SPDX-License-Identifier: BSD-2-Clause
"""The menu and the editor, key by key: what the screen shows."""

import re
import subprocess

import pytest
from terminal import DOWN, ENTER, ESCAPE, PAGE_DOWN, TAB, UP, control

TWO = "timeout 60\ntitle One\nkernel /boot/kernel one\ntitle Two\nkernel /boot/kernel two\ninitrd /boot/initrd\n"
HASHES = {"md5": "-1", "sha256": "-5", "sha512": "-6"}


def seconds_left(terminal):
    """What is read at once from a busy machine may be more than one second's."""
    return int(re.search(r"Booting in (\d+) s", terminal.text())[1])


def test_countdown_stops_with_a_key(menu):
    terminal = menu(TWO)
    terminal.shows("s; any key stops")
    first = seconds_left(terminal)
    terminal.wait(lambda: seconds_left(terminal) < first <= 60, "no time passes")
    terminal.press(DOWN)
    terminal.hides("Booting in")
    assert terminal.reverse(4).startswith("> Two")


def test_time_runs_out(menu):
    terminal = menu("timeout 1\ndefault 1\n" + TWO.replace("timeout 60\n", ""))
    terminal.shows("would boot", "command  two", "initrd   4 KiB")
    assert terminal.end() == 0


def test_timeout_0_shows_no_menu(menu):
    terminal = menu(TWO.replace("60", "0"))
    terminal.shows("command  one")
    assert "--------" not in terminal.text() and terminal.end() == 0


def test_editor_changes_one_boot(menu):
    terminal = menu(TWO)
    terminal.shows("> One")
    terminal.press("e")
    terminal.shows("pvboot: editing", "> kernel /boot/kernel one")
    terminal.press("e", control("W"), "single", ENTER, "o", "initrd /boot/in", TAB)
    terminal.typed(" > initrd /boot/initrd")
    terminal.press(ENTER, "b")
    terminal.shows("command  single", "initrd   4 KiB")
    assert terminal.end() == 0


def test_editor_is_left_and_nothing_has_changed(menu):
    terminal = menu(TWO)
    terminal.press("e", "d")
    terminal.hides("kernel /boot/kernel")
    terminal.press(control("C"))
    terminal.shows("> One", "Two")
    terminal.press(ENTER)
    terminal.shows("command  one")


def test_failure_comes_back_with_its_reason(menu):
    terminal = menu("title Gone\nkernel /boot/nothing\n" + TWO)
    terminal.press(ENTER)
    terminal.shows('(hd0)/boot/nothing: there is no "nothing"', "Gone: not booted: not found", "> Gone")
    terminal.press(DOWN, ENTER)
    terminal.shows("command  one")


def test_failure_in_the_editor_comes_back_to_it(menu):
    terminal = menu(TWO)
    terminal.press("e", "e", control("U"), "kernel /boot/nothing", ENTER, "b")
    terminal.shows('there is no "nothing"', "Press a key to edit")
    terminal.press(" ")
    terminal.shows("pvboot: editing", "> kernel /boot/nothing")


def test_fallbacks_in_turn(menu):
    terminal = menu("timeout 0\nfallback 1 2\ntitle A\nkernel /a\ntitle B\nkernel /b\ntitle C\nkernel /boot/kernel good\n")
    terminal.shows('there is no "a"', 'there is no "b"', "command  good")


def test_fallback_is_off_after_a_key(menu):
    terminal = menu("timeout 60\nfallback 1\ntitle A\nkernel /a\ntitle B\nkernel /boot/kernel good\n")
    terminal.shows("> A")
    terminal.press(ENTER)
    terminal.shows('there is no "a"', "> A")


def test_hidden_menu(menu):
    terminal = menu("hiddenmenu\n" + TWO)
    terminal.shows("Any key shows the menu. Booting in")
    assert "Two" not in terminal.text()
    terminal.press(ESCAPE)
    terminal.shows("> One", "Two")


def test_colors_are_sent(menu):
    terminal = menu("color light-green/blue yellow/red\n" + TWO)
    terminal.shows("> One", "any key stops")  # which is drawn last
    cells = terminal.screen.buffer
    assert (cells[4][3].fg, cells[4][3].bold, cells[4][3].bg) == ("green", True, "blue")
    assert (cells[3][3].fg, cells[3][3].bg) == ("brown", "red")


@pytest.mark.parametrize("kind", ["plain", *HASHES])
def test_password(menu, kind):
    word = "open sesame" if kind != "plain" else "sesame"
    text = word
    if kind != "plain":
        text = "--md5 " + subprocess.run(["openssl", "passwd", HASHES[kind], word], capture_output=True, text=True,
                                         check=True).stdout.strip()
    terminal = menu(f"password {text}\n" + TWO)
    terminal.shows("p asks for the password")
    terminal.press("e")
    terminal.shows("Password:")
    terminal.press("wrong")
    terminal.shows("Password: *****")
    terminal.press(ENTER)
    terminal.shows("Wrong password.")
    terminal.press("p", word, ENTER)
    terminal.shows("e edits")
    terminal.press("e")
    terminal.shows("pvboot: editing")


def test_hash_of_another_kind_is_named(menu):
    terminal = menu("password $9$x$y\n" + TWO)
    terminal.press("p", "x", ENTER)
    terminal.shows('"$9$..." is of none of the kinds that are known: $1$, $5$, $6$')


def test_password_opens_another_menu(menu):
    terminal = menu("password sesame /boot/grub/secret.lst\n" + TWO,
                    {"boot/grub/secret.lst": "title Secret\nkernel /boot/kernel secret\n"})
    terminal.press("p", "sesame", ENTER)
    terminal.shows("> Secret", "secret.lst")
    terminal.press(ENTER)
    terminal.shows("command  secret")


LOCKED = "password sesame\nfallback 1\ntitle Locked\nlock\nkernel /boot/kernel locked\ntitle Free\nkernel /boot/kernel free\n"


def test_locked_entry_asks_the_person_who_picks_it(menu):
    terminal = menu(LOCKED)
    terminal.press(ENTER)
    terminal.shows("Password: ")
    terminal.press("no", ENTER)
    terminal.shows("menu.lst:4: lock: wrong password")
    terminal.press(ENTER, "sesame", ENTER)
    terminal.shows("command  locked")


def test_locked_entry_does_not_stop_a_boot_that_nobody_sees(menu):
    terminal = menu("timeout 0\n" + LOCKED)
    terminal.shows("the entry needs a password, and nobody is there", "command  free")


def test_entry_with_a_password_of_its_own(menu):
    terminal = menu("title A\npassword sesame\nkernel /boot/kernel a\n")
    terminal.press(ENTER, control("C"))
    terminal.shows("not booted: denied")
    terminal.press(ENTER, "sesame", ENTER)
    terminal.shows("command  a")


def test_menu_opens_menu(menu):
    terminal = menu("title More\nconfigfile /boot/grub/more.lst\n",
                    {"boot/grub/more.lst": "timeout 0\ntitle Deep\nkernel /boot/kernel deep\n"})
    terminal.press(ENTER)
    terminal.shows("command  deep")


def test_menu_that_opens_itself_ends(menu):
    terminal = menu("timeout 0\ntitle Round\nconfigfile /boot/grub/menu.lst\n")
    terminal.shows("over 16 menus have opened each other", "> Round")


def test_saved_default(menu):
    text = "timeout 0\ndefault saved\n" + TWO.replace("timeout 60\n", "")
    terminal = menu(text, {"boot/grub/default": "1\n#\n#\n"})
    terminal.shows("command  two")


@pytest.mark.parametrize("saved, reason", [("7\n", ""), ("x\n", "does not begin with the number of an entry"),
                                           (None, 'there is no "default"')])
def test_saved_default_that_is_none(menu, saved, reason):
    text = "timeout 0\ndefault saved\n" + TWO.replace("timeout 60\n", "")
    terminal = menu(text, {"boot/grub/default": saved} if saved else {})
    terminal.shows(reason, "command  one")


def test_savedefault_says_why_it_cannot(menu):
    terminal = menu("timeout 0\ntitle A\nsavedefault\nkernel /boot/kernel a\n", {"boot/grub/default": "1\n"})
    terminal.shows("default: not written: the disk is read-only", "command  a")


def test_uuid_sets_the_root(menu, disk, start):
    other = disk({"boot/kernel2": b""}, kind="ext2")
    subprocess.run(["tune2fs", "-U", "12345678-1234-1234-1234-123456789abc", other], check=True, stdout=subprocess.PIPE)
    first = disk({"boot/grub/menu.lst": "timeout 0\nfallback 1\ntitle A\nuuid 12345678-1234-1234-1234-123456789ABC\n"
                                        "kernel /boot/kernel uuid\nquiet\n"})
    terminal = start(first, other)
    terminal.shows("command  uuid")


def test_commands_without_meaning_do_not_stop_a_boot(menu):
    useless = "splashimage (hd0,0)/x\nserial --unit=0\nterminal console\nmap (hd0) (hd1)\nfoo bar\n"
    terminal = menu(f"timeout 0\n{useless}title A\n{useless}makeactive\nkernel /boot/kernel a\n")
    terminal.shows('menu.lst:8: "splashimage" means nothing under Xen', '"foo" is not known', "command  a")
    assert "menu.lst:2" not in terminal.text()  # before the first title, GRUB passes over it


def test_wrong_lines_are_named(menu):
    terminal = menu("default one\ncolor pink\npassword\ntitle A\nkernel /boot/kernel a\n")
    terminal.shows("menu.lst:1: default wants the number of an entry, from 0", "menu.lst:2: color wants",
                   "menu.lst:3: password wants", "> A")


# ---- boot.cfg ----

BOOT_CFG = ("banner=Welcome\nmenu=Boot normally:rndseed /var/db/entropy-file;boot /boot/kernel normal\n"
            "menu=Boot single user:load /boot/initrd;boot /boot/kernel -s\nmenu=Prompt:prompt\ntimeout=60\n")


def test_boot_cfg(menu):
    terminal = menu(BOOT_CFG)
    terminal.shows("Welcome", "> 1. Boot normally", "  3. Prompt", "Booting in")
    terminal.press("2")
    terminal.shows("command  -s", "initrd   4 KiB")


def test_boot_cfg_goes_on_with_the_next_command(menu):
    terminal = menu("menu=A:boot /nothere;boot /boot/kernel second;boot /boot/kernel third\ntimeout=0\n")
    terminal.shows('there is no "nothere"', "command  second")
    assert terminal.end() == 0 and "third" not in terminal.text()


def test_boot_cfg_goes_to_the_prompt(menu):
    terminal = menu(BOOT_CFG)
    terminal.press("3")
    terminal.shows("pvboot> ")
    terminal.press("menu", ENTER)
    terminal.shows("> 3. Prompt")


def test_boot_cfg_with_letters(menu):
    terminal = menu("format=l\ntimeout=-1\nmenu=Edit me:boot /boot/kernel a\nmenu=Boot me:boot /boot/kernel b\n")
    terminal.shows("> A. Edit me")
    terminal.press("e")
    terminal.shows("editing")
    terminal.press(ESCAPE)
    terminal.shows("> A. Edit me")
    terminal.press("B")
    terminal.shows("command  b")


def test_entry_that_boots_nothing_comes_back(menu):
    terminal = menu("menu=Nothing:echo hello\nmenu=Clear:clear;ls /boot;pause\n")
    terminal.press("2")
    terminal.shows("kernel", "Press a key.")
    terminal.press(" ")
    terminal.shows("> 2. Clear")


# ---- terminals ----

def test_large_and_small_terminals(menu):
    for columns, rows in ((40, 12), (132, 50)):
        terminal = menu(TWO, columns=columns, rows=rows)
        terminal.shows("> One", "Enter")
        terminal.press(DOWN, "e")
        terminal.shows("pvboot: editing", "> kernel /boot/kernel two")
        terminal.press(ESCAPE)
        terminal.shows("> Two")
        terminal.close()


def test_300_entries(menu):
    terminal = menu("".join(f"title Entry {i}\nkernel /boot/kernel {i}\n" for i in range(1, 301)))
    terminal.press(PAGE_DOWN, PAGE_DOWN)
    terminal.shows("> Entry 21")
    terminal.press("2", "9", "9")
    terminal.shows("> Entry 299")
    terminal.press(UP, ENTER)
    terminal.shows("command  298")


def test_titles_in_utf8(menu):
    terminal = menu("title Größe 10 €, ядро\nkernel /boot/kernel\n")
    terminal.shows("> Größe 10 €, ядро")


def test_wide_titles(menu):
    """Ideographs take two columns each; the marks of a decomposed letter none."""
    wide = "起動" * 30
    terminal = menu(f"title {wide}\nkernel /boot/kernel\ntitle Zu\u0308rich\nkernel /boot/kernel\n")
    terminal.shows("Zurich")
    for key in (DOWN, UP, DOWN, UP):
        terminal.press(key)
    terminal.settle()
    display = terminal.screen.display
    assert terminal.reverse(3).startswith("> 起動起動") and terminal.reverse(4) == ""
    assert display[4].rstrip() == "   Zurich" and display[2].strip() == "" and "(hd0)/boot/grub/menu.lst" in display[0]
    terminal.press("e", "e", "   " + wide)
    terminal.shows("起動")
    terminal.press(control("A"))
    terminal.shows("> kernel /boot/kernel")


def test_redraw(menu):
    terminal = menu(TWO)
    terminal.shows("> One")
    terminal.stream.feed(b"\x1b[2J\x1b[10;10Hnoise of somebody else")
    terminal.press(control("L"))
    terminal.shows("> One", "Two")
    terminal.hides("noise")


def test_leaving(menu):
    terminal = menu(TWO)
    terminal.shows("> One")
    terminal.press("\x1d")
    assert terminal.end() == 0
