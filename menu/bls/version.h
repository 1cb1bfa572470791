/* SPDX-License-Identifier: BSD-2-Clause */
/* RPM's order of versions (rpm-version(7)), which the Boot Loader Specification's files are sorted by. */
#pragma once

/*
 * Compares two versions, part by part: numbers as numbers, and above letters; "1.0~rc1" is before
 * "1.0", "1.0^git1" after it. Returns a number below, at or above 0.
 */
int version_compare(const char *left, const char *right);

/*
 * The same for names of packages, "NAME-VERSION-RELEASE": by name first, then by version, then by
 * release.
 */
int version_compare_packages(const char *left, const char *right);
