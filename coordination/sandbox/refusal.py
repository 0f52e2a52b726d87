"""What the sandbox says when it cannot go on: one sentence, and what to do about it."""

import sys
from collections.abc import Callable


class Refusal(Exception):
    """The sandbox stops here; the text is one sentence for the person at the terminal."""

    def __init__(self, sentence: str, *, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def exit_with(main: Callable[[], int]) -> None:
    """Run `main` and end the process with its exit code, or with a Refusal's sentence and code."""
    try:
        code = main()
    except Refusal as refusal:
        print(f"sinergi: {refusal}", file=sys.stderr, flush=True)
        code = refusal.code
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
