# SPDX-License-Identifier: BSD-2-Clause
"""File systems on which Linux was at work when the power went: pvboot reads what Linux reads after its own recovery."""

import json
import random
import re
import shutil
import struct

import pytest

import tree
import xfs_images
from crc32c import crc32c

# Of everything something: lists and trees of extents, unwritten ones, holes in files and in directories, links, moves; and blocks
# that files share, where that can be.
FILL = """mkdir /mnt/many /mnt/some
i=0
while [ $i -lt 600 ]; do echo "many $i" >/mnt/many/a-file-with-a-name-$i; i=$((i + 1)); done
i=0
while [ $i -lt 100 ]; do echo "some $i" >/mnt/some/a-file-with-a-name-$i; i=$((i + 1)); done
xfs_io -f -c "pwrite -q -S 0x61 0 21000" /mnt/shared
xfs_io -f -c "pwrite -q -S 0x62 0 24000" /mnt/shrinks
sync
"""
CHANGE = """rm /mnt/many/a-file-with-a-name-[1-4]??
pieces=
i=0
while [ $i -lt 40 ]; do pieces="$pieces -c 'pwrite -q -S $((i + 65)) $((i * 12288)) 3600'"; i=$((i + 1)); done
eval "xfs_io -f $pieces -c fsync /mnt/pieces"
xfs_io -f -c "falloc 0 300000" -c "pwrite -q -S 0x63 100000 700" /mnt/unwritten || true
xfs_io -f -c "reflink -q /mnt/shared 0 0 21000" -c "pwrite -q -S 0x64 9000 700" /mnt/copy || true
xfs_io -c "truncate 5000" /mnt/shrinks
ln -s some/a-file-with-a-name-7 /mnt/short
ln -s $(printf 'd/%.0s' $(seq 480))x /mnt/long
mkdir /mnt/new
i=0
while [ $i -lt 80 ]; do echo "new $i" >/mnt/new/a-file-with-a-name-$i; i=$((i + 1)); done
ln /mnt/shared /mnt/new/linked
chown 1000:100 /mnt/new/linked
chmod 751 /mnt/new
mv /mnt/some/a-file-with-a-name-8 /mnt/new/moved
rm -r /mnt/some
for file in /mnt/unwritten /mnt/shrinks /mnt/new/moved; do xfs_io -c fsync $file; done
xfs_io -f -c "pwrite -q 0 5" -c fsync /mnt/last
"""

# What ext4 commits fast; but for the directories, for Linux 6.1 refuses to mount what has such ones.
CHANGE_LITTLE = """mkdir -p /mnt/made/in/it
sync
echo created >/mnt/created
xfs_io -c fsync /mnt/created
mv /mnt/many/a-file-with-a-name-7 /mnt/moved
rm /mnt/many/a-file-with-a-name-9
xfs_io -c "pwrite -q -S 0x65 3000 20000" -c "truncate 470000" -c fsync /mnt/pieces
ln /mnt/shared /mnt/new/again
xfs_io -c "pwrite -q -S 0x66 20000 90000" -c "fpunch 40000 9000" -c fsync /mnt/shared
i=0
while [ $i -lt 70 ]; do echo "made $i" >/mnt/made/in/it/a-file-with-a-name-$i; i=$((i + 1)); done
xfs_io -c fsync /mnt/made/in/it/a-file-with-a-name-9
rm /mnt/made/in/it/a-file-with-a-name-[2-4]?
mv /mnt/made/in/it/a-file-with-a-name-5 /mnt/made/in/it/a-file-with-a-name-6
mv /mnt/made/in/it/a-file-with-a-name-7 /mnt/many/a-file-with-a-name-599
chmod 600 /mnt/many/a-file-with-a-name-598
i=0
while [ $i -lt 40 ]; do xfs_io -f -c "pwrite -q -S $i $((i * 20480)) 5000" /mnt/made/pieces; i=$((i + 1)); done
xfs_io -f -c "falloc 0 200000" -c "pwrite -q -S 0x67 90000 700" -c fsync /mnt/made/unwritten
xfs_io -c "truncate 300000" -c "fpunch 100000 70000" -c fsync /mnt/made/pieces
"""

