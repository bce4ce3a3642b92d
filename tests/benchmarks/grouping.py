"""Groups of the same task: how long it takes to make them, and to add one plan to them.

Run: python -m tests.benchmarks.grouping [TASKS…]      (default 1000 10000; 1000000 takes minutes)

The tasks are those of the pairs that a reader judged and of the examples of fields, each again and
again in other words, years and units. The yardstick is rapidfuzz's `ratio` of as many pairs of the
same texts as the tasks are, ten for each: what one likeness a candidate costs, run in the same
minute. Shown are seconds of the processor, tasks a second, the ratio to the yardstick, groups, and
the memory that the process has come to.
"""

import random
import resource
import sys
import time

from rapidfuzz import fuzz

from corpora import tables, units
from service.comparison.groups import Groups
from service.comparison.judge import Words

SEED, PLAN = 0, 60
_SYNONYMS = (
    ("Xây dựng", "Ban hành"), ("Tổ chức", "Triển khai"), ("bảo đảm", "đảm bảo"),
    ("thủ tục hành chính", "TTHC"), ("cải cách hành chính", "CCHC"), ("Tăng cường", "Đẩy mạnh"),
    ("cơ sở dữ liệu", "CSDL"), ("chuyển đổi số", "CĐS"), ("thực hiện", "triển khai thực hiện"),
)  # fmt: skip
_TAILS = (
    "",
    " theo quy định",
    " trên địa bàn {unit}",
    " năm {year}",
    " bảo đảm kịp thời, hiệu quả",
)


def made(count: int) -> list[Words]:
    """That many tasks, the same each time."""
    chance = random.Random(SEED)
    pairs = tables.rows("pairs")
    real = sorted({row[f"text_{side}"] for row in pairs for side in "ab"})
    real += sorted({row["text"] for row in tables.rows("field_examples")})
    places = [unit.name for unit in units.provinces()]
    found = []
    for _ in range(count):
        text, place, year = chance.choice(real), chance.choice(places), chance.randint(2018, 2026)
        for one, other in _SYNONYMS:
            if chance.random() < 0.3:
                text = text.replace(one, other)
        tail = chance.choice(_TAILS).format(unit=place, year=year)
        found.append(Words(text.rstrip(" .;") + tail, unit=place, year=str(year)))
    return found


def yardstick(tasks: list[Words]) -> float:
    """Seconds for ten likenesses of texts a task."""
    start = time.process_time()
    for at in range(len(tasks)):
        for step in range(1, 11):
            fuzz.ratio(tasks[at].text, tasks[(at + step * 7) % len(tasks)].text)
    return time.process_time() - start


def main() -> None:
    counts = [int(word) for word in sys.argv[1:] if word.isdigit()] or [1000, 10000]
    print(f"{'tasks':>8} {'seconds':>8} {'a second':>9} {'yardstick':>9} {'ratio':>6} "
          f"{'groups':>7} "
          f"{'plan of ' + str(PLAN):>11} {'MB':>6}")  # fmt: skip
    for count in counts:
        tasks = made(count + PLAN)
        groups = Groups()
        start = time.process_time()
        for at, words in enumerate(tasks[:count]):
            groups.add(str(at), words)
        took = time.process_time() - start
        start = time.process_time()
        for at, words in enumerate(tasks[count:], count):
            groups.add(str(at), words)
        added, stick = time.process_time() - start, yardstick(tasks[:count])
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{count:8} {took:8.1f} {count / took:9.0f} {stick:9.2f} {took / stick:6.1f} "
              f"{len(groups.members):7} {added:9.2f} s {memory:6}")  # fmt: skip


if __name__ == "__main__":
    main()
