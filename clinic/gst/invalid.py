"""The one exception of the package: what somebody typed cannot be billed, and which field says so."""


class Invalid(ValueError):
    """`str()` is a sentence for a human; `reason` a stable code, `field` and `ref` where it belongs.

    `field` is the attribute of the input (`quantity`, `discount`, `place_of_supply`...), `ref` the
    line's own reference, empty when the fault is not in one line.
    """

    def __init__(self, sentence: str, *, reason: str, field: str = "", ref: str = "") -> None:
        super().__init__(sentence)
        self.reason = reason
        self.field = field
        self.ref = ref
