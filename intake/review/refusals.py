"""What ends a request early: each becomes a page in the user's language, or a step to the sign-in."""


class Refusal(Exception):
    """`key` names the words of the page ("errors.forbidden"); `detail` is a sentence of ours that may be shown."""

    status = 400
    key = "errors.bad_request"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.key)
        self.detail = detail


class NotSignedIn(Refusal):
    status = 401
    key = "errors.signed_out"


class PasswordNeeded(Refusal):
    status = 403
    key = "errors.password_needed"


class Forbidden(Refusal):
    status = 403
    key = "errors.forbidden"


class Forged(Refusal):
    """An unsafe request that does not come from a page of ours."""

    status = 403
    key = "errors.forged"


class Missing(Refusal):
    status = 404
    key = "errors.missing"


class Changed(Refusal):
    status = 409
    key = "errors.changed"


class TooMany(Refusal):
    status = 429
    key = "errors.too_many"


class TooLarge(Refusal):
    status = 413
    key = "errors.too_large"
