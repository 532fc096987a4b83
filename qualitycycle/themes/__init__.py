"""Open answers: what must not be read by anyone, and what they are about."""
