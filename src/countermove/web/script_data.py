"""Data for the script of a page that is served."""

from __future__ import annotations

import json


def script_of(data: object) -> str:
    """JSON for a `<script>`: no text of a file can end it, or begin a comment in it."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text.translate({ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})
