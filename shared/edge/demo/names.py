"""Names and telephone numbers that are nobody's, drawn from the stay's id: they go to intake's door and are in no file."""

from hashlib import sha256

from shared.language.facts import Json

_GIVEN = {
    "en": ("Adela", "Bertram", "Cordelia", "Desmond", "Edith", "Fergus"), "de": ("Anselm", "Brunhild", "Carsten", "Dörte"),
    "it": ("Azzurra", "Baldo", "Clelia", "Duccio"), "tr": ("Aydan", "Burçin", "Cevdet", "Derya"),
    "sr": ("Bojana", "Dragomir", "Ljubica", "Stojan"),
}
_FAMILY = {
    "en": ("Applewhite", "Brackenridge", "Copperfold", "Dunsmoor"), "de": ("Ahornweg", "Birkental", "Eichstetten"),
    "it": ("Acquaferma", "Belmonte", "Campolieto"), "tr": ("Akçaağaç", "Bozdere", "Çınarlı"),
    "sr": ("Ančićev", "Brezović", "Jablanić"),
}
_PRESENTERS = "+44 1632 960"  # three digits follow: a range that Ofcom keeps free for drama


def drawn(text: str, low: int, high: int) -> int:
    """A number from low to high, the same for the same text in every run and on every machine."""
    return low + int.from_bytes(sha256(text.encode()).digest()[:8], "big") % (high - low + 1)


def invented(stay_id: str, languages: list[str]) -> Json:
    """`name` and `contacts`, as intake asks for them."""
    language = next((tag for tag in languages if tag in _GIVEN), "en")
    given, family = _GIVEN[language], _FAMILY[language]
    name = f"{given[drawn(f'{stay_id} given', 0, len(given) - 1)]} {family[drawn(f'{stay_id} family', 0, len(family) - 1)]}"
    return {"name": name, "contacts": {"phone": f"{_PRESENTERS}{drawn(f'{stay_id} phone', 0, 999):03}"}}
