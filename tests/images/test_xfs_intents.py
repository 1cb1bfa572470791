# SPDX-License-Identifier: BSD-2-Clause
"""XFS whose log holds changes of files' maps that were begun, and not done when the power went: pvboot reads what Linux reads after its recovery."""

import itertools
import re
import shutil
import struct

import tree
import xfs_images
from xfs_log_maker import MAP, UNMAP, Log, done, intent

BLOCK = 4096
FILES = ["hole", "whole", "shared", "done", "again", "pieces", "one", "other"]
MAKE = """mkfs.xfs -q -m reflink=1,rmapbt=0 $1
mkdir -p /mnt
mount -t xfs $1 /mnt
xfs_io -f -c "truncate 50000" /mnt/hole
for file in whole shared done again one other; do xfs_io -f -c "pwrite -q -S 0x$(printf %s $file | wc -c)1 0 50000" /mnt/$file; done
xfs_io -f -c "reflink -q /mnt/shared 0 0 50000" /mnt/copy
pieces=
i=0
while [ $i -lt 40 ]; do pieces="$pieces -c 'pwrite -q -S $((i + 65)) $((i * 12288)) 4096'"; i=$((i + 1)); done
eval "xfs_io -f $pieces -c fsync /mnt/pieces"
"""


class Image:
    """Unmounted by Linux; its free blocks hold bytes of their own."""

    def __init__(self, linux, folder):
        folder.mkdir(exist_ok=True)
        self.path = folder / "image"
        shutil.copy(linux.make("xfs-intents", [24], MAKE)[0], self.path)
        self.inodes = {name: self._inode(name) for name in FILES}
        self.free = self._fill_free()
        self.log = Log(self.path)

    def _inode(self, name):
        return int(re.search(r"= (\d+)", xfs_images.xfs_db(self.path, f"path /{name}", "p v3.inumber"))[1])

    def _fill_free(self):
        """The file system's numbers of free blocks, 64 in a row."""
        text = xfs_images.xfs_db(self.path, "freesp -d")
        group, block = max((int(count), int(group), int(block)) for group, block, count in
                           re.findall(r"^ *(\d+) +(\d+) +(\d+)$", text, re.MULTILINE))[1:]
        place = int(re.search(r"\((\d+)\)", xfs_images.xfs_db(self.path, f"convert agno {group} agbno {block} byte"))[1])
        with open(self.path, "r+b") as file:
            file.seek(place)
            file.write(b"".join(f"free block {number}\n".encode().ljust(BLOCK, b".") for number in range(64)))
        start = int(re.search(r"\((\d+)\)", xfs_images.xfs_db(self.path, f"convert agno {group} agbno {block} fsblock"))[1])
        return range(start, start + 64)

    def intent(self, number, name, first, free, count, flags):
        return intent(number, self.inodes[name], first, self.free[free], count, flags)


def assert_as_linux_reads_it(pvboot, linux, name, image, folder):
    expected = linux.reads(f"xfs-intents-{name}", [image], "mount -t xfs $1 /mnt", folder / "expected")
    assert expected is not None
    before = image.read_bytes()
    assert ", log replayed" in pvboot.ok(image, "info")
    tree.assert_same(expected, pvboot.extract(image, folder / "found"), times=True)
    assert image.read_bytes() == before
    return folder / "found"


def test_what_was_not_done(pvboot, linux, tmp_path):
    image = Image(linux, tmp_path)
    image.log.append(
        [image.intent(0x1000, "hole", 2, 0, 3, MAP), image.intent(0x1100, "whole", 4, 0, 5, UNMAP)],
        [image.intent(0x1200, "shared", 1, 10, 4, UNMAP), image.intent(0x1300, "shared", 1, 10, 4, MAP)],
        [image.intent(0x1400, "pieces", 4, 20, 2, MAP), image.intent(0x1500, "pieces", 15, 20, 1, UNMAP)])
    found = assert_as_linux_reads_it(pvboot, linux, "not-done", image.path, tmp_path)
    data = {name: (found / name).read_bytes() for name in FILES}
    assert data["hole"][2 * BLOCK:].startswith(b"free block 0\n") and data["hole"][4 * BLOCK:].startswith(b"free block 2\n")
    assert not any(data["whole"][4 * BLOCK:9 * BLOCK]) and all(data["whole"][:4 * BLOCK]) and all(data["whole"][9 * BLOCK:])
    assert data["shared"][BLOCK:].startswith(b"free block 10\n") and (found / "copy").read_bytes() == b"\x61" * 50000
    assert data["pieces"][5 * BLOCK:].startswith(b"free block 21\n") and data["pieces"].find(b"F") < 0


