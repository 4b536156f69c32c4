"""Every error that OneCall raises on purpose.

AssistantError            code, HTTP status, a sentence for people
  BadInputError           bad_input 400   what was sent cannot be used
    TooLargeError         too_large 413
  NotFoundError           not_found 404
  UnauthorizedError       unauthorized 401 it is not known who asks
  NotAllowedError         not_allowed 403
  ConflictError           conflict 409    someone else was faster
  RateLimitedError        rate_limited 429 too much at once, or today
  UpstreamError           upstream 503    a part that we call did not answer
  StaleIndexError         stale_index 503 the index does not fit the base or the encoder
  SetupError              setup 500       the installation lacks something
"""


class AssistantError(Exception):
    """An error with a code for machines, a status for HTTP and a sentence for people.

    Neither the sentence nor the detail ever holds what a user wrote.
    """

    code = "error"
    status = 500

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class BadInputError(AssistantError):
    code = "bad_input"
    status = 400


class TooLargeError(BadInputError):
    code = "too_large"
    status = 413


class NotFoundError(AssistantError):
    code = "not_found"
    status = 404


class UnauthorizedError(AssistantError):
    code = "unauthorized"
    status = 401


class NotAllowedError(AssistantError):
    code = "not_allowed"
    status = 403


class ConflictError(AssistantError):
    code = "conflict"
    status = 409


class RateLimitedError(AssistantError):
    """Too many requests. `retry_after` says in how many whole seconds the next one has a chance."""

    code = "rate_limited"
    status = 429

    def __init__(self, message: str, *, code: str | None = None, retry_after: int = 1) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class UpstreamError(AssistantError):
    code = "upstream"
    status = 503


class StaleIndexError(AssistantError):
    code = "stale_index"
    status = 503


class SetupError(AssistantError):
    code = "setup"
