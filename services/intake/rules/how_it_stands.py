"""How a promise stands, and what is said of every promise alike while it is not known whose stay it is, or where."""


from shared.language.clinic import Clinic
from shared.language.promises import Standing
from shared.language.stay import Stay


def of_every_promise(stay: Stay, clinic: Clinic) -> Standing | None:
    """For a stay that is not known, is not to be, or has no site; None for all others."""
    if stay.phase == "unknown":
        return Standing("planned", "waiting to be told: who this is")
    if stay.phase == "nothing":
        return Standing("not-needed", "the stay was cancelled" if stay.booking_withdrawn else "the admission was taken back")
    if clinic.site_of(stay.site) is None:
        return Standing("at-risk", f"{stay.site} is none of our sites" if stay.site else "waiting to be told: site")
    return None