# How each is made and mounted, and its size in MiB.
SHAPES = {
    "xfs": ("mkfs.xfs -q", "", 24),
    "xfs-of-small-blocks": ("mkfs.xfs -q -b size=1024 -n size=4096 -m rmapbt=1 -i nrext64=1 -l su=16k", "-o uquota,pquota", 24),
    "xfs-4": ("mkfs.xfs -q -m crc=0", "", 24),
    "xfs-4-of-small-inodes": ("mkfs.xfs -q -m crc=0 -i size=256 -b size=1024 -n ftype=0 -l version=1", "", 24),
    "ext4": ("mkfs.ext4 -q", "", 24),
    "ext3": ("mkfs.ext3 -q -b 1024", "-o data=journal", 24),
    "ext4-fast": ("mkfs.ext4 -q -O fast_commit -J size=4,fast_commit_size=256", "-o commit=300", 24),
    "ext4-fast-of-small-blocks": ("mkfs.ext4 -q -b 1024 -O fast_commit,inline_data -J size=4,fast_commit_size=256", "-o commit=300", 24),
    "btrfs": ("mkfs.btrfs -q", "", 128),
    "btrfs-packed": ("mkfs.btrfs -q --csum xxhash -m single", "-o compress-force=zstd", 128),
}
MOUNT = "mount -t {} $1 /mnt"


def kind_of(shape):
    return shape.split("-")[0]


def crashed(linux, shape):
    mkfs, options, megabytes = SHAPES[shape]
    more = CHANGE_LITTLE if "fast" in shape else ""
    script = f"{mkfs} $1\nmkdir -p /mnt\nmount -t {kind_of(shape)} {options} $1 /mnt\n{FILL}{CHANGE}{more}"
    return linux.make(f"crashed-{shape}", [megabytes], script, crash=True)[0]


def assert_as_linux_reads_it(pvboot, linux, name, image, folder):
    expected = linux.reads(name, [image], MOUNT.format(kind_of(name)), folder / "expected")
    before = image.read_bytes()
    found = pvboot.extract(image, folder / "found")
    tree.assert_same(expected, found, times=True, dated_directories="fast" not in name)  # replay changes them again, and the clock is Linux's
    assert image.read_bytes() == before
    shutil.rmtree(folder)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_linux_recovers(pvboot, linux, tmp_path, shape):
    image = crashed(linux, shape)
    assert " replayed" in pvboot.ok(image, "info")
    assert_as_linux_reads_it(pvboot, linux, shape, image, tmp_path)


@pytest.mark.parametrize("shape", SHAPES)
def test_owners_and_links_too(pvboot, linux, shape):
    """Which a tree that is extracted does not show."""
    done = pvboot.ok(crashed(linux, shape), "--json", "stat", "/new/linked")
    node = json.loads(done)["node"]
    assert (node["owner"], node["group"], node["links"]) == (1000, 100, 3 if "fast" in shape else 2)
    assert node["mtime_nanoseconds"] < 1_000_000_000


# ---- ext4: fast commits -------------------------------------------------------------------------

FAST = [shape for shape in SHAPES if "fast" in shape]
TAIL, HEAD = 8, struct.pack("<HH", 9, 8)


def fast_tags(data):
    """The tags of fast commits: where each begins, its type, its length."""
    at = next(place for place in range(0, len(data), 1024) if data[place:place + 4] == HEAD)
    sequence = data[at + 8:at + 12]
    tags = []
    while (tag := struct.unpack_from("<HH", data, at))[0] != 0 and (tag[0] != TAIL or data[at + 4:at + 8] == sequence):
        tags.append((at, *tag))
        at += 4 + tag[1]
        at += (-at) % 1024 if 1024 - at % 1024 < 4 else 0
    last = max(index for index, tag in enumerate(tags) if tag[1] == TAIL)
    return tags[:last + 1]


def fast_commits(image):
    """The bytes at which their tails begin."""
    return [at for at, kind, _ in fast_tags(image.read_bytes()) if kind == TAIL]


MAKE_FAST = """mkfs.ext4 -q -O fast_commit{} -J size=4,fast_commit_size=256 $1
mkdir -p /mnt
mount -t ext4 -o commit=300 $1 /mnt
"""
MAKE_FOLDERS = MAKE_FAST.format("") + """echo old >/mnt/old
sync
mkdir -p /mnt/made/in
echo here >/mnt/made/in/here
mv /mnt/old /mnt/made/moved
xfs_io -c fsync /mnt/made/in/here
"""


