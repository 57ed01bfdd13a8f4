"""`intake user …`: who may sign in to the review site."""

from typing import TYPE_CHECKING, Annotated

import typer

from intake.clock import now
from intake.commands.line import Chosen

if TYPE_CHECKING:
    from storage import Storage

Email = Annotated[str, typer.Argument(help="the user's mail address")]


def add_to(app: typer.Typer, chosen: Chosen) -> None:
    """Adds the group of commands to the terminal's door."""
    users = typer.Typer(name="user", help="People who may sign in to the review site.", no_args_is_help=True)
    app.add_typer(users)

    def opened() -> "Storage":
        from intake.wiring import storage_of

        return storage_of(chosen.settings())

    @users.command()
    def add(
        email: Email,
        name: Annotated[str, typer.Option(help="as pages show it; default: the name among our people")] = "",
        role: Annotated[
            str, typer.Option(help="reviewer, department, approver, administrator or read_only")
        ] = "reviewer",
        language: Annotated[str, typer.Option(help="zh-CN or en; default: the company's")] = "",
        by_provider: Annotated[
            bool, typer.Option("--by-provider", help="signs in by the identity provider alone, without a password")
        ] = False,
    ) -> None:
        """Add a user, and print the one-time password."""
        from intake.review.users import add_user

        user, password = add_user(
            opened(), chosen.settings(), email, name, role, language, now(), by_provider=by_provider
        )
        print(f"{user.email} may sign in at {chosen.settings().review.url} as {user.role}.")
        if password:
            print(f"One-time password: {password}")

    @users.command(name="list")
    def list_() -> None:
        """List the users."""
        with opened().reading() as work:
            found = work.users.everybody()
        zone = chosen.settings().company.zone
        for user in found:
            seen = f"{user.signed_in_at.astimezone(zone):%Y-%m-%d %H:%M}" if user.signed_in_at else "never"
            print(f"{user.email}\t{user.name}\t{user.role}\t{user.language}\tsigned in: {seen}", end="")
            print("\tdisabled" if user.disabled else "")

    @users.command()
    def change(
        email: Email,
        name: Annotated[str, typer.Option(help="as pages show it")] = "",
        role: Annotated[str, typer.Option(help="another role of the site")] = "",
        language: Annotated[str, typer.Option(help="zh-CN or en")] = "",
    ) -> None:
        """Give a user another name, role or language."""
        from intake.review.users import change_user

        user = change_user(opened(), email, now(), name=name, role=role, language=language)
        print(f"{user.email}: {user.name}, {user.role}, {user.language}")

    @users.command(name="sign-out")
    def sign_out(email: Email) -> None:
        """End a user's sessions on all devices."""
        from intake.review.users import sign_out_user

        print(f"{sign_out_user(opened(), email, now()).email} is signed out everywhere.")

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

    @users.command()
    def token(
        email: Email,
        name: Annotated[str, typer.Option(help="what it is for, such as the program that has it")],
        expires: Annotated[
            int | None, typer.Option(metavar="DAYS", help="good for so many days; default: until revoked")
        ] = None,
    ) -> None:
        """Make a token with which a program uses the JSON API as this user. It is printed once."""
        from intake.review.api.tokens import add_token

        made, value = add_token(opened(), email, name, expires, now())
        until = f"until {made.expires_at:%Y-%m-%d}" if made.expires_at else "until it is revoked"
        print(f"Token {made.name!r} of {email}, good {until}. It is shown this once:")
        print(value)

    @users.command()
    def tokens(email: Email) -> None:
        """List a user's tokens."""
        from intake.review.api.tokens import tokens_of

        zone = chosen.settings().company.zone
        for one in tokens_of(opened(), email):
            until = f"{one.expires_at.astimezone(zone):%Y-%m-%d}" if one.expires_at else "-"
            seen = f"{one.seen_at.astimezone(zone):%Y-%m-%d %H:%M}" if one.seen_at else "never"
            print(f"{one.id}\t{one.name}\tgood until: {until}\tused: {seen}")

    @users.command()
    def revoke(email: Email, token: Annotated[str, typer.Argument(help="its number or its name")]) -> None:
        """Make a token good for nothing."""
        from intake.review.api.tokens import revoke_token

        print(f"The token {revoke_token(opened(), email, token, now())!r} is good for nothing any more.")
