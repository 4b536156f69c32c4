from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from desk_parts import CHEAP, PASSWORD, Clock, access_to, settled
from sqlalchemy import Engine, text

from assistant.desk import codes
from assistant.desk.access import Access
from assistant.desk.audit import AuditQuery
from assistant.desk.logins import Logins
from assistant.desk.passwords import Passwords
from assistant.desk_records import Person
from assistant.errors import AssistantError, BadInputError, NotAllowedError, RateLimitedError, UnauthorizedError
from assistant.seal import Seal
from assistant.settings import Settings

HERE = "10.0.0.1"


@pytest.fixture
def lee(access: Access) -> Person:
    return settled(access, "lee")


def set_up(access: Access, person: Person, clock: Clock) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    sealed = access.logins.new_codes()
    generator = pyotp.TOTP(access.logins.address_of_codes(person, sealed)[0])
    return generator, access.logins.set_up_codes(person, sealed, generator.at(clock.now))


def refusal(call, *given: object) -> tuple[str, str]:
    with pytest.raises(AssistantError) as refused:
        call(*given)
    return refused.value.code, refused.value.message


def wrong(access: Access, times: int, login: str = "lee", address: str = HERE) -> None:
    for _ in range(times):
        assert refusal(access.logins.by_password, login, "wrong password", address)[0] == "bad_login"


def test_the_right_password_leads_to_the_next_step(access: Access, lee: Person, clock: Clock) -> None:
    assert access.logins.by_password(" LEE ", PASSWORD, HERE) == (lee.id, "enrol")

    set_up(access, lee, clock)

    assert access.logins.by_password("lee", PASSWORD, HERE) == (lee.id, "code")


def test_nobody_can_tell_an_unknown_login_from_a_wrong_password(access: Access, lee: Person) -> None:
    stopped = settled(access, "stopped")
    access.accounts.set_active(None, stopped.id, False)

    answers = {
        refusal(access.logins.by_password, login, password, address)
        for login, password, address in (
            ("lee", "wrong password", "10.0.0.2"),
            ("nobody", PASSWORD, "10.0.0.3"),
            ("stopped", PASSWORD, "10.0.0.4"),
            ("le\0e", PASSWORD, "10.0.0.5"),
            ("이" * 500, "x" * 100_000, "10.0.0.6"),
        )
    }

    assert len(answers) == 1


def test_an_unknown_login_costs_as_much_work(engine: Engine, clock: Clock, lee: Person) -> None:
    """What takes the time is the hash, and that of a stand-in is checked."""
    checked: list[bool] = []

    class Counting(Passwords):
        def is_right(self, hashed: str, password: str) -> bool:
            checked.append(bool(hashed))
            return super().is_right(hashed, password)

    logins = Logins(engine, Seal("s"), Counting(), clock)
    for login in ("lee", "nobody"):
        refusal(logins.by_password, login, "wrong password", HERE)

    assert checked == [True, False]


def test_five_wrong_passwords_make_the_sixth_wait_even_if_it_is_right(
    access: Access, lee: Person, clock: Clock
) -> None:
    wrong(access, 5)

    with pytest.raises(RateLimitedError) as refused:
        access.logins.by_password("lee", PASSWORD, "10.9.9.9")
    assert (refused.value.code, refused.value.retry_after) == ("too_many_tries", 30)

    clock.wait(seconds=31)
    assert access.logins.by_password("lee", PASSWORD, HERE) == (lee.id, "enrol")


def test_waits_grow_and_are_an_hour_at_most(access: Access, lee: Person, clock: Clock) -> None:
    wrong(access, 4)
    waits = []
    for _ in range(10):
        wrong(access, 1)
        with pytest.raises(RateLimitedError) as refused:
            access.logins.by_password("lee", PASSWORD, HERE)
        waits.append(refused.value.retry_after)
        clock.wait(seconds=refused.value.retry_after)

    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_unknown_logins_are_locked_alike(access: Access) -> None:
    wrong(access, 5, login="nobody")

    assert refusal(access.logins.by_password, "nobody", PASSWORD, "10.0.0.9")[0] == "too_many_tries"


