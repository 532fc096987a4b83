from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from qualitycycle.linking import LinkCodes, normalise_code

KEY = b"a key"
CODES = st.text("abcdefgh0123456789", min_size=6, max_size=6)


def test_codes_are_normalised_before_hashing() -> None:
    (one, other), _ = LinkCodes.of(["12-MA-07", "12ma07 (Jan)"], KEY).hashed()
    assert one == other
    assert normalise_code(120507.0) == "120507"


def test_another_key_gives_another_hash() -> None:
    assert LinkCodes.of(["12ma07"], KEY).hashed()[0] != LinkCodes.of(["12ma07"], b"other").hashed()[0]


@given(CODES, st.integers(0, 5), st.sampled_from("xyz"))
def test_one_substitution_shares_a_masked_form(code: str, position: int, other: str) -> None:
    changed = code[:position] + other + code[position + 1 :]
    (one, two), (mask_one, mask_two) = LinkCodes.of([code, changed], KEY).hashed()
    assert one != two
    assert mask_one[position] == mask_two[position]
    assert len(set(mask_one) & set(mask_two)) == 1


@given(CODES)
def test_what_is_stored_is_half_an_hmac_sha256(code: str) -> None:
    (stored,), (masks,) = LinkCodes.of([code], KEY).hashed()
    assert stored == hmac.digest(KEY, code.encode(), "sha256").hex()[:32]
    assert masks[0] == hmac.digest(KEY, f"?{code[1:]}".encode(), "sha256").hex()[:32]
