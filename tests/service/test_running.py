"""The service tells how it is doing: that its processes live, and what each look at a source and each count came to."""

import threading

from intake.runners.beat import Beat
from intake.runners.poll import NOTED_EVERY
from storage import Storage
from storage.running import Fetches, Process
from tests.faults.imap_proxy import ImapProxy, refuses
from tests.servers.dovecot import free_port
from tests.service.world import World, imap, mail

BOX = "complaints/INBOX"


def fetches(world: World) -> Fetches:
    found: Fetches = world.ask(lambda work: work.running.fetches()[BOX])
    return found


def processes(world: World) -> list[Process]:
    found: list[Process] = world.ask(lambda work: work.running.processes())
    return found


def test_a_run_is_noted_with_its_parts_and_its_source_with_what_it_gave(world: World) -> None:
    world.deliver(mail(batch="B1"), mail(batch="B2"))
    world.run()
    (process,) = processes(world)
    assert (process.parts, process.stays, process.seen_at) == (("poll", "work", "send", "watch"), False, world.now)
    first = world.now
    assert fetches(world) == Fetches(BOX, first, 2, 2, first)
    world.passes(minutes=5)
    world.run()
    assert fetches(world) == Fetches(BOX, world.now, 2, 2, first)


def test_a_process_that_stays_goes_on_telling_that_it_lives(world: World) -> None:
    def beaten(storage: Storage) -> None:
        stop = threading.Event()
        beat = Beat(storage, lambda: world.now, "host-poll-1", ("poll",))
        thread = threading.Thread(target=beat.keep_beating, args=(stop, 0.01))
        thread.start()
        first = world.now
        world.passes(minutes=1)
        while not [one for one in _seen(storage) if one.seen_at > first]:
            pass
        stop.set()
        thread.join()

    world.stored(beaten)
    (process,) = processes(world)
    assert process.stays and process.parts == ("poll",)


def _seen(storage: Storage) -> list[Process]:
    with storage.reading() as work:
        return work.running.processes()


def test_the_nightly_count_is_kept_with_what_is_missing(world: World) -> None:
    world.deliver(mail(batch="B1"))
    with world.service() as service:
        service.once()
        world.deliver(mail(batch="B2"))
        service.reconciler.compare()
    found = fetches(world)
    assert (found.counted, found.missing, found.counted_at) == (2, 1, world.now)


def test_what_a_source_refused_without_stopping_is_kept_as_a_sentence(world: World) -> None:
    with ImapProxy.before(world.dovecot.port, refuses("UID STORE")) as proxy:
        world.sources = imap(world.dovecot, world.account, port=proxy.port, more='after = "seen"')
        world.deliver(mail())
        world.run()
    found = fetches(world)
    assert found.trouble and found.trouble_at == world.now and "\n" not in found.trouble


def test_a_source_that_is_away_was_looked_at_all_the_same(world: World) -> None:
    world.sources = imap(world.dovecot, world.account, port=free_port())
    world.run()
    assert fetches(world) == Fetches(BOX, world.now)


def test_a_source_that_is_looked_at_all_the_time_is_written_down_only_every_few_seconds(world: World) -> None:
    with world.service() as service:
        poller, (source,) = service.poller, service.sources
        for _ in range(3):
            poller.take(source)
        assert fetches(world).looked_at == world.now
        first = world.now
        world.now += NOTED_EVERY / 2
        poller.take(source)
        assert fetches(world).looked_at == first
        world.deliver(mail())
        poller.take(source)
        assert fetches(world).looked_at == world.now, "what came is noted at once"
        world.now += NOTED_EVERY
        poller.take(source)
        assert fetches(world).looked_at == world.now
