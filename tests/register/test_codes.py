"""Codes on certificates: nobody makes one without the key, and a typing error is not a forgery."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.register.codes import SYMBOLS, Verified, code_of, verify

KEY = b"k" * 32
ROW: dict[str, Any] = {
    "id": "C7",
    "person": "M1",
    "kind": "certificate",
    "session": "S1",
    "issued_on": date(2025, 1, 21),
    "valid_until": None,
    "issuers": ("KUST", "DUIN-A"),
}
OTHER = {**ROW, "id": "C8", "person": "M2"}
NAMES = {"m1": "Sem van Oeverbos", "m2": "An Wilg"}
CODE = code_of(ROW, NAMES["m1"], KEY)


def found(code: str, rows: list[dict[str, Any]] | None = None, key: bytes | None = KEY) -> Verified:
    return verify(code, [OTHER, ROW] if rows is None else rows, NAMES, key).outcome


def test_a_code_finds_its_own_certificate() -> None:
    assert verify(CODE, [OTHER, ROW], NAMES, KEY).certificate is ROW
    assert [len(part) for part in CODE.split("-")] == [4, 4, 4, 4]
    assert set(CODE) <= {*SYMBOLS, "-"}


@pytest.mark.parametrize("typed", [CODE.lower(), CODE.replace("-", " "), CODE.replace("-", ""), f" {CODE} "])
def test_how_it_is_typed_does_not_matter(typed: str) -> None:
    assert found(typed) is Verified.VALID


def test_letters_that_look_alike_are_the_same() -> None:
    typed = CODE.replace("0", "O").replace("1", "l")
    assert found(typed) is Verified.VALID


@pytest.mark.parametrize(
    "change",
    [
        {"issued_on": date(2025, 1, 22)},
        {"person": "M2"},
        {"session": "S2"},
        {"kind": "attendance_proof"},
        {"issuers": ("KUST",)},
    ],
)
def test_a_certificate_that_was_changed_no_longer_fits(change: dict[str, Any]) -> None:
    assert found(CODE, [{**ROW, **change}]) is Verified.CHANGED


def test_until_when_it_counts_and_the_order_of_issuers_are_no_part_of_it() -> None:
    row = {**ROW, "valid_until": date(2030, 1, 1), "issuers": ("DUIN-A", "kust"), "id": "c7"}
    assert found(CODE, [row]) is Verified.VALID


def test_another_name_is_another_paper() -> None:
    assert code_of(ROW, "Sem Oeverbos", KEY) != CODE
    assert code_of(ROW, " sem VAN  oeverbos", KEY) == CODE


@pytest.mark.parametrize(("rows", "key"), [([], KEY), ([OTHER], KEY), ([ROW], b"x" * 32), ([ROW], None)])
def test_what_was_not_issued_here_is_unknown(rows: list[dict[str, Any]], key: bytes | None) -> None:
    assert found(CODE, rows, key) is Verified.UNKNOWN


@settings(max_examples=200)
@given(at=st.integers(0, 15), symbol=st.sampled_from(SYMBOLS))
def test_a_typing_error_is_noticed_and_never_valid(at: int, symbol: str) -> None:
    plain = CODE.replace("-", "")
    typed = plain[:at] + symbol + plain[at + 1 :]
    assert found(typed) is (Verified.VALID if typed == plain else Verified.MISTYPED)


@pytest.mark.parametrize("typed", ["", "Z9JW", CODE + "0", "U" * 16, "é" * 16])
def test_nonsense_is_mistyped(typed: str) -> None:
    assert found(typed) is Verified.MISTYPED
