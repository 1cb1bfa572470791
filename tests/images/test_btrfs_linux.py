# SPDX-License-Identifier: BSD-2-Clause
"""btrfs as Linux writes it: packed, in subvolumes, over several disks, some of them gone or behind; and as a crash leaves it."""

import os
import shutil

import pytest

import tree
from test_btrfs_devices import extract, run
from test_crashed import CHANGE, FILL

MOUNT = "mkdir -p /mnt\nmount -t btrfs {} $1 /mnt\n"


# ---- crashes ----------------------------------------------------------------------------------

# Names, and their directories, before and after they are synced.
CHANGE_NAMES = """cd /mnt
echo created >created
xfs_io -c fsync created
mv many/a-file-with-a-name-7 moved
xfs_io -c fsync moved
mv many/a-file-with-a-name-8 many/renamed
mv many/renamed many/a-file-with-a-name-9
xfs_io -c fsync many/a-file-with-a-name-9
ln shared new/again
xfs_io -c "pwrite -q -S 0x66 20000 90000" -c "fpunch 40000 9000" -c fsync shared
mkdir -p new/deep/er
echo deep >new/deep/er/file
xfs_io -c fsync new/deep/er/file
rm many/a-file-with-a-name-5??
xfs_io -c fsync many
echo "not synced" >not-synced
cd /
"""


def test_synced_names(pvboot, linux, tmp_path):
    """Beside those of test_crashed.py: in large directories, with holes that are written as such."""
    script = f"mkfs.btrfs -q --mixed -n 4096 -O ^no-holes $1\n{MOUNT.format('-o compress-force=lzo')}{FILL}{CHANGE}sync\n{CHANGE_NAMES}"
    (image,) = linux.make("btrfs-synced-names", [128], script, crash=True)
    assert ", log replayed" in pvboot.ok(image, "info")
    expected = linux.reads("btrfs-synced-names", [image], "mount -t btrfs $1 /mnt", tmp_path / "expected")
    tree.assert_same(expected, pvboot.extract(image, tmp_path / "found"), times=True)
    shutil.rmtree(tmp_path)


# ---- what it writes ---------------------------------------------------------------------------

@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("btrfs-linux")
    made = tree.make_unix_tree(folder / "tree", large=1_500_000, many=200)
    (made / "packs well").write_bytes(b"".join(b"line %d\n" % number for number in range(60_000)))
    yield made
    shutil.rmtree(folder)


SUBVOLUMES = """cd /mnt
btrfs -q subvolume create @ 2>/dev/null || btrfs subvolume create @
for packing in zlib lzo zstd; do
    btrfs subvolume create @/$packing
    btrfs property set @/$packing compression $packing
    tar -xf $source -C @/$packing
done
mkdir @/plain
chattr +C @/plain || true
tar -xf $source -C @/plain
sync
btrfs subvolume snapshot -r @ snapshot
echo newer >@/newer
btrfs subvolume snapshot @/zstd @/zstd/copy
rm -r @/zstd/copy/many
btrfs subvolume set-default @
btrfs subvolume delete @/lzo
cd /
"""


def test_subvolumes(pvboot, linux, source, tmp_path):
    """Linux shows the default subvolume; below it, what is mounted with the top level."""
    (image,) = linux.make("btrfs-subvolumes", [256], f"mkfs.btrfs -q $1\n{MOUNT.format('')}{SUBVOLUMES}", source)
    found = pvboot.extract(image, tmp_path / "found")
    for packed in ("@/zlib", "@/plain"):
        tree.assert_same(source, found / packed)
    assert sorted(os.listdir(found / "snapshot")) == ["lzo", "plain", "zlib", "zstd"] and os.listdir(found / "snapshot/zstd") == []
    assert sorted(os.listdir(found / "@")) == ["newer", "plain", "zlib", "zstd"] and not (found / "@/zstd/copy/many").exists()
    assert "/@  (default)\n" in pvboot.ok(image, "info") and pvboot.ok(image, "cat", "/newer") == "newer\n"
    expected = linux.reads("btrfs-subvolumes", [image], "mount -t btrfs -o subvolid=5 $1 /mnt", tmp_path / "expected")
    tree.assert_same(expected, found)
    shutil.rmtree(tmp_path)


# The profiles of data and metadata, how many disks, which of them may be missing.
PROFILES = [("raid10", "raid1c4", 4, [0]), ("raid6", "raid6", 4, [1, 2]), ("raid5", "raid5", 3, [2]), ("raid0", "raid1c3", 3, [])]


@pytest.mark.parametrize("data,metadata,count,missing", PROFILES)
def test_several_disks(pvboot, linux, source, tmp_path, data, metadata, count, missing):
    devices = " ".join(f"${number + 1}" for number in range(count))
    script = f"mkfs.btrfs -q -L pool -d {data} -m {metadata} {devices}\nbtrfs device scan\n{MOUNT.format('')}tar -xf $source -C /mnt\n"
    images = linux.make(f"btrfs-{data}", [256] * count, script, source)
    for gone in ([], missing) if missing else ([],):
        found = tmp_path / f"found without {len(gone)}"
        done = extract(pvboot, [image for number, image in enumerate(images) if number not in gone], found)
        assert done.returncode == 0, done.stderr
        tree.assert_same(source, found)
    shutil.rmtree(tmp_path)


def test_a_disk_that_stayed_behind(pvboot, linux, source, tmp_path):
    """It was away when files were written, and is back: what it has is old."""
    script = ("mkfs.btrfs -q -L pool -d raid1 -m raid1 $1 $2\nbtrfs device scan\n" + MOUNT.format("") + "tar -xf $source -C /mnt\numount /mnt\n"
              "btrfs device scan --forget\nmount -t btrfs -o degraded $1 /mnt\necho newer >/mnt/newer\nrm -r /mnt/many\nsync\n")
    images = linux.make("btrfs-behind", [256, 256], script, source)
    done = run(pvboot, images, "ls", "(btrfs/pool)/")
    assert "(hd1): device 2, older than (hd0) of the same array: it is left out" in done.stderr, done.stderr
    assert "newer\n" in done.stdout and "many" not in done.stdout
