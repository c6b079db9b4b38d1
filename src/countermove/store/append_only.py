"""A file that only grows: what was appended is on the disk itself before it is acknowledged, or the file is as it was before."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from countermove.errors import StoreError
from countermove.store.disk import explained, sync_folder, write_bytes


class AppendOnly:
    """One file, open for one process at a time. Raises StoreError where the system refuses it, or another process has it."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        """Open it; `new`: make it, where no file may be yet."""
        self.path = path
        self.broken = False
        if new and path.exists():
            raise StoreError("there is a file of this name already", where=str(path), next="Choose another name")
        with explained(path):
            self._descriptor = os.open(path, os.O_RDWR | (os.O_CREAT | os.O_EXCL if new else 0), 0o600)
        try:
            self._lock()
            self.length = os.fstat(self._descriptor).st_size
            if new:
                sync_folder(path.parent)
        except BaseException:
            os.close(self._descriptor)
            raise

    def _lock(self) -> None:
        """Keep other processes out; the system lets go of it when this one ends, however it ends."""
        if os.name != "posix":
            return  # Windows lets nobody delete it, and the chain of a transcript tells of a second writer
        import fcntl

        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            raise StoreError("another process has this file open", where=str(self.path), next="Stop the other one first") from error

    def read(self) -> bytes:
        """All of it."""
        with explained(self.path):
            return self.path.read_bytes()

    def append(self, data: bytes) -> None:
        """Add to its end, down to the disk itself. Raises StoreError where that fails; the file is then as it was."""
        if self.broken:
            raise StoreError(
                "an earlier write failed and could not be taken back", where=str(self.path), next="Start the server again"
            )
        before = self.length
        try:
            with explained(self.path, lambda: len(data)):
                os.lseek(self._descriptor, before, os.SEEK_SET)
                done = 0
                while done < len(data):
                    done += write_bytes(self._descriptor, data[done:])
                os.fsync(self._descriptor)
            self.length = before + len(data)
        except BaseException:
            self.cut(before)
            raise

    def cut(self, length: int) -> None:
        """Keep the first `length` bytes. Where even that fails, nothing more is written to this file by this process."""
        try:
            with explained(self.path):
                os.ftruncate(self._descriptor, length)
                os.fsync(self._descriptor)
            self.length = length
        except StoreError:
            self.broken = True
            raise

    def close(self) -> None:
        """Let go of it; a second time nothing is done."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
