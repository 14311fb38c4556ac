"""What a child process may use: memory, time, files. It bounds itself before it touches what was handed to it.

Whatever it reads may be made to hurt its reader; then it can hurt nothing but this process.
"""

import sys

try:
    import resource
except ImportError:  # Windows has no such limits: there the parent's clock alone guards
    resource = None  # type: ignore[assignment]  # asked for below


def bound(memory: int, seconds: int, written: int | None = None) -> None:
    """Bound this process, where the system can.

    Args:
        memory: bytes of address space.
        seconds: of processor time.
        written: bytes that a file may have which it writes; pipes are not counted.
    """
    if resource is None:
        return
    limits = {resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    if written is not None:
        limits[resource.RLIMIT_FSIZE] = written
    for kind, value in limits.items():
        try:
            resource.setrlimit(kind, (value, value))
        except ValueError:  # the system allows less already
            continue


def open_nothing_more() -> None:
    """From here on this process opens no file and no connection; what is open stays so. Import everything before.

    No descriptor is to be had any more, on every system but Windows. Where Linux has Landlock (5.13 and later), no
    path can be removed or renamed either.
    """
    if resource is None:
        return
    if sys.platform == "linux":
        _landlock()
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


# https://docs.kernel.org/userspace-api/landlock.html. The numbers are the same on x86-64 and ARM64.
_CREATE_RULESET, _RESTRICT_SELF, _VERSION = 444, 446, 1
_NO_NEW_PRIVILEGES = 38
_FILES_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NETWORK, _SCOPES = 0b11, 0b11  # binding and connecting; abstract sockets and signals of others


def _landlock() -> None:
    import ctypes  # noqa: PLC0415 -- takes longer to import than the rest together

    libc = ctypes.CDLL(None, use_errno=True)
    abi = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
    if abi < 1:
        return  # the kernel has none
    rights = [_FILES_BY_ABI[min(abi, 5)], *([_NETWORK] if abi >= 4 else []), *([_SCOPES] if abi >= 6 else [])]
    ruleset = (ctypes.c_uint64 * len(rights))(*rights)
    handle = libc.syscall(_CREATE_RULESET, ruleset, ctypes.c_size_t(ctypes.sizeof(ruleset)), ctypes.c_uint32(0))
    if handle >= 0 and libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
        libc.syscall(_RESTRICT_SELF, handle, ctypes.c_uint32(0))
