import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from desk_parts import PASSWORD, settled
from sqlalchemy import Engine, text

from assistant.desk.access import Access
from assistant.desk.accounts import Wanted
from assistant.desk.audit import AuditQuery
from assistant.desk.passwords import new_password, refuse_weak
from assistant.desk_records import Person
from assistant.errors import AssistantError, BadInputError, ConflictError, NotAllowedError, NotFoundError


@pytest.fixture
def operator(access: Access) -> Person:
    return settled(access, "kim", "operator")


def changes(access: Access) -> list[tuple[str, str, str]]:
    lines = access.audit.page(AuditQuery(action="change")).lines
    return [(line.login, line.subject, line.detail["what"]) for line in lines]


def test_somebody_is_added_and_the_log_says_by_whom(access: Access, operator: Person) -> None:
    wanted = Wanted(" 이  상담 ", "consultant", ("food", "electrical"))

    made = access.accounts.add(operator, " Lee@example.com ", wanted, "given once 12")

    assert made == Person(made.id, "lee@example.com", "이 상담", "consultant", ("electrical", "food"))
    assert access.accounts.person("LEE@example.com") == made
    assert changes(access)[0] == ("kim", "person lee@example.com", "added")


@pytest.mark.parametrize(
    ("login", "wanted"),
    [
        ("a", Wanted("이", "consultant")),
        ("l e", Wanted("이", "consultant")),
        ("이상담", Wanted("이", "consultant")),
        ("lee\0", Wanted("이", "consultant")),
        ("x" * 90 + "!", Wanted("이", "consultant")),
        ("lee", Wanted(" ", "consultant")),
        ("lee", Wanted("이" * 81, "consultant")),
        ("lee", Wanted("이\0", "consultant")),
        ("lee", Wanted("이", "visitor")),
        ("lee", Wanted("이", "consultant", ("space",))),
    ],
)
def test_what_is_no_account_is_refused(access: Access, login: str, wanted: Wanted) -> None:
    with pytest.raises(BadInputError):
        access.accounts.add(None, login, wanted, "given once 12")


def test_a_login_is_given_once(access: Access, operator: Person) -> None:
    with pytest.raises(ConflictError) as refused:
        access.accounts.add(operator, "KIM", Wanted("김", "editor"), "given once 12")

    assert refused.value.code == "login_taken"


def test_a_role_is_changed_from_the_next_request_on(access: Access, operator: Person) -> None:
    lee = settled(access, "lee")
    token = access.sessions.begin(lee.id)

    access.accounts.change(operator, lee.id, Wanted("이", "editor", ("food",)))

    found = access.sessions.found(token)
    assert found
    assert (found.person.role, found.person.sectors) == ("editor", ("food",))


def test_the_last_operator_stays(access: Access, operator: Person) -> None:
    with pytest.raises(NotAllowedError, match="마지막 운영자"):
        access.accounts.set_active(None, operator.id, False)
    with pytest.raises(NotAllowedError, match="마지막 운영자"):
        access.accounts.change(None, operator.id, Wanted("김", "consultant"))


def test_nobody_changes_their_own_account(access: Access, operator: Person) -> None:
    with pytest.raises(NotAllowedError, match="자기 계정"):
        access.accounts.change(operator, operator.id, Wanted("김", "manager"))


def test_two_operators_who_stop_one_another_leave_one(access: Access, operator: Person) -> None:
    other = settled(access, "park", "operator")
    start = threading.Barrier(2)

    def stop(by: Person, whom: Person) -> bool:
        start.wait()
        try:
            access.accounts.set_active(by, whom.id, False)
        except AssistantError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(stop, (operator, other), (other, operator)))

    assert sum(done) == 1
    assert sum(one.person.is_active for one in access.accounts.listed()) == 1


def test_stopping_an_account_ends_its_sessions(access: Access, operator: Person) -> None:
    lee = settled(access, "lee")
    token = access.sessions.begin(lee.id)

    access.accounts.set_active(operator, lee.id, False)
    access.accounts.set_active(operator, lee.id, True)

    assert access.sessions.found(token) is None


def test_a_new_password_ends_sessions_and_is_changed_at_once(access: Access, operator: Person) -> None:
    lee = settled(access, "lee")
    token = access.sessions.begin(lee.id)

    given = access.accounts.reset_password(operator, lee.id)

    assert access.sessions.found(token) is None
    assert access.logins.by_password("lee", given, "10.0.0.1") == (lee.id, "password")


@pytest.mark.parametrize("number", [0, -1, 999, 2**40])
def test_nobody_of_that_number_is_not_found(access: Access, number: int) -> None:
    with pytest.raises(NotFoundError):
        access.accounts.reset_codes(None, number)


def test_passwords_are_hashed_with_argon2id(access: Access, operator: Person, engine: Engine) -> None:
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT password FROM people")).scalar()

    assert stored.startswith("$argon2id$v=19$")
    assert PASSWORD not in stored


@pytest.mark.parametrize(
    "weak", ["short 1", "aaaaaaaaaaaaaaa", "my name is lee!", "x" * 201, "이몽룡이 좋아요 1", "\0abcdefghijk"]
)
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(BadInputError) as refused:
        refuse_weak(weak, "lee", "이몽룡")

    assert refused.value.code == "weak_password"


def test_a_given_password_is_not_weak() -> None:
    made = new_password()

    refuse_weak(made, "lee", "이")
    assert made != new_password()
