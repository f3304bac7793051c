"""Makes the .db3 fixtures beside this file: `python3 make_fixtures.py` (Python's own sqlite3, nothing else).

old.db3        as ROS 2 Foxy wrote it: no message_definitions; std_msgs/String, an unknown type, equal times, a message of a topic
               that does not exist
no_index.db3   the same without the index on the time stamps
"""
import pathlib, sqlite3, struct

HERE = pathlib.Path(__file__).parent


def text(value):
    data = value.encode() + b"\0"
    return b"\0\1\0\0" + struct.pack("<I", len(data)) + data


def make(name, with_index):
    path = HERE / name
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    db.execute("PRAGMA page_size = 512")
    db.execute("CREATE TABLE topics(id INTEGER PRIMARY KEY,name TEXT NOT NULL,type TEXT NOT NULL,"
               "serialization_format TEXT NOT NULL,offered_qos_profiles TEXT NOT NULL)")
    db.execute("CREATE TABLE messages(id INTEGER PRIMARY KEY,topic_id INTEGER NOT NULL,timestamp INTEGER NOT NULL, data BLOB NOT NULL)")
    if with_index: db.execute("CREATE INDEX timestamp_idx ON messages (timestamp ASC)")
    db.executemany("INSERT INTO topics VALUES (?,?,?,'cdr','')",
                   [(1, "/z/text", "std_msgs/msg/String"), (2, "/a/text", "std_msgs/msg/String"), (3, "/odd", "acme_msgs/msg/Thing")])
    rows = [(1, 1, 300, text("z late")), (2, 1, 100, text("z first")), (3, 2, 100, text("a same time")),
            (4, 1, 100, text("z second")), (5, 3, 200, b"\0\1\0\0abc"), (6, 9, 250, text("lost"))]
    db.executemany("INSERT INTO messages VALUES (?,?,?,?)", rows)
    db.commit()
    db.close()


make("old.db3", True)
make("no_index.db3", False)
