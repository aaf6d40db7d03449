"""Every verb of the command line against bad use: each row the arguments, and the code of the line.

``@name`` stands for something in the test's folder: a network, files of every kind of nonsense.
"""

# Arguments with which a verb would run, were it not for what a row adds.
VERBS: dict[str, tuple[str, ...]] = {
    "audit disclose": ("0", "--out", "@new"),
    "audit export": ("@new",),
    "audit key": (),
    "audit prove": ("0", "--out", "@new"),
    "contract keygen": ("@new",),
    "contract sign": ("--terms", "@text", "--key", "@text"),
    "demo": (),
    "doctor": (),
    "import purchases": ("@text", "--partner", "SHOP"),
    "init": (),
    "migrate": (),
    "serve": (),
    "sign": ("@text", "--key", "@text", "--origin", "o"),
}
WITHOUT_HOME = ("contract keygen", "contract sign", "sign")
# What is wrong whatever the verb.
USE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("--nothing",), "USAGE_INVALID"),
    (("more", "and", "more"), "USAGE_INVALID"),
    (("--json=x",), "USAGE_INVALID"),
    (("\udcff", "\n"), "USAGE_INVALID"),
)
# A home that is none, for whatever has one; each verb says what it misses there, or cannot make.
NO_HOME = frozenset({"HOME_MISSING", "HOME_NOT_EMPTY", "HOME_NOT_WRITABLE", "DATABASE_MISSING"})
HOMES: tuple[tuple[str, frozenset[str]], ...] = (
    ("@text", frozenset({"HOME_NOT_A_FOLDER"})),
    ("@text/below", NO_HOME),
    ("@text/\udcff", NO_HOME),
    ("@text/a\nb", NO_HOME),
    ("@filled", NO_HOME),
    ("h" * 5_000, NO_HOME | {"FILE_NOT_USABLE"}),
)

_SIGN = ("--key", "@text", "--passphrase-file", "@text")
SHOP = ("--partner", "SHOP")

# Verb, arguments in the place of its own (a network's home is added), code.
ROWS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("audit export", (), "USAGE_INVALID"),
    ("audit export", ("@text",), "BUNDLE_EXISTS"),
    ("audit export", ("@filled",), "BUNDLE_EXISTS"),
    ("sign", (), "USAGE_INVALID"),
    ("sign", ("@none", "--key", "@text", "--origin", "o"), "REQUEST_UNREADABLE"),
    ("sign", ("@folder", "--key", "@text", "--origin", "o"), "REQUEST_UNREADABLE"),
    ("sign", ("@text", "--key", "@text", "--origin", "o"), "REQUEST_INVALID"),
    ("audit disclose", ("0",), "USAGE_INVALID"),
    ("audit disclose", ("9999", "--out", "@new"), "ENTRY_UNKNOWN"),
    ("audit disclose", ("0", "--out", "@text"), "FILE_NOT_WRITTEN"),
    ("audit prove", ("0",), "USAGE_INVALID"),
    ("audit prove", ("x", "--out", "@new"), "USAGE_INVALID"),
    ("audit prove", ("-1", "--out", "@new"), "USAGE_INVALID"),
    ("audit prove", ("1.5", "--out", "@new"), "USAGE_INVALID"),
    ("audit prove", ("9" * 30, "--out", "@new"), "USAGE_INVALID"),
    ("audit prove", ("9999", "--out", "@new"), "ENTRY_UNKNOWN"),
    ("audit prove", ("0", "--out", "@text"), "FILE_NOT_WRITTEN"),
    ("contract keygen", (), "USAGE_INVALID"),
    ("contract keygen", ("@text", "--passphrase-file", "@text"), "KEY_FILE_EXISTS"),
    ("contract keygen", ("@new", "--passphrase-file", "@none"), "PASSPHRASE_MISSING"),
    ("contract keygen", ("@new", "--passphrase-file", "@empty"), "PASSPHRASE_MISSING"),
    ("contract keygen", ("@new", "--passphrase-file", "@folder"), "PASSPHRASE_MISSING"),
    ("contract keygen", ("@new", "--passphrase-file", "@long"), "PASSPHRASE_MISSING"),
    ("contract keygen", ("@new", "--passphrase-file", "@endless"), "PASSPHRASE_MISSING"),
    ("contract sign", ("--terms", "@text"), "USAGE_INVALID"),
    ("contract sign", ("--terms", "@none", *_SIGN), "FILE_NOT_READABLE"),
    ("contract sign", ("--terms", "@folder", *_SIGN), "FILE_NOT_READABLE"),
    ("contract sign", ("--terms", "@empty", *_SIGN), "CONTRACT_TERMS_INVALID"),
    ("contract sign", ("--terms", "@nul", *_SIGN), "CONTRACT_TERMS_INVALID"),
    ("contract sign", ("--terms", "@long", *_SIGN), "CONTRACT_TERMS_INVALID"),
    ("contract sign", ("--terms", "@bytes", *_SIGN), "CONTRACT_TERMS_INVALID"),
    ("contract sign", ("--terms", "@deep", *_SIGN), "CONTRACT_TERMS_INVALID"),
    ("contract sign", ("--terms", "@twice", *_SIGN), "CONTRACT_TERMS_INVALID"),
    ("contract sign", ("--terms", "@surrogate", *_SIGN), "CONTRACT_TERMS_INVALID"),
    ("import purchases", ("@text",), "USAGE_INVALID"),
    ("import purchases", ("@none", *SHOP), "FILE_NOT_READABLE"),
    ("import purchases", ("@folder", *SHOP), "FILE_NOT_READABLE"),
    ("import purchases", ("@text", "--partner", "NOBODY"), "PARTNER_UNKNOWN"),
    ("import purchases", ("@text", "--partner", "\udcff"), "PARTNER_UNKNOWN"),
    ("import purchases", ("@text", "--partner", "A" * 1_000_000), "PARTNER_UNKNOWN"),
    ("import purchases", ("@text", *SHOP, "--decimals", "5"), "USAGE_INVALID"),
    ("import purchases", ("@text", *SHOP, "--decimals", "x"), "USAGE_INVALID"),
    ("import purchases", ("@text", *SHOP, "--map", "price=x"), "COLUMN_MAP_MALFORMED"),
    ("import purchases", ("@text", *SHOP, "--batch", ""), "BATCH_NAME_INVALID"),
    ("import purchases", ("@text", *SHOP, "--batch", "a\nb"), "BATCH_NAME_INVALID"),
    ("init", (), "HOME_NOT_EMPTY"),
    ("init", ("--origin", "a b"), "ORIGIN_INVALID"),
    ("init", ("--origin", "\udcff"), "SETTING_INVALID"),
    ("init", ("--origin", "x" * 256), "SETTING_INVALID"),
    ("init", ("--origin", ""), "SETTING_INVALID"),
    ("demo", (), "HOME_NOT_EMPTY"),
    ("serve", ("--port", "x"), "USAGE_INVALID"),
    ("serve", ("--port", "0"), "SETTING_INVALID"),
    ("serve", ("--port", "65536"), "SETTING_INVALID"),
    ("serve", ("--host", "1.2.3.4.5"), "ADDRESS_REFUSED"),
    ("serve", ("--host", "\udcff"), "ADDRESS_REFUSED"),
    ("serve", ("--host", "x" * 300), "ADDRESS_REFUSED"),
)
