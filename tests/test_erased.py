"""Subjects as people name them; what is remembered of them says nothing of who they are."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.erased import (
    ErasedSubjects,
    ErasureRequest,
    Kind,
    gather_subjects,
    name_subjects,
    read_subjects,
)
from pipelines.errors import ConfigurationError
from pipelines.identity import key_user

KEY, OTHER = b"0123456789abcdef", b"fedcba9876543210"
USER, TALK = ErasureRequest(Kind.USER, "ann"), ErasureRequest(Kind.CONVERSATION, "talk-1")


def remembered(*subjects: ErasureRequest, key: bytes = KEY) -> ErasedSubjects:
    """Return what is known of subjects that were erased under a key."""
    return ErasedSubjects((KEY, OTHER), frozenset(name_subjects(subjects, key)))


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_subject_is_known_by_its_id_and_no_other(name: str, other: str) -> None:
    """Whatever the id is made of; the user's key in a table is known too."""
    erased = remembered(ErasureRequest(Kind.USER, name))

    assert erased.holds(name, None)
    assert erased.holds(other, name) is (other == name)
    assert erased.of_user_key(key_user(name, KEY)) == ErasureRequest(Kind.USER, name).key(KEY)


def test_the_hash_of_a_subject_is_not_the_key_of_its_rows() -> None:
    """Who reads `erasures` beside a backup of a table must not find the rows by it."""
    key = USER.key(KEY)

    assert (
        len(
            {
                key,
                key_user("ann", KEY),
                USER.key(OTHER),
                ErasureRequest(Kind.CONVERSATION, "ann").key(KEY),
            }
        )
        == 4
    )
    assert key_user("ann", KEY) not in key


def test_a_user_of_a_former_key_is_still_known() -> None:
    """A new key makes a new `user_key` of everybody; nobody comes back by it."""
    assert remembered(USER, key=OTHER).holds("ann", "talk-2")
    assert ErasedSubjects((KEY,), remembered(USER, key=OTHER).names).holds("ann", "t") is False


def test_a_list_is_read_from_json_lines_and_csv_alike() -> None:
    """Each subject once, in order; quotes, commas and other letters belong to the id."""
    lines = '{"kind": "user", "id": "a,\\"b\\u2028"}\n\n{"kind": "conversation", "id": "é"}\n' * 2
    table = 'kind,id\nuser,"a,""b\u2028"\nconversation,é\n'
    expected = [ErasureRequest(Kind.USER, 'a,"b\u2028'), ErasureRequest(Kind.CONVERSATION, "é")]

    assert read_subjects(lines, "l", is_csv=False) == expected
    assert read_subjects(table, "l", is_csv=True) == expected


@pytest.mark.parametrize(
    "line",
    ['{"kind": "person", "id": "SECRET"}', '{"id": "SECRET"}', '{"kind": "user", "id": 7}',
     '{"kind": "user", "id": ""}', "SECRET", '["user", "SECRET"]',
     '{"kind": ["user"], "id": "SECRET"}'],
)  # fmt: skip
def test_a_line_that_names_nobody_stops_all_and_is_not_quoted(line: str) -> None:
    """Half a list erased is a promise half kept; an id does not belong in an error."""
    text = f'{{"kind": "user", "id": "SECRET-TOO"}}\n{line}\n'

    with pytest.raises(ConfigurationError, match="list: line 2: each line needs") as error:
        read_subjects(text, "list", is_csv=False)

    assert "SECRET" not in str(error.value)


def test_a_list_that_is_empty_or_missing_is_an_error(tmp_path: Path) -> None:
    """An erasure of nobody that ends with 0 would be taken for done."""
    with pytest.raises(ConfigurationError, match="names nobody"):
        read_subjects("kind,id\n", "list", is_csv=True)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        gather_subjects(None, None, str(tmp_path / "none.csv"))
    with pytest.raises(ConfigurationError, match="--user: is empty"):
        gather_subjects("", None, None)
