"""`intake user …`: who may sign in to the review site."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from intake.clock import now
from intake.settings import Settings

if TYPE_CHECKING:
    from storage import Storage

Email = Annotated[str, typer.Argument(help="the user's mail address")]


def user_commands(settings: Callable[[], Settings]) -> typer.Typer:
    """The group of commands; `settings` reads the settings that the command line names."""
    users = typer.Typer(name="user", help="People who may sign in to the review site.", no_args_is_help=True)

    def opened() -> "Storage":
        from intake.wiring import storage_of

        return storage_of(settings())

    @users.command()
    def add(
        email: Email,
        name: Annotated[str, typer.Option(help="as pages show it; default: the name among our people")] = "",
        role: Annotated[
            str, typer.Option(help="reviewer, department, approver, administrator or read_only")
        ] = "reviewer",
        language: Annotated[str, typer.Option(help="zh-CN or en; default: the company's")] = "",
    ) -> None:
        """Add a user, and print the one-time password."""
        from intake.review.users import add_user

        user, password = add_user(opened(), settings(), email, name, role, language, now())
        print(f"{user.email} may sign in at {settings().review.url} as {user.role}.")
        print(f"One-time password: {password}")

    @users.command(name="list")
    def list_() -> None:
        """List the users."""
        with opened().reading() as work:
            found = work.users.everybody()
        zone = settings().company.zone
        for user in found:
            seen = f"{user.signed_in_at.astimezone(zone):%Y-%m-%d %H:%M}" if user.signed_in_at else "never"
            print(f"{user.email}\t{user.name}\t{user.role}\t{user.language}\tsigned in: {seen}", end="")
            print("\tdisabled" if user.disabled else "")

    @users.command()
    def disable(email: Email) -> None:
        """End a user's sessions, and let him in no more."""
        from intake.review.users import disable_user

        print(f"{disable_user(opened(), email, now()).email} may sign in no more.")

    @users.command()
    def enable(email: Email) -> None:
        """Let a disabled user in again."""
        from intake.review.users import enable_user

        print(f"{enable_user(opened(), email, now()).email} may sign in again.")

    @users.command()
    def password(email: Email) -> None:
        """Give a user a new one-time password, and end his sessions."""
        from intake.review.users import new_password

        user, word = new_password(opened(), email, now())
        print(f"One-time password of {user.email}: {word}")

    return users
