"""Invented names and sentences; nobody real is meant."""

from __future__ import annotations

import numpy as np

FIRST_NAMES = (
    *("Aafke", "Anouk", "Bas", "Bente", "Bram", "Carlijn", "Daan", "Dieuwke", "Elin", "Esra"),
    *("Fenna", "Floor", "Gijs", "Hanneke", "Ilse", "Imane", "Jelle", "Jorinde", "Karim", "Kirsten"),
    *("Lieke", "Lotte", "Maarten", "Marit", "Mees", "Milou", "Nadia", "Niels", "Noor", "Oscar"),
    *("Pleun", "Quinten", "Roos", "Ruben", "Sanne", "Sem", "Siem", "Tess", "Thijs", "Yara"),
)

SURNAMES = (
    "Aalberse",
    "van den Akkerhof",
    "Bloemgaard",
    "Boterkamp",
    "van der Brugwacht",
    "Dijkzicht",
    "Duinhagen",
    "Elzenbos",
    "van Gaasterhof",
    "Graanoogst",
    "Haverlaan",
    "Helmduin",
    "van 't Hoogveen",
    "Iepenrode",
    "Jachtwater",
    "Kiezelbrink",
    "Klaverwei",
    "van der Kreekrug",
    "Lindetuin",
    "Meerstroom",
    "Molenwiek",
    "Nachtegaalsveld",
    "van Oeverbos",
    "Populierenlaan",
    "Rietzanger",
    "de Rozenhaag",
    "Schelpenpad",
    "Sterrenkijker",
    "van der Turfsteker",
    "Veenbes",
    "Waterhoen",
    "Wilgenroos",
    "van Zandbanken",
    "Zeekraal",
)

SCHOOLS = (
    "De Schelpenvinder",
    "Het Kompas aan Zee",
    "De Strandloper",
    "De Vuurtorenwachter",
    "Het Helmgrasveld",
    "De Duinroos",
    "De Golfbreker",
    "De Zandtaart",
    "De Rietvogel",
    "De Waterspiegel",
    "De Libellevlucht",
    "Het Vlonderpad",
    "De Kanoreis",
    "De Lisdodde",
    "Het Sluiswachtershuis",
    "De Zeilwedstrijd",
    "De Boomhut",
    "Het Klaverblad",
    "De Vuurvlinder",
    "De Regenboogbrug",
    "De Hooiberg",
    "Het Korenveld",
    "De Appelwei",
    "De Vogelverschrikker",
)
"""Eight per partnership of the demo plan."""

OPEN_ANSWERS = (
    "Houden: oefenen met gesprekken uit de eigen klas. Anders: minder dia's.",
    "Houden: de voorbeelden uit de praktijk; daar heb ik het meest aan.",
    "Meer tijd om ervaringen met andere mentoren uit te wisselen.",
    "De uitleg over de beoordelingsformulieren was helder.",
    "Ik had graag eerder willen weten wat de opleiding van mijn student vraagt.",
    "Fijn tempo, goede afwisseling tussen luisteren en doen.",
    "De laatste bijeenkomst viel samen met rapportgesprekken. Liever een andere week.",
    "Houden: de oefening met feedback geven.\nAnders: een kortere start.",
    "Meer voorbeelden van moeilijke gesprekken, graag met een filmpje erbij.",
    "Niets veranderen",
    "Goed dat er aandacht was voor verschillen tussen studenten.",
    "De ruimte was koud :-)",
    "Minder theorie, meer doen.",
    "Juist de theorie hielp mij om mijn eigen keuzes uit te leggen.",
    "Een samenvatting op één A4 zou helpen; ik vergeet snel wat we afspraken.",
    "Graag ook iets over hoe je een stopgesprek voert.",
    "De trainers sloten goed aan bij onze vragen.",
    "Houden: de casussen. Anders: reistijd, liever op een school in de buurt.",
    "Ik wil na een half jaar graag een terugkommoment.",
    "Het was veel informatie op één middag.",
    " Prima training ",
    "Meer oefenen in kleine groepjes.",
    "De opdracht voor tussendoor paste goed bij mijn werk met de student.",
    "Nog niet duidelijk hoe school en opleiding samen beoordelen.",
)

LETTERS = "abcdefghijklmnoprstuvwz"


def draw_names(rng: np.random.Generator, count: int) -> list[str]:
    """``count`` different invented names."""
    order = rng.permutation(len(FIRST_NAMES) * len(SURNAMES))[:count]
    return [f"{FIRST_NAMES[i % len(FIRST_NAMES)]} {SURNAMES[i // len(FIRST_NAMES)]}" for i in order]


def draw_open_answer(rng: np.random.Generator) -> str | None:
    """A harmless sentence, or nothing, as most people leave the box empty."""
    if rng.random() < 0.55:
        return None
    return OPEN_ANSWERS[int(rng.integers(len(OPEN_ANSWERS)))]


def draw_link_code(rng: np.random.Generator) -> str | None:
    """House number, mother's name, day of birth: ``12ma07``; some leave it blank or use capitals."""
    if rng.random() < 0.04:
        return None
    house, day = int(rng.integers(1, 100)), int(rng.integers(1, 32))
    letters = "".join(LETTERS[int(i)] for i in rng.integers(len(LETTERS), size=2))
    code = f"{house:02d}{letters}{day:02d}"
    return code.upper() if rng.random() < 0.2 else code
