"""Control charts of sessions in time: limits, signals, and what they say.

``limits``, ``signals`` and ``runchart`` are the plain charts; ``process`` chooses what a number
of sessions can carry and ``trend_sentences`` puts it in words.
"""
