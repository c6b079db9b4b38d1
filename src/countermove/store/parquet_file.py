"""One Parquet file in the making: rows as they come, a row group for each lot, hashed on their way to the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from countermove.errors import StoreError
from countermove.store.columns import Columns
from countermove.store.disk import HashedFile
from countermove.store.manifest import Entry


class ParquetFile:
    """A new file at `path`. Raises OSError where the disk refuses it, StoreError for columns unlike the earlier ones."""

    def __init__(self, path: Path) -> None:
        self._file = HashedFile(path)
        self._writer: Any = None
        self._schema: Any = None
        self._rows = 0
        self.parts = 0  # that are written whole,
        self.settled = 0  # and their bytes

    def append(self, columns: Columns) -> None:
        """More rows, as a row group of their own."""
        import pyarrow.parquet as untyped

        parquet: Any = untyped
        rows = _arrow(columns)
        if self._writer is None:
            texts = [field.name for field in rows.schema if str(field.type).startswith("dictionary")]
            self._schema = rows.schema
            self._writer = parquet.ParquetWriter(
                self._file, rows.schema, compression="zstd", compression_level=1, use_dictionary=texts
            )
        if rows.schema != self._schema:
            raise StoreError(
                "these rows have other columns than the rows before", next="Give every part of a table the same columns and types"
            )
        if rows.num_rows:
            self._writer.write_table(rows, row_group_size=rows.num_rows)
        self._rows += rows.num_rows
        self.parts += 1
        self.settled = self._file.length

    def close(self) -> Entry:
        """Down to the disk itself; its length, hash and rows."""
        self._writer.close()
        self._file.close()
        return Entry(self._file.length, self._file.sha256, self._rows)

    def drop(self) -> None:
        """Close as it is."""
        self._file.drop()


def _arrow(columns: Columns) -> Any:
    """Rows as pyarrow holds them; texts are dictionaries."""
    import pyarrow as untyped

    pa: Any = untyped
    counts = {len(column) for column in columns.values() if not isinstance(column, str)}
    if len(counts) > 1:
        raise StoreError(f"columns of {' and '.join(map(str, sorted(counts)))} rows do not make a table")
    count = counts.pop() if counts else 1
    arrays: list[Any] = []
    for column in columns.values():
        if isinstance(column, str):
            arrays.append(pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([column], pa.string())))
        elif isinstance(column, np.ndarray):
            arrays.append(pa.array(np.ascontiguousarray(column)))
        else:
            arrays.append(pa.array(list(column), pa.string()).dictionary_encode())
    return pa.table(arrays, names=list(columns))
