/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/grammar/grammar.h"

#include <string.h>

#include "menu/config.h"

static const struct grammar *const grammars[] = {&menu_lst, &boot_cfg, &grub_cfg, &extlinux_conf};

const struct config_path config_paths[] = {
    {"/boot/grub/menu.lst", &menu_lst},
    {"/boot/grub/grub.conf", &menu_lst},
    {"/grub/menu.lst", &menu_lst},
    {"/grub/grub.conf", &menu_lst},
    {"/boot.cfg", &boot_cfg},
    {"/menu.lst", &menu_lst},
    {"/boot/grub/grub.cfg", &grub_cfg},
    {"/boot/grub2/grub.cfg", &grub_cfg},
    {"/grub/grub.cfg", &grub_cfg},
    {"/grub2/grub.cfg", &grub_cfg},
    {"/boot/loader/entries", &bls_entries},
    {"/loader/entries", &bls_entries},
    {"/boot/extlinux/extlinux.conf", &extlinux_conf},
    {"/boot/extlinux.conf", &extlinux_conf},
    {"/extlinux/extlinux.conf", &extlinux_conf},
    {"/extlinux.conf", &extlinux_conf},
    {"/boot/syslinux/syslinux.cfg", &extlinux_conf},
    {"/syslinux/syslinux.cfg", &extlinux_conf},
    {"/syslinux.cfg", &extlinux_conf},
    {"/boot/isolinux/isolinux.cfg", &extlinux_conf},
    {"/isolinux/isolinux.cfg", &extlinux_conf},
    {"/isolinux.cfg", &extlinux_conf},
};

const size_t config_path_count = sizeof config_paths / sizeof config_paths[0];

static const char *last_component(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static const struct grammar *grammar_of_name(const char *name)
{
    const char *file = last_component(name);
    for (size_t i = 0; i < config_path_count; i++) {
        if (strcmp(last_component(config_paths[i].path), file) == 0) {
            return config_paths[i].grammar;
        }
    }
    return NULL;
}

const struct grammar *grammar_of(const struct config_text *text)
{
    const struct grammar *grammar = grammar_of_name(text->name);
    for (size_t i = 0; grammar == NULL && i < sizeof grammars / sizeof grammars[0]; i++) {
        bool is_it = grammars[i]->recognise != NULL && grammars[i]->recognise(text);
        grammar = is_it ? grammars[i] : NULL;
    }
    return grammar != NULL ? grammar : &menu_lst;
}
