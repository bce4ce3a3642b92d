"""The cell of a child: what it cannot do whatever a file makes of it, where the kernel is Linux.

It opens no file but the program's own and those of the system's libraries (Landlock), and no line
to anybody: it makes no socket and looks into no other process (a filter of system calls, seccomp).
What the parent knows from its environment is wiped out of the child's memory. The document comes
over the one line it has. Where a kernel has not got one of these, the rest holds; `closed` tells.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

#: What a child may know of the environment: by name, and by how a name begins.
KNOWN = frozenset({
    "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV",
    "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "MALLOC_ARENA_MAX",
})  # fmt: skip
BEGINS = ("LC_", "PYTHON", "OMP_", "OPENBLAS_", "MKL_")

# Of linux/landlock.h: what may be done with files, by the version of the interface that has it.
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_BY_VERSION = ((1, 0x1FFF), (2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2

#: The system's own that libraries look into.
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/opt", "/etc/ld.so.cache", "/etc/localtime",
           "/etc/fonts", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
           "/dev/urandom", "/dev/zero")  # fmt: skip

#: Of linux/audit.h and of each machine's table: its mark, and the calls that are refused: socket,
#: ptrace, process_vm_readv, process_vm_writev, io_uring_setup.
_CALLS = {
    "x86_64": (0xC000003E, (41, 101, 310, 311, 425)),
    "aarch64": (0xC00000B7, (198, 117, 270, 271, 425)),
}
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ERRNO, EPERM
#: Numbers of the other table of x86_64 (x32) begin here.
_OTHER = 0x40000000


def closed() -> tuple[bool, bool]:
    """Whether this kernel can keep a child from files, and from the network."""
    if sys.platform != "linux":
        return False, False
    available = ctypes.c_uint32(_REFUSE & 0xFFFF0000)
    filters = 317 if platform.machine() == "x86_64" else 277
    told = _libc().syscall(filters, 2, 0, ctypes.byref(available))
    return _landlock() > 0, platform.machine() in _CALLS and told == 0


def enclose(*packages: str) -> None:
    """Closes the cell around this process, before it has a second thread. `packages` are those of
    which more may be imported."""
    forget()
    if sys.platform != "linux":
        return
    with suppress(OSError):
        _must(_libc().prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
        with suppress(OSError):
            _close_files(packages)
        _close_network()


def forget() -> None:
    """Wipes what is not KNOWN out of the environment, from the memory it was handed over in too."""
    for name in list(os.environ):
        if name not in KNOWN and not name.startswith(BEGINS):
            if os.name == "posix":
                getenv = ctypes.CDLL(None).getenv
                getenv.restype = ctypes.c_void_p
                if where := getenv(os.fsencode(name)):
                    ctypes.memset(where, 0, len(os.fsencode(os.environ[name])))
            del os.environ[name]


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _must(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _landlock() -> int:
    """The version of the kernel's Landlock; less than 1 where it has none."""
    found: int = _libc().syscall(_CREATE_RULESET, None, 0, _VERSION)
    return found


def _close_files(packages: tuple[str, ...]) -> None:
    libc, version = _libc(), _landlock()
    handled = sum(rights for since, rights in _BY_VERSION if since <= version)
    attributes = struct.pack("=Q", handled)
    rules = _must(libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0))
    try:
        for path, rights in _allowed(packages):
            with suppress(OSError):
                place = os.open(path, os.O_PATH | os.O_CLOEXEC)
                try:
                    rights &= ~_LIST if not Path(path).is_dir() else -1
                    rule = struct.pack("=Qi", rights & handled, place)
                    _must(libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0))
                finally:
                    os.close(place)
        _must(libc.syscall(_RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)


def _allowed(packages: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """The places that may be read, and how; a folder stands for all that is in it."""
    all_of = _READ | _LIST | _EXECUTE
    own = [sys.prefix, sys.base_prefix, sys.exec_prefix, os.environ.get("TESSDATA_PREFIX", "")]
    for place in (*_SYSTEM, *own):
        if place and place != "/":
            yield place, all_of
    for place in filter(None, sys.path):
        is_library = Path(place).name in ("site-packages", "dist-packages")
        yield place, all_of if is_library else _LIST
    for name in packages:
        spec = find_spec(name)
        for place in (spec and spec.submodule_search_locations) or ():
            yield place, _READ | _LIST
    yield os.devnull, _READ | _WRITE


def _close_network() -> None:
    mark, calls = _CALLS.get(platform.machine(), (0, ()))
    if not mark:
        return
    refused = len(calls) + 1
    program = [
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_EQUAL, 1, 0, mark),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
        (_AT_LEAST, refused, 0, _OTHER),
        *((_EQUAL, refused - 1 - i, 0, call) for i, call in enumerate(calls)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("=HBBI", *one) for one in program)
    kept = ctypes.create_string_buffer(code, len(code))
    filters = struct.pack("@HP", len(program), ctypes.addressof(kept))
    _must(_libc().prctl(_SECCOMP, _FILTER, filters, 0, 0))
