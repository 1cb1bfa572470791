# SPDX-License-Identifier: BSD-2-Clause
"""Disks of BSD guests: FFS in a disklabel in an MBR slice; and one disk full of FFS images, for Linux to read."""

import hashlib
import os
import shutil
from pathlib import Path

import disklabel
import ffs_old
import ffs_sparse
from disks import GRUB, run
from ffs_images import FORMATS, MANY_INODES, PAIRS, make_image, make_small_source
from ffs_super import move_superblock
from ffs_volume import Volume

SLICE, MEGABYTES = 2048, 64  # where the slice begins (sectors); the file system in it
WHICH = {"a": SLICE, "e": SLICE + 8192}  # partition e leaves room for another before it

LINUX_CFG = "timeout=0\nmenu=Linux:load {device}boot/initrd.gz;boot {device}boot/vmlinuz console=hvc0 quiet marker={marker}\n"
LINUX_LST = "timeout 0\ntitle Linux\nroot {device}\nkernel /boot/vmlinuz console=hvc0 quiet marker={marker}\ninitrd /boot/initrd.gz\n"
GRUB_CFG = "timeout=0\nmenu=GRUB:boot /boot/grub.bin\n"
GRUB_LST = "timeout 0\ntitle GRUB\nroot {device}\nkernel /boot/grub.bin\n"


def slice_with_ffs(disks, name: str, version: int, pair: tuple, letter: str, config: str, path: str) -> Path:
    """A disk whose MBR slice has a disklabel whose partition `letter` has FFS with a kernel and this config."""
    files = [("boot/grub.bin", GRUB.read_bytes())]
    image = make_image(disks.image(f"{name}-ffs"), disks.tree(name, config, path, files), version, "le", *pair, "-s", f"{MEGABYTES}m")
    disk = disks.image(name)
    size = MEGABYTES << 11
    disklabel.make_disk(disk, MEGABYTES + 8, f"label: dos\nstart={SLICE}, size={size + 8192}, type=a9\n")
    disklabel.put_image(disk, WHICH[letter], image)
    disklabel.put(disk, SLICE + 1, disklabel.label({letter: (disklabel.FFS, WHICH[letter], size)}))
    return disk


# ---- images for Linux ----

def shapes() -> list:
    """What Linux's driver takes: fragments up to 4096 bytes."""
    return [(version, order, block, fragment) for version, order in FORMATS for block, fragment in PAIRS
            if fragment <= 4096 and (version, block) != (2, 32768)]  # where makefs leaves no room for the superblock


def make_sparse(image: Path, source: Path, shape: tuple) -> None:
    version, order, block, fragment = shape
    ffs_sparse.write_source(source / "islands", image.with_suffix(".islands"), block, version)
    make_image(image, source, version, order, block, fragment, *MANY_INODES)
    volume = Volume(image)
    ffs_sparse.forge(volume, "islands")
    volume.save()
    if version == 2:
        move_superblock(image)


def make_old(image: Path, source: Path, order: str) -> None:
    make_image(image, source, 1, order, 4096, 512, "-s", "24m", "-o", "density=65536")
    volume = Volume(image)
    ffs_old.age(volume)
    volume.save()


def make_images(folder: Path) -> list:
    """Makes them. Returns a line for each: image, type as Linux's mount has it, block size, blocks of `islands` to look at."""
    source = make_small_source(folder / "source", largest=300_000)
    (folder / "images").mkdir()
    lines = []
    for order in ("le", "be"):
        name = f"old-{order}"
        (source / "islands").write_bytes(b"no islands here\n")
        make_old(folder / "images" / name, source, order)
        lines.append(f"{name} old 4096 0")
    for shape in shapes():
        name = "-".join(str(word) for word in shape)
        make_sparse(folder / "images" / name, source, shape)
        blocks = ffs_sparse.island_blocks(shape[2], 4 if shape[0] == 1 else 8)
        numbers = " ".join(str(number) for block in blocks for number in (block - 1, block))
        lines.append(f"{name} {'44bsd' if shape[0] == 1 else 'ufs2'} {shape[2]} {numbers}")
    return lines


SCRIPT = """# For each image of the list: what is in it, as lines
look() {
    find . -type f ! -name islands | sort | while read -r file; do
        sha256sum "$file"
    done
    find . -type l | sort | while read -r link; do
        echo "$link -> $(readlink "$link")"
    done
    stat -c %s islands
    for number in $2; do
        dd if=islands bs=$1 skip=$number count=1 2>/dev/null | sha256sum
    done
}
while read -r name type block numbers; do
    mount -t ufs -o ro,loop,ufstype=$type /images/images/$name /mnt || continue
    echo "FOUND $name $(cd /mnt && look $block "$numbers" | sha256sum)"
    umount /mnt
done </images/list
echo THE END
"""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def look(tree: Path, block: int, numbers: list) -> str:
    """What SCRIPT's look() prints, of a tree."""
    names = {path: f"./{path.relative_to(tree)}" for path in tree.rglob("*")}
    files = sorted((name, path) for path, name in names.items() if path.is_file() and not path.is_symlink() and name != "./islands")
    links = sorted((name, path) for path, name in names.items() if path.is_symlink())
    lines = [f"{sha256(path.read_bytes())}  {name}" for name, path in files]
    lines += [f"{name} -> {os.readlink(path)}" for name, path in links]
    lines.append(str((tree / "islands").stat().st_size))
    with open(tree / "islands", "rb") as file:
        lines += [f"{sha256(os.pread(file.fileno(), block, number * block))}  -" for number in numbers]
    return sha256("".join(f"{line}\n" for line in lines).encode())


def make_gallery(disks, extract) -> tuple:
    """
    The disk with all images and SCRIPT, and what Linux must say of each: what `extract` (image, folder) finds in it.
    """
    folder = disks.folder / "gallery"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    lines = make_images(folder)
    expected = {}
    for line in lines:
        name, _, block, *numbers = line.split()
        extract(folder / "images" / name, folder / "found")
        expected[name] = look(folder / "found", int(block), [int(number) for number in numbers])
        shutil.rmtree(folder / "found")
    for path in [folder / "source", *(folder / "images").glob("*.islands")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "list").write_text("".join(f"{line}\n" for line in lines))
    (folder / "run").write_text(SCRIPT)
    disk = disks.image("gallery")
    run("mke2fs", "-q", "-t", "ext2", "-d", folder, disk, "400M")
    return disk, expected
