/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host asks for, in the ways in which it would ask the loader in a domain: extra=, ramdisk=, xenstore. */
#pragma once

struct machine;
struct request;
struct store;

/* Its extra= and its ramdisk=; for these a file is read. Returns 0 or an error (logged). */
int wish_config(struct machine *, const struct request *);

/* A store (pvops/store.h) in which only the wanted entry stands, by number or title; what is sent to it is dropped. */
struct store *wish_store(const struct request *);
