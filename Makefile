# SPDX-License-Identifier: BSD-2-Clause
#
#   make          build/pvboot-x86_64.elf (the loader, a kernel of PV and PVH domains), build/pvboot (the tool), build/libpvboot.so and .a
#   make run      the loader on the real Xen, in QEMU, on this terminal; DISK=my.img for your own disk, TYPE=pvh for a PVH guest
#   make bench    measures, beside the peers; writes docs/benchmarks.md
#   make check    every test; ends with "N passed, N failed"
#   make install  the loader, the tool, manual pages and completions, below $(DESTDIR)$(PREFIX)
#   make uninstall  removes them again
#   make html     the manual pages as build/html
#   make deb      Debian packages in build/deb, of what is committed; MAINTAINER='NAME <ADDRESS>' for packages that others get
#   make dist     build/pvboot-VERSION.tar.gz, of what is committed
#   make check-package  builds, installs and tries the Debian packages in a clean Debian
#   make pictures takes the documentation's pictures anew
#   make format   lays out the source as .clang-format says
#   make clean
#
# O=DIR builds elsewhere, V=1 shows the commands.

O ?= build
V ?= 0
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)')

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += --jobs=$(shell nproc)
endif
.PHONY: all
all: $(O)/pvboot-x86_64.elf $(O)/pvboot $(O)/libpvboot.a $(O)/libpvboot.so $(O)/pvboot-bootloader

# ---- packages: the one place that names what this project needs from Debian -------------------

BUILD_PACKAGES := gcc make binutils libc6-dev musl-dev libxen-dev \
	libnbd-dev libarchive-dev zlib1g-dev liblzma-dev libzstd-dev liblz4-dev libbz2-dev liblzo2-dev libcrypt-dev nettle-dev \
	libxxhash-dev libb2-dev libseccomp-dev
RUN_PACKAGES := $(BUILD_PACKAGES) qemu-system-x86 xen-hypervisor-4.17-amd64 xen-utils-4.17 \
	xenstore-utils busybox-static kmod cpio mount e2fsprogs python3 xz-utils zstd lz4
CHECK_PACKAGES := $(RUN_PACKAGES) clang clang-format clang-tidy libclang-rt-14-dev libcmocka-dev \
	dosfstools mtools makefs fdisk sleuthkit git grub-xen-host grub-common grub2-common grub-emu bzip2 lzop \
	python3-pytest python3-pytest-xdist python3-pexpect python3-pyte python3-jsonschema openssl \
	xfsprogs btrfs-progs f2fs-tools exfatprogs ntfs-3g jfsutils reiserfsprogs udftools \
	squashfs-tools erofs-utils xorriso cryptsetup-bin mdadm lvm2 genisoimage libarchive-tools \
	pkg-config strace bsdextrautils qemu-utils reuse mandoc bash-completion zsh fish
BENCH_PACKAGES := $(CHECK_PACKAGES) p7zip-full pigz gnuplot-nox
DEB_PACKAGES := $(BUILD_PACKAGES) debhelper dpkg-dev git
PACKAGE_PACKAGES := $(CHECK_PACKAGES) $(DEB_PACKAGES) debootstrap debian-archive-keyring lintian

# apt wants root: without it, or without a network, say what is missing.
define install
	$(Q)missing=$$(for package in $(1); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q ' installed$$' || echo $$package; done); \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ]; then \
		(apt-get update -q && DEBIAN_FRONTEND=noninteractive \
			apt-get install -q -y --no-install-recommends $$missing) >$(O)/packages.log 2>&1 \
			|| { tail -n 5 $(O)/packages.log; exit 1; }; \
	elif [ -n "$$missing" ]; then \
		echo "These packages are missing; as root: apt-get install" $$missing; exit 1; \
	fi
endef

$(O):
	$(Q)mkdir -p $@
.PHONY: build-packages run-packages check-packages bench-packages deb-packages package-packages
build-packages: | $(O)
	$(call install,$(BUILD_PACKAGES))
run-packages: | $(O)
	$(call install,$(RUN_PACKAGES))
check-packages: | $(O)
	$(call install,$(CHECK_PACKAGES))
bench-packages: | $(O)
	$(call install,$(BENCH_PACKAGES))
deb-packages: | $(O)
	$(call install,$(DEB_PACKAGES))
package-packages: | $(O)
	$(call install,$(PACKAGE_PACKAGES))