def test_an_address_is_locked_whatever_logins_it_tries(access: Access, lee: Person) -> None:
    for number in range(5):
        wrong(access, 1, login=f"guess{number}")

    assert refusal(access.logins.by_password, "lee", PASSWORD, HERE)[0] == "too_many_tries"
    assert access.logins.by_password("lee", PASSWORD, "10.0.0.2")[1] == "enrol"


def test_an_ipv6_customer_is_one_address(access: Access) -> None:
    for number in range(5):
        wrong(access, 1, login=f"guess{number}", address=f"2001:db8:1:2::{number}")

    assert refusal(access.logins.by_password, "lee", PASSWORD, "2001:db8:1:2:ffff::1")[0] == "too_many_tries"


def test_many_at_once_get_no_more_tries(access: Access, lee: Person) -> None:
    def guess(number: int) -> str:
        return refusal(access.logins.by_password, "lee", f"wrong password {number}", f"10.1.0.{number}")[0]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))

    assert answers.count("bad_login") == 5


def test_a_login_that_is_complete_forgets_the_wrong_tries(access: Access, lee: Person, clock: Clock) -> None:
    generator, _ = set_up(access, lee, clock)
    wrong(access, 4)
    access.logins.by_password("lee", PASSWORD, HERE)
    clock.wait(seconds=30)
    access.logins.by_code(lee, generator.at(clock.now), HERE)

    wrong(access, 4)

    assert access.logins.by_password("lee", PASSWORD, HERE)[1] == "code"


def test_the_right_password_gives_no_further_tries_at_the_code(access: Access, lee: Person, clock: Clock) -> None:
    set_up(access, lee, clock)
    for _ in range(5):
        access.logins.by_password("lee", PASSWORD, HERE)
        assert refusal(access.logins.by_code, lee, "000000", HERE)[0] == "bad_code"

    assert refusal(access.logins.by_password, "lee", PASSWORD, HERE)[0] == "too_many_tries"
    assert refusal(access.logins.by_code, lee, "000000", HERE)[0] == "too_many_tries"


def test_after_a_wait_password_and_code_come_right_after_one_another(access: Access, lee: Person, clock: Clock) -> None:
    generator, _ = set_up(access, lee, clock)
    wrong(access, 5)
    clock.wait(seconds=31)

    access.logins.by_password("lee", PASSWORD, HERE)

    assert access.logins.by_code(lee, generator.at(clock.now), HERE) == "full"


def test_an_operator_lifts_the_lock(access: Access, lee: Person) -> None:
    wrong(access, 5)

    access.accounts.unlock(None, lee.id)

    assert access.logins.by_password("lee", PASSWORD, "10.0.0.7")[0] == lee.id


def test_a_code_serves_once(access: Access, lee: Person, clock: Clock) -> None:
    generator, _ = set_up(access, lee, clock)
    clock.wait(seconds=30)
    code = generator.at(clock.now)

    assert access.logins.by_code(lee, f" {code[:3]} {code[3:]} ", HERE) == "full"
    assert refusal(access.logins.by_code, lee, code, HERE)[0] == "bad_code"