def test_what_was_done(pvboot, linux, tmp_path):
    """Ids can come again; and the log can begin after an intent that it says is done."""
    image = Image(linux, tmp_path)
    image.log.append(
        [done(0x1100), image.intent(0x1000, "done", 0, 0, 12, UNMAP), image.intent(0x1100, "again", 0, 0, 2, UNMAP)],
        [done(0x1000)],
        [image.intent(0x1000, "again", 6, 0, 2, UNMAP)])
    found = assert_as_linux_reads_it(pvboot, linux, "done", image.path, tmp_path)
    assert (found / "done").read_bytes() == b"\x41" * 50000
    assert (found / "again").read_bytes() == bytes(2 * BLOCK) + b"\x51" * 4 * BLOCK + bytes(2 * BLOCK) + b"\x51" * (50000 - 8 * BLOCK)


def test_an_id_that_came_again_too_early(pvboot, linux, tmp_path):
    """As it can when Linux crashes again while it recovers: it is the older one that was done."""
    image = Image(linux, tmp_path)
    image.log.append(
        [image.intent(0x1000, "one", 2, 0, 2, UNMAP), image.intent(0x1000, "one", 6, 0, 2, UNMAP), image.intent(0x1000, "one", 8, 0, 1, UNMAP)],
        [done(0x1000), image.intent(0x2000, "other", 2, 0, 2, UNMAP)])
    found = assert_as_linux_reads_it(pvboot, linux, "id-again", image.path, tmp_path)
    data = (found / "one").read_bytes()
    assert [number for number in range(12) if not any(data[number * BLOCK:(number + 1) * BLOCK])] == [6, 7, 8]


def test_later_ones_of_the_same_blocks(pvboot, linux, tmp_path):
    """Each goes on from what the one before has made."""
    image = Image(linux, tmp_path)
    image.log.append(
        [image.intent(0x1000, "one", 2, 0, 4, UNMAP), image.intent(0x1100, "other", 2, 8, 4, UNMAP)],
        [image.intent(0x1200, "one", 2, 8, 4, MAP), image.intent(0x1300, "other", 2, 0, 4, MAP)],
        [image.intent(0x1400, "one", 3, 9, 1, UNMAP), image.intent(0x1500, "one", 3, 30, 1, MAP)])
    found = assert_as_linux_reads_it(pvboot, linux, "later", image.path, tmp_path)
    data = (found / "one").read_bytes()
    assert re.findall(rb"free block \d+", data) == [b"free block 8", b"free block 30", b"free block 10", b"free block 11"]


# ---- as they come -------------------------------------------------------------------------------

# Several processes write over what other files share, others have the log written: its records end anywhere in that.
WRITE_OVER = """mkfs.xfs -q -m reflink=1,rmapbt=0 -d agcount=1 -l size=32m $1
mkdir -p /mnt
mount -t xfs $1 /mnt
xfs_io -f -c "pwrite -q -S 0x61 0 400k" /mnt/base
for file in 1 2 3 4 5 6; do xfs_io -f -c "reflink -q /mnt/base 0 0 400k" /mnt/copy$file; done
sync
for file in 1 2 3 4 5 6; do
    writes=
    for block in $(seq 0 2 98); do writes="$writes -c 'pwrite -q -S $((file + 64)) $((block * 4096)) 4096'"; done
    eval "xfs_io -d -s $writes /mnt/copy$file" &
done
for round in $(seq 1 60); do xfs_io -c fsync /mnt/base; sync -f /mnt; done &
wait
"""
CUTS = 6


def count_undone(image):
    undone = []
    for kind, number in re.findall(r"(BU[ID]):  #regs.*id: (0x\w+)", xfs_images.log_text(image)):
        if kind == "BUI":
            undone.append(number)
        elif number in undone:
            undone.remove(number)
    return len(undone)


def cut(data, end, head):
    """The image as it would be if the log had come to this byte only: what follows has not been written in this cycle."""
    cycle = struct.unpack_from(">I", data, head - xfs_images.SECTOR)[0]
    rest = struct.pack(">I", cycle - 1).ljust(xfs_images.SECTOR, b"\0")
    return data[:end] + rest * ((head - end) // xfs_images.SECTOR) + data[head:]


def cuts_between(crashed, image):
    """`image` as it would be at moments at which an intent was in the log, and not that it is done; the last moment first."""
    data = crashed.read_bytes()
    (_, head), *records = xfs_images.log_records(crashed)
    for _, end in records:
        image.write_bytes(cut(data, end, head))
        if count_undone(image) > 0:
            yield


def test_a_log_that_ends_between(pvboot, linux, tmp_path):
    """Of several moments in which Linux had begun to put new blocks in the place of shared ones."""
    crashed = linux.make("crashed-xfs-intents", [64], WRITE_OVER, crash=True)[0]
    image, seen = tmp_path / "image", 0
    for seen, _ in enumerate(itertools.islice(cuts_between(crashed, image), CUTS), 1):
        assert_as_linux_reads_it(pvboot, linux, f"cut-{seen}", image, tmp_path)
        shutil.rmtree(tmp_path / "expected")
        shutil.rmtree(tmp_path / "found")
    assert seen == CUTS
