"""Reading results back: whole and unaltered, or not at all; as tables, labelled arrays, or answers to SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from countermove.errors import StoreError
from countermove.plain import restore
from countermove.store.columns import ADDRESS
from countermove.store.disk import explained
from countermove.store.manifest import Manifest, plain_name, verified
from countermove.store.objects import ObjectPath
from countermove.store.place import Place, place_of, readable

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True)
class Saved:
    """A result folder that was found whole: what is in it, and how it was made."""

    directory: Place
    manifest: Manifest

    @property
    def provenance(self) -> dict[str, Any]:
        """How the results were made: scenario, seed, versions and the like."""
        return dict(self.manifest.provenance)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        names = (self._called(name).partition("/")[0] for name in self.manifest.files if name.endswith(".parquet"))
        return tuple(dict.fromkeys(name.removesuffix(".parquet") for name in names))

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the documents."""
        return tuple(self._called(name).removesuffix(".json") for name in self.manifest.files if name.endswith(".json"))

    def _called(self, name: str) -> str:
        """A file's name without the hash that it has in an object store."""
        return name if "/" in name else plain_name(name, self.manifest.files[name])

    def path(self, name: str) -> Place:
        """The file of a table or document, or the folder of a table of several files; raises StoreError where there is no such thing."""
        there = {self._called(file): file for file in self.manifest.files}
        for suffix in (".parquet", ".json"):
            if f"{name}{suffix}" in there:
                return self.directory / there[f"{name}{suffix}"]
        if self._in_folder(name):
            return self.directory / name
        known = ", ".join((*self.tables, *self.documents))
        raise StoreError(
            f'there is no "{name}" in these results', where=str(self.directory), next=f"There are {known or 'none at all'}"
        )

    def _in_folder(self, table: str) -> list[str]:
        """The files of a table of several, in its order."""
        return sorted(name for name in self.manifest.files if name.startswith(f"{table}/"))

    def files(self, table: str) -> tuple[Place, ...]:
        """The files of a table, in its order; raises StoreError where there is no such table."""
        path = self.path(table)
        return tuple(self.directory / name for name in self._in_folder(table)) or (path,)

    def rows(self, table: str) -> int:
        """How many rows a table has; raises StoreError where there is no such table."""
        return sum(self.manifest.files[str(path).removeprefix(f"{self.directory}/")].rows or 0 for path in self.files(table))

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A table, or some of its columns, in the order in which it was written."""
        frame: pd.DataFrame = self._arrow(name, columns).to_pandas()
        return frame

    def document(self, name: str, kind: Any = None) -> Any:
        """A document as plain data, or as the dataclass `kind` that it was written from."""
        with explained(self.path(name)):
            data = json.loads(self.path(name).read_text(encoding="utf-8"))
        return data if kind is None else restore(kind, data)

    def outcomes(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """One row per run: its address (strategy, theory, draw, luck) and all measures, or some."""
        return self.table("outcomes", None if measures is None else (*ADDRESS, *measures))

    def array(self, measures: Sequence[str] | None = None) -> xr.Dataset:
        """Outcomes as labelled arrays [strategy, theory, draw, luck], one per measure."""
        import xarray as xr

        rows = self._arrow("outcomes", None if measures is None else (*ADDRESS, *measures))
        labels: dict[str, Any] = {}
        places: list[np.ndarray[Any, Any]] = []
        for name in ADDRESS:
            labels[name], place = _labels(rows.column(name))
            places.append(place)
        shape = tuple(len(label) for label in labels.values())
        flat = np.ravel_multi_index(tuple(places), shape)
        if rows.num_rows != np.prod(shape) or len(np.unique(flat)) != rows.num_rows:
            raise StoreError("the outcomes are not one row for each strategy, theory, draw and luck", where=str(self.directory))
        cubes: dict[str, Any] = {}
        for name in rows.column_names:
            if name not in ADDRESS:
                column = rows.column(name).to_numpy()
                cube = np.empty(len(column), column.dtype)
                cube[flat] = column
                cubes[name] = (ADDRESS, cube.reshape(shape))
        return xr.Dataset(cubes, coords=labels, attrs=self.provenance)

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to SQL in which the tables go by their names: SELECT strategy, avg(deaths) FROM outcomes GROUP BY strategy."""
        try:
            import duckdb
        except ImportError as error:
            raise StoreError("SQL needs DuckDB, which is not installed", next="pip install 'countermove[query]'") from error
        with duckdb.connect() as connection, TemporaryDirectory(prefix="countermove-") as here:
            for name in self.tables:
                if isinstance(self.directory, ObjectPath) and name not in sql:
                    continue  # what is not asked for is not fetched
                local = [_fetched(path, Path(here)) for path in self.files(name)]
                files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in local)
                connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet([{files}])')
            try:
                return connection.sql(sql).df()
            except duckdb.Error as error:
                raise StoreError(f"DuckDB says: {error}", where="SQL") from error

    def _arrow(self, name: str, columns: Sequence[str] | None) -> Any:
        import pyarrow as untyped_arrow
        import pyarrow.parquet as untyped

        pa: Any = untyped_arrow
        parquet: Any = untyped
        path, files = self.path(name), self.files(name)
        with explained(path):
            wanted = None if columns is None else list(columns)
            known = parquet.read_schema(readable(files[0])).names
            strange = [column for column in wanted or () if column not in known]
            if strange:
                raise StoreError(f"there is no column {', '.join(strange)}", where=str(path), next=f"There are {', '.join(known)}")
            lots = [parquet.read_table(readable(file), columns=wanted, partitioning=None) for file in files]
            return lots[0] if len(lots) == 1 else pa.concat_tables(lots)


def _fetched(path: Place, here: Path) -> Path:
    """The file itself; an object as a file of this machine's."""
    if isinstance(path, Path):
        return path
    local = here / path.name
    with explained(path):
        local.write_bytes(path.read_bytes())
    return local


def _labels(column: Any) -> tuple[Any, np.ndarray[Any, Any]]:
    """The labels of an axis in the order of their first appearance, and the place of each row on it."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    column = column.unify_dictionaries().combine_chunks()
    whole = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    return whole.dictionary.to_numpy(zero_copy_only=False), whole.indices.to_numpy()


def load(directory: str | Place) -> Saved:
    """Results, once every file was found to be as it was written. Raises StoreError where they are half-written, altered or not there.

    Args:
        directory: a folder, or the URL of one in an object store.
    """
    path = place_of(directory)
    return Saved(path, verified(path))