def size_of(pvboot, image, path):
    return json.loads(pvboot.ok(image, "--json", "stat", path))["node"]["size"]


def test_folders_in_fast_commits(pvboot, linux, tmp_path):
    """Linux 6.1 does not mount what has such ones."""
    image = linux.make("crashed-ext4-fast-folders", [16], MAKE_FOLDERS, crash=True)[0]
    assert fast_commits(image)
    found = pvboot.extract(image, tmp_path / "found")
    assert sorted(str(path.relative_to(found)) for path in found.rglob("*")) == [
        "lost+found", "made", "made/in", "made/in/here", "made/moved"]
    assert (found / "made/in/here").read_text() == "here\n" and (found / "made/moved").read_text() == "old\n"
    assert [size_of(pvboot, image, path) for path in ("/", "/made", "/made/in")] == [1024] * 3


# What else can be in fast commits: names that are written in another case than they were; a file with the number of one that had a tree of extents.
OTHERS = {
    "case": (",casefold", """mkdir /mnt/either
chattr +F /mnt/either
for name in removed moved replaced linked; do echo $name >/mnt/either/$name; done
sync
rm /mnt/either/REMOVED
mv /mnt/either/Moved /mnt/elsewhere
echo new >/mnt/new
mv /mnt/new /mnt/either/rePlaced
ln /mnt/either/LINKED /mnt/either/again
xfs_io -c fsync /mnt/either/replaced
"""),
    "number": ("", """pieces=
i=0
while [ $i -lt 40 ]; do pieces="$pieces -c 'pwrite -q -S 0x61 $((i * 12288)) 3600'"; i=$((i + 1)); done
eval "xfs_io -f $pieces -c fsync /mnt/pieces"
sync
rm /mnt/pieces
xfs_io -f -c "pwrite -q -S 0x62 200000 6000" -c fsync /mnt/other
"""),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_fast_commits(pvboot, linux, tmp_path, name):
    features, script = OTHERS[name]
    image = linux.make(f"crashed-ext4-fast-{name}", [16], MAKE_FAST.format(features) + script, crash=True)[0]
    assert fast_commits(image)
    assert_as_linux_reads_it(pvboot, linux, f"ext4-fast-{name}", image, tmp_path)


MAKE_MAPPED = MAKE_FAST.format(",^extents,^64bit") + """xfs_io -f -c "pwrite -q -S 0x61 0 20000" /mnt/longer
sync
xfs_io -c "pwrite -q -S 0x62 18000 200000" -c fsync /mnt/longer
xfs_io -f -c "pwrite -q -S 0x63 0 300000" -c fsync /mnt/new
xfs_io -f -c "pwrite -q -S 0x64 100000 5000" -c fsync /mnt/sparse
"""


def test_fast_commits_of_files_without_extents(pvboot, linux, tmp_path):
    """Linux 6.1 writes them, and does not mount what it has written."""
    image = linux.make("crashed-ext4-fast-mapped", [16], MAKE_MAPPED, crash=True)[0]
    assert fast_commits(image)
    found = pvboot.extract(image, tmp_path / "found")
    assert (found / "longer").read_bytes() == b"a" * 18000 + b"b" * 200000
    assert (found / "new").read_bytes() == b"c" * 300000
    assert (found / "sparse").read_bytes() == bytes(100000) + b"d" * 5000


def put_checksums(data, tags):
    total = 0
    for at, kind, length in tags:
        total = crc32c(bytes(data[at:at + (8 if kind == TAIL else 4 + length)]), total)
        if kind == TAIL:
            struct.pack_into("<I", data, at + 8, total)
            total = 0


@pytest.mark.parametrize("shape", FAST)
def test_there_are_fast_commits(linux, shape):
    """Or else nothing here would have been seen of them."""
    assert len(fast_commits(crashed(linux, shape))) > 5


@pytest.mark.parametrize("back", [1, 3])
@pytest.mark.parametrize("shape", FAST)
def test_fast_commits_that_are_torn(pvboot, linux, tmp_path, shape, back):
    """Those before it count."""
    image = shutil.copy(crashed(linux, shape), tmp_path / "torn")
    with open(image, "r+b") as file:
        file.seek(fast_commits(image)[-back] + 8)
        file.write(b"torn")
    assert ", journal replayed" in pvboot.ok(image, "info")
    assert_as_linux_reads_it(pvboot, linux, f"{shape}-torn-{back}", image, tmp_path)


def test_fast_commits_of_unknown_features(pvboot, linux, tmp_path):
    """Linux does not mount it; the transactions before count."""
    image, data = tmp_path / "image", bytearray(crashed(linux, "ext4-fast").read_bytes())
    tags = fast_tags(bytes(data))
    struct.pack_into("<I", data, tags[0][0] + 4, 0x10)
    put_checksums(data, tags)
    image.write_bytes(data)
    done = pvboot.run(image, "info")
    assert done.stderr == ("pvboot: (hd0): ext4 journal cannot be replayed to its end: its fast commits have unknown features (0x10); "
                           "files written last may be read as they were before\n")
    assert ", journal NOT replayed to its end" in done.stdout
    assert "new\n" in pvboot.ok(image, "ls", "/") and "created\n" not in pvboot.ok(image, "ls", "/")


@pytest.mark.parametrize("name", [b".\0eated", b"..\0ated", b"\0reated"])
def test_what_is_no_name_in_fast_commits(pvboot, linux, tmp_path, name):
    """It is passed over, as in a directory's blocks."""
    image, data = tmp_path / "image", crashed(linux, "ext4-fast").read_bytes()
    tags = fast_tags(data)
    at, *_ = next(tag for tag in tags if data[tag[0] + 12:tag[0] + 19] == b"created")
    changed = bytearray(data)
    changed[at + 12:at + 19] = name
    put_checksums(changed, tags)
    image.write_bytes(changed)
    found = pvboot.extract(image, tmp_path / "found")
    assert (found / "moved").exists() and not (found / "created").exists()
    shutil.rmtree(found)


@pytest.mark.parametrize("shape", FAST)
def test_fast_commits_that_say_nonsense(pvboot, linux, tmp_path, shape):
    """With right checksums: what they say is read, or refused in words."""
    image, source = tmp_path / "image", crashed(linux, shape).read_bytes()
    tags = fast_tags(source)
    changeable = [tag for tag in tags if tag[1] not in (HEAD[0], TAIL)]
    same = bytearray(source)
    put_checksums(same, tags)
    assert same == source
    for number in range(25):
        chance, data = random.Random(number), bytearray(source)
        for at, _, length in chance.choices(changeable, k=3):
            data[at + 4 + chance.randrange(min(length, 80))] = chance.choice([0, 1, 127, 128, 255])
        put_checksums(data, tags)
        image.write_bytes(data)
        done = pvboot.run(image, "extract", "/", tmp_path / f"found{number}")
        assert done.returncode in (0, 1) and (done.returncode == 0 or done.stderr != ""), (number, done)
        shutil.rmtree(tmp_path / f"found{number}", ignore_errors=True)


# ---- XFS: records that were being written -------------------------------------------------------

def tear(image, back, what):
    """Damages one of the last records: `back` from the end, its header, its last sector, or all but what that had before."""
    begin, end = xfs_images.log_records(image)[back]
    place, data = {"header": (begin + 40, b"torn"), "data": (end - xfs_images.SECTOR + 8, b"torn" * 100), "unwritten": (end - xfs_images.SECTOR, bytes(xfs_images.SECTOR))}[what]
    with open(image, "r+b") as file:
        file.seek(place)
        file.write(data)


@pytest.mark.parametrize("back,what", [(0, "data"), (1, "header"), (4, "unwritten"), (7, "data")])
def test_a_torn_log(pvboot, linux, tmp_path, back, what):
    """What was in flight can be torn, all eight of its records: those before it count."""
    image = shutil.copy(crashed(linux, "xfs"), tmp_path / "torn")
    tear(image, back, what)
    assert ", log replayed" in pvboot.ok(image, "info")
    assert_as_linux_reads_it(pvboot, linux, f"xfs-torn-{back}", image, tmp_path)


def test_a_log_that_is_damaged_before_that(pvboot, linux, tmp_path):
    """Linux does not mount it."""
    image = shutil.copy(crashed(linux, "xfs"), tmp_path / "damaged")
    tear(image, 9, "data")
    assert linux.reads("xfs-damaged", [image], MOUNT.format("xfs"), tmp_path / "expected") is None
    assert re.search(r"XFS log cannot be replayed from its block \d+ on: a checksum is wrong", pvboot.run(image, "info").stderr)