@pytest.mark.parametrize(("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_a_step_off(steps: int, is_right: bool, clock: Clock) -> None:
    secret = codes.new_secret()
    code = pyotp.TOTP(secret).at(clock.now.timestamp() + 30 * steps)

    assert (codes.step_of(secret, code, clock.now, 0) is not None) is is_right


def test_a_recovery_code_serves_once_and_only_its_owner(access: Access, lee: Person, clock: Clock) -> None:
    park = settled(access, "park")
    set_up(access, park, clock)
    _, recovery = set_up(access, lee, clock)

    assert len(set(recovery)) == 10
    assert refusal(access.logins.by_code, park, recovery[0], HERE)[0] == "bad_code"
    assert access.logins.by_code(lee, recovery[0].upper().replace("-", " "), HERE) == "full"
    assert refusal(access.logins.by_code, lee, recovery[0], HERE)[0] == "bad_code"


def test_with_another_secret_a_recovery_code_still_helps(
    engine: Engine, access: Access, lee: Person, clock: Clock
) -> None:
    generator, recovery = set_up(access, lee, clock)
    clock.wait(seconds=30)
    changed = Logins(engine, Seal("another secret"), CHEAP, clock)

    assert refusal(changed.by_code, lee, generator.at(clock.now), HERE)[0] == "bad_code"
    assert changed.by_code(lee, recovery[0], HERE) == "full"


def test_codes_that_are_set_up_are_not_replaced_without_an_operator(access: Access, lee: Person, clock: Clock) -> None:
    set_up(access, lee, clock)

    with pytest.raises(NotAllowedError):
        set_up(access, lee, clock)

    access.accounts.reset_codes(None, lee.id)
    assert access.logins.by_password("lee", PASSWORD, HERE)[1] == "enrol"


def test_no_secret_lies_open_in_the_database(access: Access, lee: Person, clock: Clock, engine: Engine) -> None:
    generator, recovery = set_up(access, lee, clock)
    token = access.sessions.begin(lee.id)
    with engine.connect() as connection:
        tables = ("people", "desk_sessions", "recovery_codes", "login_tries", "audit")
        everything = str([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])

    secrets = (PASSWORD, generator.secret, token, *recovery, *(one.replace("-", "") for one in recovery))
    assert [one for one in secrets if one in everything] == []


def test_a_password_of_old_parameters_is_hashed_anew(engine: Engine, clock: Clock, access: Access, lee: Person) -> None:
    now = Logins(engine, Seal("secret of the tests"), Passwords(), clock)
    now.by_password("lee", PASSWORD, HERE)

    with engine.connect() as connection:
        stored = connection.execute(text("SELECT password FROM people WHERE login = 'lee'")).scalar()
    assert "m=65536" in stored
    assert now.by_password("lee", PASSWORD, HERE)[0] == lee.id


def test_a_chosen_password_is_typed_twice_and_new(access: Access, lee: Person) -> None:
    for password, again, code in (
        ("a new password 1", "a new password 2", "passwords_differ"),
        ("short", "short", "weak_password"),
        (PASSWORD, PASSWORD, "same_password"),
    ):
        with pytest.raises(BadInputError) as refused:
            access.logins.choose_password(lee, password, again)
        assert refused.value.code == code


def test_changing_the_password_needs_the_old_one_and_ends_every_session(access: Access, lee: Person) -> None:
    token = access.sessions.begin(lee.id)

    with pytest.raises(UnauthorizedError):
        access.logins.change_password(lee, "wrong password", "a new password 1", "a new password 1", HERE)
    assert access.sessions.found(token)

    access.logins.change_password(lee, PASSWORD, "a new password 1", "a new password 1", HERE)
    assert access.sessions.found(token) is None


def test_logins_and_refusals_are_in_the_log_and_nothing_typed_is(access: Access, lee: Person, clock: Clock) -> None:
    generator, _ = set_up(access, lee, clock)
    clock.wait(seconds=30)
    wrong(access, 1)
    wrong(access, 1, login="my-secret-password")
    access.logins.by_code(lee, generator.at(clock.now), HERE)

    lines = access.audit.page(AuditQuery()).lines
    told = [(line.action, line.login) for line in lines[:3]]
    assert told == [("login", "lee"), ("login_refused", ""), ("login_refused", "lee")]
    assert "my-secret-password" not in str(lines)


def test_with_a_provider_only_operators_have_a_password(engine: Engine, clock: Clock) -> None:
    settings = Settings(oidc_url="https://id.example", oidc_client="desk", oidc_secret="hush")
    access = access_to(engine, clock, settings)
    kim = settled(access, "kim", "operator")
    settled(access, "lee")

    assert access.logins.by_password("kim", PASSWORD, HERE)[0] == kim.id
    assert refusal(access.logins.by_password, "lee", PASSWORD, HERE)[0] == "bad_login"
