from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualitycycle.linking import hash_codes, normalise_code

KEY = b"a key"
CODES = st.text("abcdefgh0123456789", min_size=6, max_size=6)


def test_codes_are_normalised_before_hashing() -> None:
    (one, other), _ = hash_codes(["12-MA-07", "12ma07 (Jan)"], KEY)
    assert one == other
    assert normalise_code(120507.0) == "120507"


def test_another_key_gives_another_hash() -> None:
    assert hash_codes(["12ma07"], KEY)[0] != hash_codes(["12ma07"], b"other")[0]


@given(CODES, st.integers(0, 5), st.sampled_from("xyz"))
def test_one_substitution_shares_a_masked_form(code: str, position: int, other: str) -> None:
    changed = code[:position] + other + code[position + 1 :]
    (one, two), (mask_one, mask_two) = hash_codes([code, changed], KEY)
    assert one != two
    assert mask_one[position] == mask_two[position]
    assert len(set(mask_one) & set(mask_two)) == 1
