"""Consumers on SkyTools' own library, each in its simplest form. What they get goes into table `received` of the target database.

usage: consumer.py plain|coop|remote|cascaded FILE.ini [options of SkyTools]
"""
import sys

import pgq
import pgq.cascade.consumer


def record(curs, consumer, event):
    curs.execute("insert into received (consumer, ev_id, ev_type, ev_data, retries) values (%s, %s, %s, %s, %s)",
                 [consumer, event.ev_id, event.ev_type, event.ev_data, event.ev_retry])


class Plain(pgq.Consumer):
    """Sends events of type `again` to retry once."""

    def process_event(self, db, event):
        if event.ev_type == "again" and not event.ev_retry:
            event.tag_retry(1)
        else:
            record(db.cursor(), "plain", event)


class Coop(pgq.CoopConsumer):
    def process_event(self, db, event):
        record(db.cursor(), "coop", event)


class Remote(pgq.RemoteConsumer):
    """Exactly once, by pgq_ext in the target database."""

    def process_remote_batch(self, db, batch_id, events, target_db):
        curs = target_db.cursor()
        for event in events:
            record(curs, "remote", event)


class Cascaded(pgq.cascade.consumer.CascadedConsumer):
    """On a node of a cascade, its position in the node's database."""

    def process_remote_event(self, src_curs, dst_curs, event):
        if not event.ev_type.startswith("pgq."):
            record(dst_curs, "cascaded", event)


kind, args = sys.argv[1], sys.argv[2:]
if kind == "plain":
    script = Plain("interop", "db", args)
elif kind == "coop":
    script = Coop("interop", "db", args)
elif kind == "cascaded":
    script = Cascaded("interop", "db", args)
else:
    script = Remote("interop", "db", "target_db", args)
script.start()
