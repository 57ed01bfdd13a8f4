"""`intake init`: settings and policy written with comments, the database made, the first administrator entered."""

from collections.abc import Iterator
from pathlib import Path

from intake.clock import now
from intake.errors import StorageError, UsageError
from intake.policy.model import default_text
from intake.settings import load
from intake.wiring import blobs_of, storage_of
from storage.records import Person, Role

EXAMPLE = Path(__file__).parents[1] / "example.toml"


def create(folder: Path, administrator: str) -> Iterator[str]:
    """Does what is not done yet, and says each thing in a line."""
    if administrator and administrator.count("@") != 1:
        raise UsageError(f"{administrator!r} is no mail address.", "Write --administrator name@example.com.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield _write(folder / "intake.toml", EXAMPLE.read_text(encoding="utf-8"))
        yield _write(folder / "policy.toml", default_text())
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be written: {error.strerror}.", "Choose another folder, or mend its rights."
        ) from error
    settings = load(folder / "intake.toml")
    blobs_of(settings)
    storage = storage_of(settings)
    yield "The database stands at its newest schema."
    email = administrator or settings.company.address
    with storage.unit() as work:
        if not work.people.persons(Role.ADMINISTRATOR):
            work.people.upsert_person(Person("Administrator", email, "", Role.ADMINISTRATOR))
            work.commit()
            yield f"The first administrator is {email}."
        nobody = not work.users.everybody()
    if nobody:
        from intake.review.users import add_user

        user, password = add_user(storage, settings, email, "", "administrator", "", now())
        yield f"{user.email} may sign in at {settings.review.url} with the one-time password {password}"
    storage.close()
    yield f"Now set your mailbox in {folder / 'intake.toml'}, then run `intake check`."


def _write(path: Path, text: str) -> str:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return f"{path} stands already and is left as it is."
    return f"Wrote {path}."