# ---- sources: a folder's files are found, not listed ------------------------------------------

sources = $(sort $(foreach folder,$(1),$(wildcard $(folder)/*.c $(folder)/*/*.c $(folder)/*/*.S)))
PORTABLE := $(call sources,lib unpack fs menu boot) pvops/wait.c pvops/xen/xenstore_wire.c \
	$(addprefix hypervisor/xen-pv/next/,check.c layout.c modules.c numbering.c) \
	$(addprefix hypervisor/xen-pvh/,holes.c regions.c page_tables.c $(addprefix next/,check.c layout.c moves.c room.c multiboot.c way.c way_linux.c way_multiboot.c way_multiboot2.c way_pvh.c writer.c))
HOST := $(sort $(wildcard pvops/host/*.c hypervisor/host/*.c))
LIBPVBOOT := $(sort $(wildcard libpvboot/*.c))
TOOL := $(sort $(wildcard tool/*.c))
BOOTLOADER := $(sort $(wildcard bootloader/*.c))
XEN := $(filter-out $(PORTABLE),$(sort $(wildcard libc/*.c loader/*.[cS] pvops/xen/*.c hypervisor/xen*/*.[cS] hypervisor/xen-pv*/*/*.[cS])))

# ---- compilers --------------------------------------------------------------------------------

# A package is built with the distribution's CFLAGS, CPPFLAGS and LDFLAGS for the tool, WERROR= and SHARED=1. What is built
# does not depend on the folder it is built in.
WERROR ?= -Werror
WARNINGS := -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wimplicit-fallthrough
CFLAGS_ALL := -std=gnu17 -O2 -g -ffile-prefix-map=$(CURDIR)=. -I. -MMD -MP $(WARNINGS) -fno-strict-aliasing -fwrapv
LIBRARIES := -l:libz.a -l:liblzma.a -l:libzstd.a -l:liblz4.a -l:libbz2.a -l:liblzo2.a -l:libcrypt.a -l:libnettle.a -l:libb2.a
SHARED_LIBRARIES := $(patsubst -l:lib%.a,-l%,$(LIBRARIES))
TOOL_LIBRARIES := $(if $(filter 1,$(SHARED)),$(SHARED_LIBRARIES),$(LIBRARIES))

# The loader: no libc of the host's, but musl's string functions and snprintf. No SSE state of ours;
# exceptions arrive on the running stack, so no red zone. Its address is in no code model's reach
# but the position-independent one's.
MUSL := $(shell gcc -print-multiarch | sed 's/gnu/musl/')
XEN_INTERFACE := 0x00040d00
CFLAGS_LOADER := $(CFLAGS_ALL) -D__XEN_INTERFACE_VERSION__=$(XEN_INTERFACE) -nostdinc -isystem /usr/include/$(MUSL) \
	-isystem $(shell gcc -print-file-name=include) -idirafter /usr/include \
	-fpie -fvisibility=hidden -mgeneral-regs-only -mno-red-zone -fcf-protection=none \
	-fstack-protector-strong -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables
CFLAGS_TOOL := $(CFLAGS_ALL) -D_GNU_SOURCE
CFLAGS_HOST := $(CFLAGS_TOOL) -fPIC -fvisibility=hidden
CFLAGS_TEST := $(CFLAGS_TOOL) -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_FUZZ := $(CFLAGS_TEST) -fsanitize=fuzzer-no-link
TEST_CC := clang

define compile # name, compiler, flags
$(O)/$(1)/%.o: %.c
	$$(call say,CC,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(2) $(3) -c -o $$@ $$<
$(O)/$(1)/%.o: %.S
	$$(call say,AS,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(2) $(3) -c -o $$@ $$<
endef
$(eval $(call compile,loader,gcc,$(CFLAGS_LOADER)))
$(eval $(call compile,host,gcc,$(CFLAGS_HOST) $(CPPFLAGS) $(CFLAGS)))
$(eval $(call compile,test,$(TEST_CC),$(CFLAGS_TEST)))
$(eval $(call compile,fuzz,$(TEST_CC),$(CFLAGS_FUZZ)))
objects = $(patsubst %,$(O)/$(1)/%.o,$(basename $(2)))

LOADER_OBJECTS := $(call objects,loader,$(PORTABLE) $(XEN))
HOST_OBJECTS := $(call objects,host,$(PORTABLE) $(HOST) $(LIBPVBOOT) $(TOOL))
BOOTLOADER_OBJECTS := $(call objects,host,$(PORTABLE) $(filter-out %/format.c %/image.c %/library.c %/nbd_disk.c,$(HOST)) $(BOOTLOADER))
TEST_OBJECTS := $(call objects,test,$(PORTABLE) $(HOST) $(LIBPVBOOT) bootloader/ending.c bootloader/handover.c)
-include $(LOADER_OBJECTS:.o=.d) $(HOST_OBJECTS:.o=.d) $(BOOTLOADER_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d)

# ---- the loader and the tool ------------------------------------------------------------------

$(O)/pvboot-x86_64.debug: $(LOADER_OBJECTS) hypervisor/xen/link.ld
	$(call say,LD,$@)
	$(Q)ld -static -nostdlib -z noexecstack --no-dynamic-linker --no-relax --gc-sections --fatal-warnings --build-id=sha1 -T hypervisor/xen/link.ld -Map $(O)/pvboot-x86_64.map -o $@ \
		$(LOADER_OBJECTS) -L/usr/lib/$(shell gcc -print-multiarch) $(LIBRARIES) /usr/lib/$(MUSL)/libc.a

$(O)/pvboot-x86_64.elf: $(O)/pvboot-x86_64.debug
	$(call say,STRIP,$@)
	$(Q)objcopy --strip-all $< $@

$(O)/pvboot: $(HOST_OBJECTS)
	$(call say,LD,$@)
	$(Q)gcc $(LDFLAGS) -o $@ $(HOST_OBJECTS) $(TOOL_LIBRARIES)

# Static: its sandbox knows what its own libraries ask of the system; and a dom0 may have none of them.
$(O)/pvboot-bootloader: $(BOOTLOADER_OBJECTS)
	$(call say,LD,$@)
	$(Q)gcc -static $(LDFLAGS) -o $@ $(BOOTLOADER_OBJECTS) $(LIBRARIES) -lseccomp

# ---- the library ------------------------------------------------------------------------------

# It links the other libraries as any program of a distribution does. Nothing but pvboot_... is seen of either file.
SONAME := libpvboot.so.0
LIBRARY_OBJECTS := $(call objects,host,$(PORTABLE) $(filter-out %/console.c %/log.c %/nobody.c %/power.c,$(HOST)) $(LIBPVBOOT))

$(O)/libpvboot.o: $(LIBRARY_OBJECTS)
	$(call say,LD,$@)
	$(Q)ld -r -o $@ $(LIBRARY_OBJECTS)
	$(Q)objcopy --localize-hidden $@
$(O)/libpvboot.a: $(O)/libpvboot.o
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)ar rcsD $@ $<
$(O)/$(SONAME): $(LIBRARY_OBJECTS) libpvboot/libpvboot.map
	$(call say,LD,$@)
	$(Q)gcc -shared $(LDFLAGS) -o $@ -Wl,-soname,$(SONAME) -Wl,--version-script=libpvboot/libpvboot.map -Wl,--no-undefined -Wl,--as-needed \
		$(LIBRARY_OBJECTS) $(SHARED_LIBRARIES)
$(O)/libpvboot.so: $(O)/$(SONAME)
	$(Q)ln -sf $(SONAME) $@

# ---- unit tests: portable code under ASan and UBSan -------------------------------------------

UNIT_TESTS := $(patsubst tests/unit/%.c,$(O)/unit/%,$(wildcard tests/unit/test_*.c))
$(O)/unit/%: $(O)/test/tests/unit/%.o $(TEST_OBJECTS)
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(TEST_CC) -fsanitize=address,undefined -o $@ $^ -lcmocka $(LIBRARIES)
-include $(patsubst tests/unit/%.c,$(O)/test/tests/unit/%.d,$(wildcard tests/unit/*.c))

# ---- scripts of GRUB 2's, run beside GRUB's own programs ----------------------------------------

SCRIPTING := $(call sources,lib) $(wildcard menu/grub_cfg/*.c boot/script/*.c)
SCRIPT_PROGRAMS := $(O)/run_script $(O)/list_entries
$(SCRIPT_PROGRAMS): $(O)/%: $(O)/test/tests/script/%.o $(call objects,test,$(SCRIPTING))
	$(call say,LD,$@)
	$(Q)$(TEST_CC) -fsanitize=address,undefined -o $@ $^
-include $(SCRIPT_PROGRAMS:$(O)/%=$(O)/test/tests/script/%.d)

# ---- the fuzzers: the same code, with libFuzzer's eyes on it ----------------------------------

FUZZED_disk := $(call sources,lib unpack fs) pvops/wait.c
FUZZED_text := $(SCRIPTING) $(wildcard menu/bls/*.c menu/extlinux/*.c menu/freebsd/*.c) menu/grammar/lines.c
FUZZED_menu := $(PORTABLE)
FUZZ_LINK_menu := -Wl,--wrap=script_open
FUZZERS := disk text menu

define fuzzer # name
FUZZER_OBJECTS_$(1) := $$(call objects,fuzz,$$(FUZZED_$(1)) tests/fuzz/fuzz_$(1).c)
-include $$(FUZZER_OBJECTS_$(1):.o=.d)
$(O)/fuzz_$(1): $$(FUZZER_OBJECTS_$(1))
	$$(call say,LD,$$@)
	$$(Q)$$(TEST_CC) -fsanitize=fuzzer,address,undefined $$(FUZZ_LINK_$(1)) -o $$@ $$^ $$(LIBRARIES)
endef
$(foreach name,$(FUZZERS),$(eval $(call fuzzer,$(name))))

# ---- the probe: a guest that says what it was given (tests/xen/probe/README.md) -----------------

# Each variant is the same source with other notes: VIRT_BASE, the image's first address, the rest.
PROBES := plain linux zero near across netbsd symbols itself
PROBE_plain := 0xffffffff80000000 0xffffffff80000000
PROBE_linux := 0xffffffff80000000 0xffffffff81000000 -DPROBE_INIT_P2M=0x8000000000 -DPROBE_MOD_START_PFN
PROBE_zero := 0x0 0x0 -DPROBE_NO_HYPERCALL_PAGE
PROBE_near := 0xffffffff80000000 0xffffffff80000000 -DPROBE_INIT_P2M=0xffffff8000000000
PROBE_across := 0xffffffff80000000 0xffffffff80000000 -DPROBE_INIT_P2M=0xffffff7fffff0000
PROBE_netbsd := 0xffffffff80000000 0xffffffff80100000 -DPROBE_XEN_GUEST
PROBE_symbols := 0xffffffff80000000 0xffffffff80200000 -DPROBE_BSD_SYMTAB -DPROBE_MOD_START_PFN
PROBE_itself := 0xffffc00000000000 0xffffc00000000000 -DPROBE_INIT_P2M=0xffffbf8000000000 -DPROBE_MOD_START_PFN

# A PVH one is linked where it is loaded. Its hypercalls go through Xen's page or by instruction.
PROBES_PVH := pvh pvh-linux
PROBE_pvh := 0x100000 -DPROBE_BY_INSTRUCTION -DPROBE_BSD_SYMTAB
PROBE_pvh-linux := 0x1000000

# One that has no Xen note, but a multiboot header: version 1's is no ELF file.
PROBE_MULTIBOOT_SOURCES := $(addprefix tests/xen/probe/pvh/,entry.S shared.c) tests/xen/probe/multiboot/header.S tests/xen/probe/multiboot/main.c \
	hypervisor/xen-pvh/hypercalls.c

PROBE_SHARED := tests/xen/probe/common.c tests/xen/probe/console.c tests/xen/probe/hypervisor.c tests/xen/probe/store.c \
	libc/stubs.c hypervisor/xen/hypercall.c

define probe # name, kind's sources, compiler flags, linker script, linker flags
$$(eval $$(call compile,probe/$(1)-objects,gcc,$$(CFLAGS_LOADER) -fno-delete-null-pointer-checks -fno-stack-protector $(3)))
PROBE_OBJECTS_$(1) := $$(call objects,probe/$(1)-objects,$(2) $$(PROBE_SHARED))
-include $$(PROBE_OBJECTS_$(1):.o=.d)
$(O)/probe/$(1): $$(PROBE_OBJECTS_$(1)) $(4)
	$$(call say,LD,$$@)
	$$(Q)ld -static -nostdlib -z noexecstack --no-dynamic-linker --no-relax --gc-sections --no-warn-rwx-segments \
		$(5) -T $(4) -o $$@ $$(PROBE_OBJECTS_$(1)) /usr/lib/$(MUSL)/libc.a
	$$(Q)objcopy --strip-debug $$@
endef
pv-probe = $(call probe,$(1),$(wildcard tests/xen/probe/pv/*.[cS]),$(4) -DPROBE_BASE=$(2) -DPROBE_BASE_TEXT='"$(2)"' -DPROBE_START_TEXT='"$(3)"',tests/xen/probe/pv/probe.ld,--defsym PROBE_BASE=$(2) --defsym PROBE_START=$(3) --defsym PROBE_PADDR=$(if $(findstring XEN_GUEST,$(4)),$(2),0))
pvh-probe = $(call probe,$(1),$(wildcard tests/xen/probe/pvh/*.[cS]) hypervisor/xen-pvh/hypercalls.c,$(3),tests/xen/probe/pvh/probe.ld,--defsym PROBE_START=$(2))
$(foreach name,$(PROBES),$(eval $(call pv-probe,$(name),$(word 1,$(PROBE_$(name))),$(word 2,$(PROBE_$(name))),$(wordlist 3,9,$(PROBE_$(name))))))
$(foreach name,$(PROBES_PVH),$(eval $(call pvh-probe,$(name),$(word 1,$(PROBE_$(name))),$(wordlist 2,9,$(PROBE_$(name))))))

$(foreach version,1 2,$(eval $(call probe,multiboot$(version),$(PROBE_MULTIBOOT_SOURCES),-DPROBE_MULTIBOOT=$(version),tests/xen/probe/pvh/probe.ld,--defsym PROBE_START=0x400000)))
$(O)/probe/multiboot1.bin: $(O)/probe/multiboot1
	$(call say,OBJCOPY,$@)
	$(Q)objcopy -O binary $< $@

$(O)/probe/context: tests/xen/probe/context.c
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D)
	$(Q)gcc $(CFLAGS_TOOL) -o $@ $< -lxenctrl

# A block backend with bad manners, for dom0, which has none of the libraries: static.
$(O)/backend: tests/xen/backend/backend.c
	$(call say,LD,$@)
	$(Q)gcc $(CFLAGS_TOOL) -D__XEN_INTERFACE_VERSION__=$(XEN_INTERFACE) -static -o $@ $< \
		-lxenstore -lxengnttab -lxenevtchn -lxencall -lxentoollog -lxentoolcore
-include $(O)/backend.d

PROBE_FILES := $(addprefix $(O)/probe/,$(PROBES) $(PROBES_PVH) multiboot1.bin multiboot2 context)
.PHONY: probe
probe: $(PROBE_FILES)

# ---- the loader, running ----------------------------------------------------------------------

# `make run` shows the loader's menu on a demo disk; `make run DISK=my.img` on yours (which stays as it is).
DISK ?= $(O)/demo.img
TYPE ?= pv
$(O)/demo.img: tests/images/demo.py tests/images/initramfs.py xenbox/files.py
	$(call say,IMAGE,$@)
	$(Q)python3 tests/images/demo.py $(O)/xenbox $@
.PHONY: run
run: run-packages
	$(Q)$(MAKE) --no-print-directory O=$(O) V=$(V) $(O)/pvboot-x86_64.elf $(if $(filter $(O)/demo.img,$(DISK)),$(DISK))
	$(Q)xenbox/xenbox --build $(O)/xenbox --kernel $(O)/pvboot-x86_64.elf --type $(TYPE) --disk $(DISK)

# ---- the documentation's pictures --------------------------------------------------------------

.PHONY: pictures
pictures: check-packages
	$(Q)$(MAKE) --no-print-directory O=$(O) V=$(V) $(O)/pvboot
	$(Q)python3 tests/menu/pictures.py $(O)/pvboot docs

# ---- checks -----------------------------------------------------------------------------------

C_FILES = $(shell git ls-files '*.c' '*.h')
TIDY_FILES = $(PORTABLE) $(HOST) $(LIBPVBOOT) $(TOOL) $(BOOTLOADER)
export PVBOOT_BUILD = $(abspath $(O))

# Each check is a script or program that ends with "N passed, N failed"-like lines; tests/run adds them up.
CHECKS := format tidy structure unit script fuzz images menu install xen
CHECKED := all $(UNIT_TESTS) $(SCRIPT_PROGRAMS) $(FUZZERS:%=$(O)/fuzz_%) $(O)/backend probe $(O)/compile_commands.json
.PHONY: check $(CHECKS:%=check-%)
check: check-packages
	$(Q)$(MAKE) --no-print-directory O=$(O) V=$(V) $(CHECKED)
	$(Q)tests/run $(CHECKS)
$(CHECKS:%=check-%): check-packages
	$(Q)$(MAKE) --no-print-directory O=$(O) V=$(V) $(CHECKED)
	$(Q)tests/run $(@:check-%=%)

# Debian packages in a clean Debian: some minutes, and the network, so it is no part of `make check`.
.PHONY: check-package
check-package: package-packages
	$(Q)$(MAKE) --no-print-directory O=$(O) V=$(V) all
	$(Q)tests/run package

# ---- measurements -----------------------------------------------------------------------------

# `make bench` measures beside the peers, on a machine that is otherwise idle; BENCH="boot own" only these.
.PHONY: bench
bench: bench-packages
	$(Q)$(MAKE) --no-print-directory O=$(O) V=$(V) all
	$(Q)tests/bench/bench.py $(BENCH)

$(O)/compile_commands.json: Makefile | $(O)
	$(Q)python3 tests/compile_commands.py $(O) "$(CFLAGS_TOOL)" $(TIDY_FILES) > $@

.PHONY: list-objects
list-objects: # for tests/structure
	@echo $(call objects,loader,$(PORTABLE))

# ---- installation -----------------------------------------------------------------------------

PREFIX ?= /usr/local
bindir ?= $(PREFIX)/bin
datadir ?= $(PREFIX)/share
mandir ?= $(datadir)/man
docdir ?= $(datadir)/doc/pvboot
loaderdir ?= $(PREFIX)/lib/pvboot
libdir ?= $(PREFIX)/lib
includedir ?= $(PREFIX)/include
pkgconfigdir ?= $(libdir)/pkgconfig
bashdir ?= $(datadir)/bash-completion/completions
zshdir ?= $(datadir)/zsh/site-functions
fishdir ?= $(datadir)/fish/vendor_completions.d

MAN_PAGES := $(wildcard man/*.[1-8])
man-target = $(DESTDIR)$(mandir)/man$(subst .,,$(suffix $(1)))/$(notdir $(1))

# The pages name the loader where a distribution has it.
define install-man # page
	$(Q)install -d $(dir $(call man-target,$(1)))
	$(Q)sed 's|/usr/lib/pvboot|$(loaderdir)|' $(1) > $(call man-target,$(1))

endef

.PHONY: install
install: all
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)install -D $(O)/pvboot $(DESTDIR)$(bindir)/pvboot
	$(Q)install -D -m 644 $(O)/pvboot-x86_64.elf $(DESTDIR)$(loaderdir)/pvboot-x86_64.elf
	$(Q)install -D $(O)/pvboot-bootloader $(DESTDIR)$(loaderdir)/pvboot-bootloader
	$(Q)install -D -m 644 libpvboot/pvboot.h $(DESTDIR)$(includedir)/libpvboot/pvboot.h
	$(Q)install -D -m 644 $(O)/libpvboot.a $(DESTDIR)$(libdir)/libpvboot.a
	$(Q)install -D -m 644 $(O)/$(SONAME) $(DESTDIR)$(libdir)/$(SONAME)
	$(Q)ln -sf $(SONAME) $(DESTDIR)$(libdir)/libpvboot.so
	$(Q)install -d $(DESTDIR)$(pkgconfigdir)
	$(Q)sed 's|@PREFIX@|$(PREFIX)|; s|@libdir@|$(libdir)|; s|@includedir@|$(includedir)|; s|@VERSION@|$(VERSION)|; s|@LIBRARIES@|$(SHARED_LIBRARIES)|' \
		libpvboot/libpvboot.pc.in > $(DESTDIR)$(pkgconfigdir)/libpvboot.pc
	$(Q)install -D -m 644 docs/json.md $(DESTDIR)$(docdir)/json.md
	$(Q)install -D -m 644 docs/examples/list.c $(DESTDIR)$(docdir)/examples/list.c
	$(Q)install -D -m 644 docs/examples/digest.py $(DESTDIR)$(docdir)/examples/digest.py
	$(Q)install docs/examples/zz-pvboot-check $(DESTDIR)$(docdir)/examples/zz-pvboot-check
	$(Q)install -m 644 docs/examples/pvboot-check.service docs/examples/pvboot-check.path $(DESTDIR)$(docdir)/examples
	$(Q)install -D -m 644 completions/pvboot.bash $(DESTDIR)$(bashdir)/pvboot
	$(Q)install -D -m 644 completions/_pvboot $(DESTDIR)$(zshdir)/_pvboot
	$(Q)install -D -m 644 completions/pvboot.fish $(DESTDIR)$(fishdir)/pvboot.fish
	$(foreach page,$(MAN_PAGES),$(call install-man,$(page)))

# What `install` has put there; of folders those that are ours alone, when nothing else is in them.
INSTALLED := $(bindir)/pvboot $(addprefix $(loaderdir)/,pvboot-x86_64.elf pvboot-bootloader) $(includedir)/libpvboot/pvboot.h \
	$(addprefix $(libdir)/,libpvboot.a $(SONAME) libpvboot.so) $(pkgconfigdir)/libpvboot.pc \
	$(addprefix $(docdir)/,json.md $(addprefix examples/,list.c digest.py zz-pvboot-check pvboot-check.service pvboot-check.path)) \
	$(bashdir)/pvboot $(zshdir)/_pvboot $(fishdir)/pvboot.fish
INSTALLED_FOLDERS := $(loaderdir) $(includedir)/libpvboot $(docdir)/examples $(docdir)
.PHONY: uninstall
uninstall:
	$(call say,REMOVE,$(DESTDIR)$(PREFIX))
	$(Q)rm -f $(addprefix $(DESTDIR),$(INSTALLED)) $(foreach page,$(MAN_PAGES),$(call man-target,$(page)))
	$(Q)for folder in $(addprefix $(DESTDIR),$(INSTALLED_FOLDERS)); do \
		[ ! -d $$folder ] || rmdir --ignore-fail-on-non-empty $$folder; done

HTML_PAGES := $(patsubst man/%,$(O)/html/%.html,$(MAN_PAGES))
.PHONY: html
html: $(HTML_PAGES)
$(O)/html/%.html: man/%
	$(call say,HTML,$@)
	$(Q)mkdir -p $(@D)
	$(Q)mandoc -T html -O man=%N.%S.html $< > $@

# ---- releases ---------------------------------------------------------------------------------

VERSION := $(shell sed -n 's/.define PVBOOT_VERSION "\(.*\)"/\1/p' lib/version.h)

# The same bytes wherever it is made of the same commit.
.PHONY: dist
dist: $(O)/pvboot-$(VERSION).tar.gz
.PHONY: $(O)/pvboot-$(VERSION).tar.gz
$(O)/pvboot-$(VERSION).tar.gz: | $(O)
	$(call say,DIST,$@)
	$(Q)git -c tar.umask=0022 archive --format=tar --prefix=pvboot-$(VERSION)/ HEAD | gzip -9n > $@

# Source and binary packages. An outer make's jobs and flags are none of theirs.
# The project has no address that a package could name: who hands packages to others puts in their own.
DEB := $(O)/deb
MAINTAINER ?=
.PHONY: deb deb-source
deb-source: dist
	$(Q)rm -rf $(DEB) && mkdir -p $(DEB)
	$(Q)cp $(O)/pvboot-$(VERSION).tar.gz $(DEB)/pvboot_$(VERSION).orig.tar.gz
	$(Q)tar -xf $(DEB)/pvboot_$(VERSION).orig.tar.gz -C $(DEB)
	$(Q)git -c tar.umask=0022 archive --prefix=pvboot-$(VERSION)/debian/ HEAD:debian | tar -x -C $(DEB)
	$(if $(MAINTAINER),$(Q)sed -i -E 's|^(Maintainer:\| --) .*>|\1 $(MAINTAINER)|' $(DEB)/pvboot-$(VERSION)/debian/control $(DEB)/pvboot-$(VERSION)/debian/changelog)
deb: deb-packages deb-source
	$(call say,DEB,$(DEB))
	$(Q)cd $(DEB)/pvboot-$(VERSION) && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
		dpkg-buildpackage --no-sign >../build.log 2>&1 || { tail -n 20 ../build.log; exit 1; }

.PHONY: format clean
format:
	$(Q)clang-format -i $(C_FILES)
clean:
	$(Q)rm -rf $(O)
