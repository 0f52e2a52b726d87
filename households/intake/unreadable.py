"""The one error of a file that cannot be taken apart."""


class UnreadableFile(Exception):
    """A file of which no row can be used; `code` is one of `findings.FILE_FINDINGS`.

    `line` is the row as a spreadsheet numbers it, `field` the column that is missing or stands there twice.
    Never holds a value from the file.
    """

    def __init__(self, code: str, line: int | None = None, field: str | None = None) -> None:
        super().__init__(code, line, field)
        self.code = code
        self.line = line
        self.field = field

    def __str__(self) -> str:
        place = f" (line {self.line})" if self.line else ""
        return f"{self.code}{place}{f': {self.field}' if self.field else ''}"
