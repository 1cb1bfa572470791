# SPDX-License-Identifier: BSD-2-Clause
"""pictures.py PVBOOT FOLDER: the pictures of the documentation, taken of the real program in a terminal emulator, as SVG."""

import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))
from small_kernel import small_kernel  # noqa: E402

from terminal import DOWN, ENTER, TAB, Terminal, control  # noqa: E402

COLUMNS, ROWS = 80, 16
WIDTH, HEIGHT, FONT, MARGIN = 8.4, 18, 14, 12  # of a cell, in pixels; fonts without 0.6 em are stretched to it
INK, PAPER = "#d8d8d8", "#1c1c1c"

MENU = """default 0
timeout 10
fallback 2

title  Debian GNU/Linux, kernel 6.1
root   (hd0)
kernel /boot/vmlinuz-6.1 root=/dev/xvda ro console=hvc0 quiet
initrd /boot/initrd.img-6.1

title  Debian GNU/Linux, kernel 6.1 (single-user mode)
root   (hd0)
kernel /boot/vmlinuz-6.1 root=/dev/xvda ro console=hvc0 single
initrd /boot/initrd.img-6.1

title  Debian GNU/Linux, kernel 5.10
root   (hd0)
kernel /boot/vmlinuz-5.10 root=/dev/xvda ro console=hvc0 quiet
initrd /boot/initrd.img-5.10
"""

GRUB_CFG = """set timeout=10
function boot_linux {
    linux /boot/vmlinuz-$1 root=/dev/xvda ro console=hvc0 $2
    initrd /boot/initrd.img-$1
}
menuentry "Debian GNU/Linux" { boot_linux 6.1 quiet; }
submenu "Advanced options for Debian GNU/Linux" --id advanced {
    for version in 6.1 5.10; do
        menuentry "Debian GNU/Linux, with Linux $version" $version { boot_linux $2 quiet; }
        menuentry "Debian GNU/Linux, with Linux $version (recovery mode)" $version { boot_linux $2 single; }
    done
}
"""
OPTIONS = {"submenu": ("-x", "(hd0)/boot/grub/grub.cfg.new")}  # pictures of another menu than the first


def make_disk(folder):
    boot = folder / "tree/boot"
    (boot / "grub").mkdir(parents=True)
    (boot / "grub/menu.lst").write_text(MENU)
    (boot / "grub/grub.cfg.new").write_text(GRUB_CFG)
    for version in ("5.10", "6.1"):
        (boot / f"vmlinuz-{version}").write_bytes(small_kernel())
        (boot / f"initrd.img-{version}").write_bytes(bytes(7 << 20))
    disk = folder / "guest.img"
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", folder / "tree", disk, "32M"], check=True, stdout=subprocess.PIPE)
    return disk


def wait_until_drawn(terminal):
    """The menu leaves the cursor in its last row."""
    terminal.wait(lambda: terminal.screen.cursor.y == ROWS - 1 and terminal.screen.cursor.x == 0, "it is not drawn:")


def take_menu(terminal):
    terminal.shows("Booting in")
    wait_until_drawn(terminal)
    return terminal.has("Booting in 10 s")  # on a busy machine, a second may have gone


def take_editor(terminal):
    terminal.press("e", DOWN, "e", control("W"), "single")
    terminal.typed(" > kernel /boot/vmlinuz-6.1 root=/dev/xvda ro console=hvc0 single")


def take_prompt(terminal):
    terminal.press("c", "help initrd", ENTER, "ls /boot/vm", TAB, TAB)
    terminal.shows("vmlinuz-6.1")
    terminal.press(control("U"), "find /boot/vmlinuz-6.1", ENTER, "kernel /boot/vmlinuz-6.1 root=/dev/xvda si")
    terminal.typed("pvboot> kernel /boot/vmlinuz-6.1 root=/dev/xvda si")


def take_submenu(terminal):
    terminal.press(DOWN, ENTER, DOWN, DOWN)
    terminal.shows("> Debian GNU/Linux, with Linux 5.10 ")
    wait_until_drawn(terminal)


PICTURES = {"menu": take_menu, "editor": take_editor, "prompt": take_prompt, "submenu": take_submenu}


def run_text(x, y, text, reverse):
    ink = PAPER if reverse else INK
    width = len(text) * WIDTH
    box = f'<rect x="{x:.1f}" y="{y - HEIGHT + 5}" width="{width:.1f}" height="{HEIGHT}" fill="{INK}"/>' if reverse else ""
    return (f'{box}<text x="{x:.1f}" y="{y}" textLength="{width:.1f}" fill="{ink}">{escape(text)}</text>')


def row_texts(screen, row):
    """Runs of cells that look alike, without blanks at a line's end."""
    cells = [(screen.buffer[row][column].data, screen.buffer[row][column].reverse) for column in range(screen.columns)]
    x = MARGIN
    for reverse, run in groupby(cells, key=lambda cell: cell[1]):
        text = "".join(cell[0] for cell in run)
        if reverse or text.strip():
            shown = text if reverse else text.rstrip()
            yield run_text(x, MARGIN + (row + 1) * HEIGHT - 5, shown, reverse)
        x += len(text) * WIDTH


def svg(screen):
    width, height = screen.columns * WIDTH + 2 * MARGIN, screen.lines * HEIGHT + 2 * MARGIN
    texts = [text for row in range(screen.lines) for text in row_texts(screen, row)]
    cursor = (f'<rect x="{MARGIN + screen.cursor.x * WIDTH:.1f}" y="{MARGIN + screen.cursor.y * HEIGHT}" '
              f'width="{WIDTH}" height="{HEIGHT}" fill="{INK}" fill-opacity="0.5"/>')
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" '
                      f'font-family="monospace" font-size="{FONT}" xml:space="preserve">',
                      f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>', *texts, cursor, "</svg>", ""])


def take(program, name, disk):
    """The picture called `name`, as text; it is taken again where its moment was missed."""
    for _ in range(10):
        terminal = Terminal(program, [disk], COLUMNS, ROWS, OPTIONS.get(name, ()))
        try:
            if PICTURES[name](terminal) is not False:
                return svg(terminal.screen)
        finally:
            terminal.close()
    raise AssertionError(f"{name}: its moment was missed ten times")


def main(program, folder):
    with tempfile.TemporaryDirectory() as temporary:
        disk = make_disk(Path(temporary))
        for name in PICTURES:
            (Path(folder) / f"{name}.svg").write_text(take(program, name, disk))


if __name__ == "__main__":
    main(*sys.argv[1:])
