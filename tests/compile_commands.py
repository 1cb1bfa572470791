# SPDX-License-Identifier: BSD-2-Clause
"""compile_commands.py BUILD FLAGS FILE...: the compilation database that clang-tidy and editors read."""

import json
import os
import sys

build, flags, *files = sys.argv[1:]
json.dump([{"directory": os.getcwd(), "file": file, "command": f"gcc {flags} -c -o {build}/host/{file}.o {file}"}
           for file in files], sys.stdout, indent=1)
