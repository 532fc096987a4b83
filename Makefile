DOMAINS := $(sort $(basename $(notdir $(wildcard qualitycycle/wording/nl/LC_MESSAGES/*.po))))
BIN := .venv/bin

messages:  ## compile the language catalogues
	$(BIN)/pybabel -q compile -d qualitycycle/wording -D "$(DOMAINS)"
