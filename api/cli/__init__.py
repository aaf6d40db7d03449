"""The `dure` command: one verb a file.

- `app`        the command itself: its verbs, and what becomes of an error
- `output`     tables for people, one JSON object for programs, progress for the impatient
- `language`   in which language this run speaks; `words` what it says
- `messages`   error codes in words
- `init`, `migrate`, `serve`, `doctor`, `demo`, `audit_*`, `contract_*`, `import_purchases`: verbs

Every verb takes `--home` and `--json`; the exit status is 0 good, 1 a finding, 2 bad use.
"""

from api.cli.app import main

__all__ = ["main"]
