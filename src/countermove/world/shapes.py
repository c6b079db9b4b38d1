"""Shapes of arrays: written once, in the type of a field, and checked once, where arrays enter or leave the engine.

    values: Annotated[Floats, "T C"]

A letter is a size, the same in all fields of one object; a number is that size; `D?` is D or 1; `...` stands first for any axes before the
others. The arrays of a mapping or a tuple have one shape all. What is None is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

from countermove.errors import CountermoveError, RunError

ANY = "..."


def checked(found: object, error: type[CountermoveError] = RunError, of: str = "", **sizes: int) -> None:
    """Compare the arrays of a dataclass or a named tuple with the shapes that its fields declare; `sizes` are those known beforehand.

    Raises:
        RunError: or the given `error`, with the class (and what it is `of`), the field, the shape that it has and the one that is expected.
    """
    known = dict(sizes)
    for name, shape in _declared(type(found)).items():
        fitting: set[tuple[int, ...]] = set()
        for at, array in _arrays(getattr(found, name)):
            has = _shape(array)
            if has in fitting:
                continue
            if has is not None and _fits(shape, has, known):
                fitting.add(has)
            else:
                where = name if at is None else f"{name}[{', '.join(map(str, at))}]"
                wanted = f"[{', '.join(shape)}]{_told(shape, known)}"
                what = "is no array" if has is None else f"has the shape [{', '.join(map(str, has))}]"
                raise error(f"{where} {what}, and not {wanted}", where=f"{type(found).__name__}{of and f' of {of}'}")


@cache
def _declared(kind: type) -> dict[str, tuple[str, ...]]:
    """Field -> its axes, for the fields that declare a shape."""
    hints = get_type_hints(kind, include_extras=True)
    return {name: tuple(shape.split()) for name, hint in hints.items() if (shape := _annotated(hint)) is not None}


def _annotated(hint: Any) -> str | None:
    """The shape that a type declares, itself or for the arrays in it."""
    if get_origin(hint) is Annotated:
        return next((note for note in hint.__metadata__ if isinstance(note, str)), None)
    return next((shape for part in get_args(hint) if (shape := _annotated(part)) is not None), None)


def _arrays(value: Any) -> Iterator[tuple[tuple[Any, ...] | None, Any]]:
    """The arrays of a field, each with its key or its place where there can be several."""
    if isinstance(value, Mapping):
        for key, array in cast(Mapping[Any, Any], value).items():
            yield cast("tuple[Any, ...]", key) if isinstance(key, tuple) else (key,), array
    elif isinstance(value, tuple):
        for place, array in enumerate(cast(tuple[Any, ...], value)):
            yield (place,), array
    elif value is not None:
        yield None, value


def _shape(array: Any) -> tuple[int, ...] | None:
    shape = getattr(array, "shape", None)
    return None if shape is None else tuple(shape)


def _fits(axes: tuple[str, ...], has: tuple[int, ...], known: dict[str, int]) -> bool:
    """Whether the sizes are those of the axes; letters that were not known are from now on."""
    if axes[:1] == (ANY,):
        axes = axes[1:]
        has = has[max(len(has) - len(axes), 0) :]
    return len(axes) == len(has) and all(_is(axis, size, known) for axis, size in zip(axes, has, strict=True))


def _is(axis: str, size: int, known: dict[str, int]) -> bool:
    if axis.isdigit():
        return size == int(axis)
    if axis.endswith("?"):
        return size == 1 or known.setdefault(axis[:-1], size) == size
    return known.setdefault(axis, size) == size


def _told(axes: tuple[str, ...], known: Mapping[str, int]) -> str:
    """The sizes of the letters, as far as they are known."""
    sizes = [f"{axis.rstrip('?')} = {known[axis.rstrip('?')]}" for axis in axes if axis.rstrip("?") in known]
    return f" with {', '.join(sizes)}" if sizes else ""
