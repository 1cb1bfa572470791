/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A disk with nothing on it but four primary partitions: for a menu's text without its disk, so that the devices
 * that it names are there.
 */
#pragma once

struct disk;
struct waiter;

struct disk *blank_disk(struct waiter *);
